using System.IO.Compression;
using System.Text;

namespace DeepNotes.Core.Tests.IO.Fuzz;

/// <summary>An archive written field by field, so that it can lie: about sizes, about places, about how many entries there are.</summary>
internal sealed class ForgedZip
{
    private readonly MemoryStream bytes = new();
    private readonly MemoryStream directory = new();
    private int count;

    /// <summary>What the last entry is said to be; what <see cref="List"/> writes again.</summary>
    public (int Method, long Packed, long Size, long Offset) Last { get; private set; }

    /// <summary>Writes an entry and lists it, with other figures where some are given.</summary>
    public void Add(string name, byte[] content, bool deflate, int? method = null, long? packed = null, long? size = null, long? offset = null)
    {
        byte[] stored = deflate ? Deflate(content) : content;
        Last = (method ?? (deflate ? 8 : 0), packed ?? stored.Length, size ?? content.Length, offset ?? bytes.Position);
        var utf8 = Encoding.UTF8.GetBytes(name);
        Write(bytes, (4, 0x04034b50), (2, 20), (2, 0), (2, Last.Method), (4, 0), (4, 0), (4, Last.Packed), (4, Last.Size), (2, utf8.Length), (2, 0));
        bytes.Write(utf8);
        bytes.Write(stored);
        List(name);
    }

    /// <summary>Lists the last entry again under another name: the same bytes, counted twice.</summary>
    public void List(string name, bool wide = false)
    {
        var utf8 = Encoding.UTF8.GetBytes(name);
        Write(directory, (4, 0x02014b50), (2, 20), (2, 20), (2, 0), (2, Last.Method), (4, 0), (4, 0), (4, wide ? uint.MaxValue : Last.Packed), (4, wide ? uint.MaxValue : Last.Size),
            (2, utf8.Length), (2, wide ? 28 : 0), (2, 0), (2, 0), (2, 0), (4, 0), (4, wide ? uint.MaxValue : Last.Offset));
        directory.Write(utf8);
        if (wide) Write(directory, (2, 1), (2, 24), (8, Last.Size), (8, Last.Packed), (8, Last.Offset));
        count++;
    }

    public byte[] End(int? claimedCount = null)
    {
        long start = bytes.Position;
        directory.WriteTo(bytes);
        Write(bytes, (4, 0x06054b50), (2, 0), (2, 0), (2, claimedCount ?? count), (2, claimedCount ?? count), (4, directory.Length), (4, start), (2, 0));
        return bytes.ToArray();
    }

    public static byte[] Deflate(byte[] content)
    {
        var target = new MemoryStream();
        using (var deflate = new DeflateStream(target, CompressionLevel.Optimal, leaveOpen: true)) deflate.Write(content);
        return target.ToArray();
    }

    private static void Write(MemoryStream target, params ReadOnlySpan<(int Size, long Value)> fields)
    {
        foreach (var (size, value) in fields)
        {
            for (int i = 0; i < size; i++) target.WriteByte((byte)(value >> (8 * i)));
        }
    }
}
