using System.Buffers.Binary;
using System.IO.Compression;

namespace DeepNotes.Tests.Training;

/// <summary>Writes IDX files, right and wrong ones.</summary>
internal static class IdxFile
{
    /// <summary>Magic number, dimensions and elements as they are given, fitting or not.</summary>
    public static byte[] Bytes(byte type, uint[] dimensions, params byte[] data)
    {
        var bytes = new byte[4 + 4 * dimensions.Length + data.Length];
        bytes[2] = type;
        bytes[3] = (byte)dimensions.Length;
        for (int i = 0; i < dimensions.Length; i++) BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4 + 4 * i), dimensions[i]);
        data.CopyTo(bytes, 4 + 4 * dimensions.Length);
        return bytes;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize)) gzip.Write(bytes);
        return packed.ToArray();
    }
}
