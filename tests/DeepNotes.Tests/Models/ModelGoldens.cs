using DeepNotes.IO;
using DeepNotes.Nn;

namespace DeepNotes.Tests.Models;

/// <summary>PyTorch's results for whole models, written by tests/goldens/generate_models.py, in Float64.</summary>
internal static class ModelGoldens
{
    private static readonly IReadOnlyDictionary<string, Tensor> Tensors = Safetensors.Load(Path.Combine(AppContext.BaseDirectory, "goldens", "models.safetensors"));

    public static Tensor Of(string key) => Tensors[key];

    /// <summary>All tensors below a prefix, without it, in the file's order.</summary>
    public static IReadOnlyDictionary<string, Tensor> Below(string prefix) =>
        Tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).ToDictionary(t => t.Key[prefix.Length..], t => t.Value);

    /// <summary>A model with PyTorch's weights gives PyTorch's output and gradients, under PyTorch's keys in PyTorch's order.</summary>
    /// <param name="name">The model's name in the file.</param>
    /// <param name="model">In Float64.</param>
    /// <param name="forward">From the inputs in the file to the output.</param>
    public static void Check(string name, Module model, Func<Tensor[], Tensor> forward)
    {
        IReadOnlyDictionary<string, Tensor> state = Below($"{name}.state."), gradients = Below($"{name}.gradient.");
        Assert.Equal(state.Keys, model.StateDict().Keys);
        model.LoadStateDict(state);
        Tensor y = forward([.. Below($"{name}.x").Values]);
        AssertClose(Of($"{name}.y"), y, 1e-10, "output");
        (y * Of($"{name}.g")).Sum().Backward();
        Assert.Equal(gradients.Keys, model.NamedParameters().Select(p => p.Key));
        foreach (var (key, parameter) in model.NamedParameters()) AssertClose(gradients[key], parameter.Grad!, 1e-9, key);
    }

    /// <summary>|found − expected| ≤ tolerance·(1 + |expected|), element by element, and equal shapes.</summary>
    public static void AssertClose(Tensor expected, Tensor found, double tolerance, string what)
    {
        Assert.Equal(expected.Shape, found.Shape);
        double[] e = expected.Detach().To(DType.Float64).ToArray<double>(), f = found.Detach().To(DType.Float64).ToArray<double>();
        for (int i = 0; i < e.Length; i++)
            Assert.True(Math.Abs(f[i] - e[i]) <= tolerance * (1 + Math.Abs(e[i])), $"{what}, element {i}: {f[i]:R} instead of {e[i]:R}");
    }
}
