using DeepNotes.Models;
using DeepNotes.Nn;

namespace DeepNotes.Tests.Models;

public class LlamaTests
{
    private static readonly LlamaConfig Small = new(11, 16, 24, 2, 4) { KvHeads = 2, MaxPositions = 32 };

    [Fact]
    public void Keys_are_those_of_published_checkpoints()
    {
        string[] keys = [.. new Llama(Small).StateDict().Keys];
        string[] layer = ["self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj", "self_attn.o_proj", "mlp.gate_proj", "mlp.up_proj", "mlp.down_proj", "input_layernorm", "post_attention_layernorm"];
        Assert.Equal(["model.embed_tokens.weight", .. new[] { 0, 1 }.SelectMany(i => layer.Select(part => $"model.layers.{i}.{part}.weight")), "model.norm.weight", "lm_head.weight"], keys);
        Assert.DoesNotContain("lm_head.weight", new Llama(Small with { TieEmbeddings = true }).StateDict().Keys);
    }

    [Fact]
    public void Pairs_of_neighbours_and_pairs_half_a_head_apart_are_the_same_model_with_features_in_another_order()
    {
        Llama halves = new(Small), neighbours = new(Small with { InterleavedRope = true });
        var state = halves.StateDict().ToDictionary(t => t.Key, t => t.Value);
        foreach (string key in state.Keys.Where(k => k.Contains("q_proj") || k.Contains("k_proj")).ToArray())
            state[key] = state[key].Reshape(-1, 2, 2, 16).Transpose(1, 2).Reshape(-1, 16);
        neighbours.LoadStateDict(state);
        var tokens = Tensor.From<long>([1, 5, 3, 3, 10, 0], [2, 3]);
        float[] a = halves.Forward(tokens).ToArray<float>(), b = neighbours.Forward(tokens).ToArray<float>();
        for (int i = 0; i < a.Length; i++) Assert.Equal(a[i], b[i], 1e-5f);
    }

    [Fact]
    public void Several_sequences_in_pieces_with_a_cache_give_what_they_give_at_once()
    {
        var model = new Llama(Small);
        Tensor tokens = Tensor.RandInt(0, 11, [3, 12], rng: new Rng(1));
        using (Grad.Off())
        {
            float[] all = model.Forward(tokens).Slice(1, 5).Contiguous().ToArray<float>();
            var cache = model.NewCache();
            model.Forward(tokens.Slice(1, 0, 5), cache);
            Assert.Equal(5, cache.Length);
            model.Forward(tokens.Slice(1, 0, 3), cache);
            cache.Truncate(5);
            float[] rest = model.Forward(tokens.Slice(1, 5), cache).ToArray<float>();
            for (int i = 0; i < all.Length; i++) Assert.Equal(all[i], rest[i], 1e-5f);
        }
    }

    [Fact]
    public void It_trains()
    {
        Rng.Seed(3);
        var model = new Llama(Small with { TieEmbeddings = true });
        var optimizer = new AdamW(model.Parameters(), learningRate: 1e-2);
        Tensor tokens = Tensor.RandInt(0, 11, [4, 13], rng: new Rng(1));
        double first = 0, last = 0;
        for (int i = 0; i < 40; i++)
        {
            Tensor loss = model.Forward(tokens.Slice(1, 0, 12)).Reshape(-1, 11).CrossEntropy(tokens.Slice(1, 1).Reshape(-1));
            optimizer.Step(loss);
            (first, last) = (i == 0 ? loss.Item() : first, loss.Item());
        }
        Assert.True(last < 0.5 * first, $"{first} to {last}");
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        var model = new Llama(Small);
        Assert.Throws<ArgumentException>(() => new Llama(Small with { Heads = 3 }));
        Assert.Throws<ArgumentException>(() => new Llama(Small with { KvHeads = 3 }));
        Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros([3], DType.Int64)));
        Assert.Contains("33", Assert.Throws<ShapeException>(() => model.Forward(Tensor.Zeros([1, 33], DType.Int64))).Message, StringComparison.Ordinal);
        Assert.Throws<GradException>(() => model.Forward(Tensor.Zeros([1, 3], DType.Int64), model.NewCache()));
        Assert.Throws<ArgumentException>(() => model.Greedy([], 3));
    }
}
