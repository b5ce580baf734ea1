using DeepNotes.IO;

namespace DeepNotes.Nn.Tests;

/// <summary>PyTorch's numbers, written by the scripts in tests/goldens.</summary>
internal sealed class Goldens
{
    private readonly IReadOnlyDictionary<string, Tensor> _tensors;

    private Goldens(string file) => _tensors = Safetensors.Load(Path.Combine(AppContext.BaseDirectory, "goldens", file + ".safetensors"));

    public static Goldens Layers { get; } = new("layers");

    public static Goldens Optimizers { get; } = new("optimizers");

    public static Goldens Schedules { get; } = new("schedules");

    public static Goldens Distributions { get; } = new("distributions");

    public Tensor this[string key] => _tensors[key];

    public Tensor? Find(string key) => _tensors.GetValueOrDefault(key);

    public IEnumerable<string> Keys => _tensors.Keys;

    /// <summary>All tensors below a prefix, without it, in the file's order.</summary>
    public Dictionary<string, Tensor> Below(string prefix) =>
        _tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

    /// <summary>|found − expected| ≤ tolerance·(1 + |expected|), element by element, and equal shapes.</summary>
    public static void AssertClose(Tensor expected, Tensor found, double tolerance, string what)
    {
        Assert.Equal(expected.Shape, found.Shape);
        double[] e = expected.Detach().To(DType.Float64).ToArray<double>(), f = found.Detach().To(DType.Float64).ToArray<double>();
        for (int i = 0; i < e.Length; i++)
            Assert.True(f[i].Equals(e[i]) || Math.Abs(f[i] - e[i]) <= tolerance * (1 + Math.Abs(e[i])), $"{what}, element {i}: {f[i]:R} instead of {e[i]:R}");
    }
}
