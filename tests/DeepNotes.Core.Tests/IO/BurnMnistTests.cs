using System.IO.Compression;
using System.Text.Json;
using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO;

/// <summary>A convolutional network that Burn's authors trained scores on MNIST's test images what PyTorch made of the same weights.</summary>
public class BurnMnistTests
{
    private const int Batch = 500;

    private static readonly Dictionary<string, Func<string, Dictionary<string, Tensor>>> Files = new()
    {
        ["mnist.pt"] = PyTorchFile.Load,
        ["mnist.safetensors"] = path =>
        {
            var file = Safetensors.Open(path);
            return file.Names.ToDictionary(name => name, file.Load);
        },
    };

    [Theory, InlineData("mnist.pt"), InlineData("mnist.safetensors")]
    public void The_first_logits_are_those_of_torch(string name)
    {
        var (expected, _) = Reference(name);
        var logits = Logits(Files[name](Fixtures.Public($"burn-mnist/{name}")), Images(Pixels(), 0, 5)).ToArray<float>();
        Assert.Equal(50, logits.Length);
        for (int i = 0; i < logits.Length; i++) Assert.Equal(expected[i], logits[i], 1e-4f);
    }

    [Theory, InlineData("mnist.pt"), InlineData("mnist.safetensors")]
    public void The_test_images_are_recognised_as_often_as_by_torch(string name)
    {
        var (_, expected) = Reference(name);
        var weights = Files[name](Fixtures.Public($"burn-mnist/{name}"));
        byte[] labels = Unpack("t10k-labels-idx1-ubyte.gz", 8), pixels = Pixels();
        int correct = 0;
        for (int first = 0; first < labels.Length; first += Batch)
        {
            using var scope = new TensorScope();
            var classes = Logits(weights, Images(pixels, first, Batch)).ArgMax(1).ToArray<long>();
            for (int i = 0; i < Batch; i++) correct += classes[i] == labels[first + i] ? 1 : 0;
        }
        Assert.Equal(expected, correct);
    }

    /// <summary>PyTorch's first five rows of logits and its number of right answers. The two files are of two trainings; what comes with them is about one.</summary>
    private static (float[] Logits, int Correct) Reference(string name)
    {
        if (name == "mnist.safetensors")
        {
            var golden = Safetensors.Load(Path.Combine(AppContext.BaseDirectory, "goldens", "burn-mnist.safetensors"));
            return (golden["logits"].ToArray<float>(), (int)golden["correct"].Item());
        }
        using var json = JsonDocument.Parse(File.ReadAllText(Fixtures.Public("burn-mnist/reference-torch.json")));
        float[] logits = [.. json.RootElement.GetProperty("logits_first5").EnumerateArray().SelectMany(row => row.EnumerateArray()).Select(x => x.GetSingle())];
        return (logits, json.RootElement.GetProperty("t10k_correct").GetInt32());
    }

    /// <summary>Three convolutions, a normalization, two dense layers, a normalization; both normalizations by their running figures.</summary>
    private static Tensor Logits(Dictionary<string, Tensor> w, Tensor x)
    {
        using var off = Grad.Off();
        for (int i = 1; i <= 3; i++) x = x.Conv2d(w[$"conv{i}.weight"], w[$"conv{i}.bias"]).Relu();
        x = Normalize(x, "norm1", 24, 1, 1).Flatten(1);
        x = x.Linear(w["fc1.weight"], w["fc1.bias"]).Relu();
        return Normalize(x.Linear(w["fc2.weight"], w["fc2.bias"]), "norm2", 10);

        Tensor Normalize(Tensor t, string name, params int[] shape)
        {
            var scale = w[$"{name}.weight"] / (w[$"{name}.running_var"] + 1e-5).Sqrt();
            var shift = w[$"{name}.bias"] - w[$"{name}.running_mean"] * scale;
            return t * scale.Reshape(shape) + shift.Reshape(shape);
        }
    }

    private static byte[] Pixels() => Unpack("t10k-images-idx3-ubyte.gz", 16);

    private static Tensor Images(byte[] pixels, int first, int count) =>
        (Tensor.From(pixels.AsSpan(first * 784, count * 784).ToArray()).Reshape(count, 1, 28, 28).To(DType.Float32) / 255 - 0.1307) / 0.3081;

    private static byte[] Unpack(string name, int header)
    {
        using var file = new GZipStream(File.OpenRead(Path.Combine(SharedData.Require("mnist"), name)), CompressionMode.Decompress);
        var content = new MemoryStream();
        file.CopyTo(content);
        return content.ToArray()[header..];
    }
}
