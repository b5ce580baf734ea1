using System.Text.Json;
using DeepNotes.Models;
using DeepNotes.Nn;

namespace DeepNotes.Tests.Models;

/// <summary>A published model of 260,000 parameters, trained by others on other software, against what a plain NumPy program computed with it.</summary>
public class StoriesTests
{
    private const int BeginOfText = 1;

    [Fact]
    public void It_writes_the_story_that_it_should_token_for_token()
    {
        string folder = SharedData.Require(Path.Combine("weights", "stories260K"));
        using var expected = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "greedy.json")));
        int[] ids = [.. expected.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32())];
        Llama model = Llama2CFile.Load(Path.Combine(folder, "stories260K.bin"));

        Assert.Equal(ids, model.Greedy([BeginOfText], ids.Length));

        string text = Llama2CVocabulary.Load(Path.Combine(folder, "tok512.bin")).Decode(ids);
        Assert.Contains(text[..expected.RootElement.GetProperty("match_chars").GetInt32()], File.ReadAllText(Path.Combine(folder, "stories260K.md")), StringComparison.Ordinal);
    }

    [Fact]
    public void Its_logits_are_right_and_the_same_with_and_without_a_cache()
    {
        string folder = SharedData.Require(Path.Combine("weights", "stories260K"));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "greedy.json")));
        double[] first = [.. json.RootElement.GetProperty("logits_pos0").EnumerateArray().Select(x => x.GetDouble())];
        long[] tokens = [BeginOfText, .. json.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt64())];
        Llama model = Llama2CFile.Load(Path.Combine(folder, "stories260K.bin"));
        using (Grad.Off())
        {
            float[] all = model.Forward(Tensor.From<long>(tokens, [1, tokens.Length])).ToArray<float>();
            for (int i = 0; i < first.Length; i++) Assert.Equal(first[i], all[i], 1e-4);

            var cache = model.NewCache();
            for (int t = 0; t < tokens.Length; t++)
            {
                float[] one = model.Forward(Tensor.From<long>([tokens[t]], [1, 1]), cache).ToArray<float>();
                for (int i = 0; i < one.Length; i++) Assert.True(Math.Abs(one[i] - all[t * one.Length + i]) <= 1e-4 * (1 + Math.Abs(one[i])), $"position {t}, token {i}: {one[i]} with a cache, {all[t * one.Length + i]} without");
            }
        }
    }

    [Theory]
    [InlineData(DType.Int8, 0.02, 98)]
    [InlineData(DType.BFloat16, 0.01, 100)]
    public void Quantized_it_still_writes_a_story(DType type, double tolerance, int sameTokens)
    {
        string folder = SharedData.Require(Path.Combine("weights", "stories260K"));
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "greedy.json")));
        long[] tokens = [BeginOfText, .. json.RootElement.GetProperty("ids").EnumerateArray().Select(id => id.GetInt64())];
        Llama model = Llama2CFile.Load(Path.Combine(folder, "stories260K.bin")), small = model.Quantize(type);
        Assert.Equal(type, small.Model.Layers[0].SelfAttn.QProj.Weight.DType);
        using (Grad.Off())
        {
            Tensor input = Tensor.From<long>(tokens, [1, tokens.Length]), exact = model.Forward(input), near = small.Forward(input);
            double error = ((near - exact).Square().Mean() / exact.Square().Mean()).Sqrt().Item();
            Assert.InRange(error, 1e-5, tolerance);
            long same = exact.ArgMax(-1).Eq(near.ArgMax(-1)).Sum().Item<long>();
            Assert.True(same >= sameTokens * tokens.Length / 100, $"{same} of {tokens.Length} tokens are the same; the error is {error}");
        }
    }

    [Fact]
    public void A_file_that_is_too_short_or_no_model_is_refused()
    {
        using var folder = new TemporaryDirectory();
        string path = Path.Combine(folder.Path, "model.bin");
        File.WriteAllBytes(path, new byte[10]);
        Assert.Throws<TensorFormatException>(() => Llama2CFile.Load(path));
        File.WriteAllBytes(path, new byte[100]);
        Assert.Throws<TensorFormatException>(() => Llama2CFile.Load(path));
        File.WriteAllBytes(path, [.. new[] { 8, 16, 1, 2, 2, 10, 4 }.SelectMany(BitConverter.GetBytes), .. new byte[50]]);
        Assert.Contains("there are 78", Assert.Throws<TensorFormatException>(() => Llama2CFile.Load(path)).Message, StringComparison.Ordinal);
        Assert.Throws<TensorFormatException>(() => Llama2CVocabulary.Load(path));
    }
}
