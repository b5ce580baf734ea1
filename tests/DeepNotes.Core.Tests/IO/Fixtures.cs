using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO;

/// <summary>Files to read: those beside the tests, and public ones.</summary>
internal static class Fixtures
{
    public static string Own(string name) => Path.Combine(AppContext.BaseDirectory, "goldens", "files", name);

    public static string Public(string name) => Path.Combine(SharedData.Require("weights"), name);

    /// <summary>Reads a file of any format by its name's ending; a single tensor has the empty name.</summary>
    public static Dictionary<string, Tensor> Load(string path) => Path.GetExtension(path) switch
    {
        ".safetensors" => Safetensors.Load(path),
        ".npy" => new() { [""] = Npy.Load(path) },
        ".npz" => Npy.LoadArchive(path),
        _ => PyTorchFile.Load(path),
    };

    /// <summary>The tensors from which the generator wrote <c>ours.*</c> and <c>types-*</c>: every type, every rank, one without elements.</summary>
    public static Dictionary<string, Tensor> EveryKind()
    {
        var result = new Dictionary<string, Tensor>();
        foreach (var type in Enum.GetValues<DType>()) result[type.ToString()] = Values([2, 3], type);
        for (int rank = 0; rank <= Shape.MaxRank; rank++) result[$"rank{rank}"] = Values(Shape.Create(Enumerable.Range(0, rank).Select(i => 1 + i % 2).ToArray()), DType.Float32);
        result["empty"] = Tensor.Zeros([3, 0, 2]);
        return result;
    }

    /// <summary>3i − 4 for the i-th element; its lowest bit where only truth values are to be had.</summary>
    private static Tensor Values(Shape shape, DType type)
    {
        var numbers = Enumerable.Range(0, shape.ElementCount).Select(i => 3 * i - 4).ToArray();
        if (type == DType.Bool) numbers = [.. numbers.Select(n => n & 1)];
        if (type == DType.UInt8) return Tensor.From(numbers.Select(n => unchecked((byte)n)).ToArray()).Reshape(shape);
        return Tensor.From(numbers).Reshape(shape).To(type);
    }
}
