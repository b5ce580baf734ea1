using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace DeepNotes.IO;

/// <summary>The memory of contiguous tensors on the CPU to and from files, in pieces: a span holds 2 GB, a tensor more.</summary>
internal static class TensorBytes
{
    private const int Piece = 1 << 30;

    /// <exception cref="EndOfStreamException">The stream ends before the tensor is full.</exception>
    public static void Read(Stream stream, Tensor tensor)
    {
        for (long at = 0; at < Length(tensor); at += Piece) stream.ReadExactly(At(tensor, at));
        Normalize(tensor);
        GC.KeepAlive(tensor);
    }

    /// <exception cref="EndOfStreamException">The file ends before the tensor is full.</exception>
    public static void Read(SafeFileHandle file, long position, Tensor tensor)
    {
        for (long at = 0; at < Length(tensor); at += Piece)
        {
            for (var rest = At(tensor, at); rest.Length > 0;)
            {
                int read = RandomAccess.Read(file, rest, position);
                if (read == 0) throw new EndOfStreamException();
                position += read;
                rest = rest[read..];
            }
        }
        Normalize(tensor);
        GC.KeepAlive(tensor);
    }

    public static void Write(Stream stream, Tensor tensor)
    {
        for (long at = 0; at < Length(tensor); at += Piece) stream.Write(At(tensor, at));
        GC.KeepAlive(tensor);
    }

    /// <summary>Turns every element around: big-endian to little-endian.</summary>
    public static void Swap(Tensor tensor)
    {
        int size = tensor.DType.Size();
        for (long at = 0; size > 1 && at < Length(tensor); at += Piece)
        {
            var bytes = At(tensor, at);
            for (int i = 0; i < bytes.Length; i += size) bytes.Slice(i, size).Reverse();
        }
        GC.KeepAlive(tensor);
    }

    public static long Length(Tensor tensor) => (long)tensor.Count * tensor.DType.Size();

    private static Span<byte> At(Tensor tensor, long at) =>
        MemoryMarshal.CreateSpan(ref Unsafe.AddByteOffset(ref tensor.FirstByte, (nint)at), (int)Math.Min(Length(tensor) - at, Piece));

    // Any byte but 0 means true in a file; kernels count on 1.
    private static void Normalize(Tensor tensor)
    {
        if (tensor.DType != DType.Bool) return;
        for (long at = 0; at < Length(tensor); at += Piece)
        {
            foreach (ref byte b in At(tensor, at)) b = b == 0 ? (byte)0 : (byte)1;
        }
    }
}
