using System.Runtime.InteropServices;

namespace DeepNotes.Core.Tests.IO;

/// <summary>Two tensors, or two sets of named ones, are the same in type, shape and every bit.</summary>
internal static class SameBits
{
    public static void Check(Tensor expected, Tensor actual, string name)
    {
        Assert.True(expected.DType == actual.DType && expected.Shape == actual.Shape, $"{name}: expected {expected.Shape} {expected.DType}, got {actual.Shape} {actual.DType}");
        Assert.True(BytesOf(expected).AsSpan().SequenceEqual(BytesOf(actual)), $"{name}: expected {expected}, got {actual}");
    }

    public static void Check(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual, string name)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        foreach (var (key, tensor) in expected) Check(tensor, actual[key], $"{name}, {key}");
    }

    public static byte[] BytesOf(Tensor tensor)
    {
        var source = tensor.Contiguous();
        var bytes = source.Count == 0 ? [] : MemoryMarshal.CreateSpan(ref source.FirstByte, source.Count * source.DType.Size()).ToArray();
        GC.KeepAlive(source);
        return bytes;
    }
}
