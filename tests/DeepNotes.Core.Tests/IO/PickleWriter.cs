using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace DeepNotes.Core.Tests.IO;

/// <summary>Writes pickles instruction by instruction, honest and other ones, and the files around them.</summary>
internal sealed class PickleWriter
{
    private readonly MemoryStream bytes = new();

    public PickleWriter() => Raw(0x80, 2);

    public PickleWriter Raw(params ReadOnlySpan<byte> codes)
    {
        bytes.Write(codes);
        return this;
    }

    public PickleWriter Code(char code) => Raw((byte)code);

    public PickleWriter Global(string module, string name) => Raw(Encoding.UTF8.GetBytes($"c{module}\n{name}\n"));

    public PickleWriter Text(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        var length = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(length, utf8.Length);
        return Code('X').Raw(length).Raw(utf8);
    }

    public PickleWriter Number(long value)
    {
        var eight = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(eight, value);
        return Raw(0x8a, 8).Raw(eight);
    }

    public PickleWriter Tuple(params ReadOnlySpan<long> values)
    {
        Code('(');
        foreach (long value in values) Number(value);
        return Code('t');
    }

    /// <summary>A tensor of Float32 over the storage of this key.</summary>
    public PickleWriter Tensor(string key, long storageCount, long offset, long[] size, long[] stride) =>
        Global("torch._utils", "_rebuild_tensor_v2").Code('(')
            .Code('(').Text("storage").Global("torch", "FloatStorage").Text(key).Text("cpu").Number(storageCount).Code('t').Code('Q')
            .Number(offset).Tuple(size).Tuple(stride).Raw(0x89).Global("collections", "OrderedDict").Code(')').Code('R').Code('t').Code('R');

    public byte[] End() => Code('.').bytes.ToArray();

    /// <summary>The pickle in an archive as torch.save makes it, with storages.</summary>
    public static byte[] Zip(byte[] pickle, CompressionLevel level, params ReadOnlySpan<(string Key, byte[] Bytes)> storages)
    {
        var target = new MemoryStream();
        using (var archive = new ZipArchive(target, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add("data.pkl", pickle);
            foreach (var (key, content) in storages) Add($"data/{key}", content);
            Add("version", "3\n"u8.ToArray());

            void Add(string name, byte[] content)
            {
                using var entry = archive.CreateEntry($"archive/{name}", level).Open();
                entry.Write(content);
            }
        }
        return target.ToArray();
    }

    /// <summary>The pickle in the older form, with storages of Float32.</summary>
    public static byte[] Legacy(byte[] pickle, params ReadOnlySpan<(string Key, byte[] Bytes)> storages)
    {
        var target = new MemoryStream();
        target.Write(new PickleWriter().Raw(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19).End());
        target.Write(new PickleWriter().Raw((byte)'M', 0xe9, 0x03).End());
        target.Write(new PickleWriter().Code('}').Code('(').Text("little_endian").Raw(0x88).Code('u').End());
        target.Write(pickle);
        var keys = new PickleWriter().Code(']').Code('(');
        foreach (var (key, _) in storages) keys.Text(key);
        target.Write(keys.Code('e').End());
        var length = new byte[8];
        foreach (var (_, content) in storages)
        {
            BinaryPrimitives.WriteInt64LittleEndian(length, content.Length / 4);
            target.Write(length);
            target.Write(content);
        }
        return target.ToArray();
    }
}
