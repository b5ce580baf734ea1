using DeepNotes.Models;
using DeepNotes.Nn;

namespace DeepNotes.Tests.Models;

public class GptTests
{
    private static readonly GptConfig Small = new(11, 12, 2, 3) { MaxPositions = 9, Dropout = 0 };

    [Fact]
    public void Keys_values_and_gradients_are_pytorchs()
    {
        Gpt model = new Gpt(Small).To(DType.Float64);
        ModelGoldens.Check("gpt", model, x => model.Forward(x[0]));
    }

    [Fact]
    public void An_output_layer_of_its_own_comes_last()
    {
        var model = new Gpt(Small with { TieEmbeddings = false });
        Assert.Equal("lm_head.weight", model.StateDict().Keys.Last());
        Assert.Equal([2, 4, 11], model.Forward(Tensor.Zeros([2, 4], DType.Int64)).Shape.ToArray());
    }

    [Fact]
    public void Sequences_in_pieces_with_a_cache_give_what_they_give_at_once()
    {
        var model = new Gpt(Small);
        Tensor tokens = Tensor.RandInt(0, 11, [3, 9], rng: new Rng(1));
        using (Grad.Off())
        {
            float[] all = model.Forward(tokens).Slice(1, 4).Contiguous().ToArray<float>();
            var cache = model.NewCache();
            model.Forward(tokens.Slice(1, 0, 4), cache);
            float[] rest = model.Forward(tokens.Slice(1, 4), cache).ToArray<float>();
            for (int i = 0; i < all.Length; i++) Assert.Equal(all[i], rest[i], 1e-5f);
        }
    }

    [Fact]
    public void It_learns_a_sequence_and_writes_it()
    {
        Rng.Seed(3);
        var model = new Gpt(Small);
        var optimizer = new AdamW(model.Parameters(), learningRate: 1e-2);
        int[] text = [3, 1, 4, 1, 5, 9, 2, 6, 5];
        Tensor tokens = Tensor.From<long>([.. text.Select(t => (long)t)], [1, 9]);
        for (int i = 0; i < 80; i++) optimizer.Step(model.Forward(tokens.Slice(1, 0, 8)).Reshape(-1, 11).CrossEntropy(tokens.Slice(1, 1).Reshape(-1)));
        Assert.Equal(text[2..], model.Greedy(text[..2], 7));
        Assert.Equal(text[2..], model.Snapshot().Greedy(text[..2], 7));
    }

    [Fact]
    public void Dropout_is_for_training_only()
    {
        var model = new Gpt(Small with { Dropout = 0.5 });
        Tensor tokens = Tensor.Zeros([1, 5], DType.Int64);
        Assert.NotEqual(model.Forward(tokens).ToArray<float>(), model.Forward(tokens).ToArray<float>());
        model.Eval();
        Assert.Equal(model.Forward(tokens).ToArray<float>(), model.Forward(tokens).ToArray<float>());
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var model = new Gpt(Small);
        Assert.Throws<ArgumentException>(() => new Gpt(Small with { Heads = 5 }));
        Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros([3], DType.Int64)));
        Assert.Contains("10", Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros([1, 10], DType.Int64))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => model.Greedy([], 3));
    }

    [Theory]
    [InlineData(DType.Int8)]
    [InlineData(DType.BFloat16)]
    public void Quantized_it_says_nearly_the_same(DType type)
    {
        Rng.Seed(6);
        var model = new Gpt(Small);
        Gpt small = model.Quantize(type);
        Assert.Equal(type, small.Transformer.H[0].Attn.CAttn.Weight.DType);
        // Stored the other way round, and a scale for each output all the same.
        Assert.Equal(model.Transformer.H[0].Attn.CAttn.Weight.Shape, small.Transformer.H[0].Attn.CAttn.Weight.Shape);
        if (type == DType.Int8) Assert.Equal([36], small.Transformer.H[0].Attn.CAttn.Scale!.Shape.ToArray());
        Tensor tokens = Tensor.RandInt(0, 11, [3, 9], rng: new Rng(1));
        using (Grad.Off())
        {
            Tensor exact = model.Forward(tokens), near = small.Forward(tokens);
            Assert.InRange((near - exact).Abs().Max().Item() / exact.Abs().Max().Item(), 1e-7, 0.02);
            // Copies and loaded ones lie in memory as the kernel reads them.
            foreach (Gpt copy in new[] { small.Clone(), small.Snapshot() })
            {
                Assert.True(copy.Transformer.H[0].Attn.CAttn.Weight.Mt.IsContiguous);
                Assert.Equal(near.ToArray<float>(), copy.Forward(tokens).ToArray<float>());
            }
            Gpt loaded = new Gpt(Small).Quantize(type);
            loaded.LoadStateDict(small.StateDict());
            Assert.Equal(near.ToArray<float>(), loaded.Forward(tokens).ToArray<float>());
        }
    }
}
