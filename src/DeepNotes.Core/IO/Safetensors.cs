using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace DeepNotes.IO;

/// <summary>
/// Named tensors in a file of the safetensors format: the length of a JSON header as 64 bits, the header, the numbers. A
/// file from outside is checked before anything is made of it, and nothing in it runs.
/// </summary>
public static class Safetensors
{
    private const int LongestHeader = 100_000_000;
    private const string MetadataKey = "__metadata__";

    /// <summary>Writes tensors to a file; what was there before is replaced only when the new one is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The tensors by name.</param>
    /// <param name="metadata">Text to store with them, or null for none.</param>
    /// <exception cref="ArgumentException">A name is that of the metadata entry.</exception>
    public static void Save(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var entries = new List<(string Name, Tensor Tensor)>();
        foreach (var (name, tensor) in tensors)
        {
            if (name == MetadataKey) throw new ArgumentException($"A tensor cannot be named {MetadataKey}: that is where the format keeps its metadata.", nameof(tensors));
            using (Grad.Off()) entries.Add((name, tensor.Detach().To(Device.Cpu).Contiguous()));
        }
        // Wide elements first, as the format's own writer does: every tensor is then aligned to its element.
        entries.Sort((a, b) => a.Tensor.DType.Size() != b.Tensor.DType.Size() ? b.Tensor.DType.Size() - a.Tensor.DType.Size() : string.CompareOrdinal(a.Name, b.Name));
        AtomicFile.Write(path, stream => Write(stream, entries, metadata));
    }

    /// <summary>Reads all tensors of a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name.</returns>
    /// <exception cref="TensorFormatException">The file is not what it should be; the message says where.</exception>
    public static Dictionary<string, Tensor> Load(string path) => Load(path, out _);

    /// <summary>Reads all tensors of a file, and its metadata.</summary>
    /// <param name="path">The file.</param>
    /// <param name="metadata">The text stored with them; empty if there is none.</param>
    /// <returns>The tensors by name.</returns>
    /// <exception cref="TensorFormatException">The file is not what it should be; the message says where.</exception>
    public static Dictionary<string, Tensor> Load(string path, out Dictionary<string, string> metadata)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan);
        var header = ReadHeader(stream, path);
        var entries = Parse(header, stream.Length - 8 - header.Length, path, out metadata);
        var result = new Dictionary<string, Tensor>(entries.Count);
        foreach (var entry in entries)
        {
            var tensor = Tensor.Allocate(entry.Shape, entry.DType, Device.Cpu);
            stream.Position = 8 + header.Length + entry.Begin;
            try
            {
                stream.ReadExactly(Bytes(tensor));
            }
            catch (EndOfStreamException e)
            {
                throw new TensorFormatException($"{path}: the file ends inside the tensor \"{entry.Name}\".", e);
            }
            if (entry.DType == DType.Bool) Normalize(Bytes(tensor));
            result.Add(entry.Name, tensor);
        }
        return result;
    }

    private readonly record struct Entry(string Name, DType DType, Shape Shape, long Begin, long End);

    private static byte[] ReadHeader(FileStream stream, string path)
    {
        if (stream.Length < 8) throw new TensorFormatException($"{path}: {stream.Length} bytes are too few for a safetensors file, which begins with a length of 8 bytes.");
        Span<byte> prefix = stackalloc byte[8];
        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > LongestHeader || length > (ulong)(stream.Length - 8)) throw new TensorFormatException($"{path}: the header is said to have {length} bytes; the file has {stream.Length - 8} after that number, and {LongestHeader} is the limit.");
        var header = new byte[length];
        stream.ReadExactly(header);
        return header;
    }

    private static List<Entry> Parse(byte[] header, long dataBytes, string path, out Dictionary<string, string> metadata)
    {
        metadata = [];
        var entries = new List<Entry>();
        var names = new HashSet<string>();
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
        }
        catch (JsonException e)
        {
            throw new TensorFormatException($"{path}: the header is not JSON: {e.Message}", e);
        }
        using (document)
        {
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new TensorFormatException($"{path}: the header is not a JSON object.");
            foreach (var property in document.RootElement.EnumerateObject())
            {
                string name = Text(() => property.Name, path);
                if (!names.Add(name)) throw new TensorFormatException($"{path}: the header names \"{name}\" twice.");
                if (name == MetadataKey) ReadMetadata(property.Value, metadata, path);
                else entries.Add(ReadEntry(name, property.Value, dataBytes, path));
            }
        }
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long at = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != at) throw new TensorFormatException($"{path}: the tensor \"{entry.Name}\" begins at {entry.Begin}, the one before it ends at {at}: tensors must follow each other without gap or overlap.");
            at = entry.End;
        }
        if (at != dataBytes) throw new TensorFormatException($"{path}: the tensors take {at} bytes, the file has {dataBytes} behind the header.");
        return entries;
    }

    private static Entry ReadEntry(string name, JsonElement value, long dataBytes, string path)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("dtype", out var type) || !value.TryGetProperty("shape", out var shape) || !value.TryGetProperty("data_offsets", out var offsets))
            throw new TensorFormatException($"{path}: the entry \"{name}\" does not have dtype, shape and data_offsets.");
        if (type.ValueKind != JsonValueKind.String) throw new TensorFormatException($"{path}: the dtype of \"{name}\" is not a string.");
        var dtype = TypeOf(Text(() => type.GetString()!, path), name, path);
        if (shape.ValueKind != JsonValueKind.Array || shape.GetArrayLength() > Shape.MaxRank) throw new TensorFormatException($"{path}: the shape of \"{name}\" is not an array of at most {Shape.MaxRank} lengths.");
        var lengths = new List<int>();
        long count = 1;
        foreach (var length in shape.EnumerateArray())
        {
            if (length.ValueKind != JsonValueKind.Number || !length.TryGetInt32(out int n) || n < 0) throw new TensorFormatException($"{path}: the shape of \"{name}\" holds {length.GetRawText()}, which is no length.");
            lengths.Add(n);
            count *= n;
            if (count > int.MaxValue) throw new TensorFormatException($"{path}: the tensor \"{name}\" has more than 2³¹−1 elements.");
        }
        if (offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2 || !Offset(offsets[0], out long begin) || !Offset(offsets[1], out long end) || begin < 0 || end < begin || end > dataBytes)
            throw new TensorFormatException($"{path}: the data_offsets of \"{name}\" do not lie in the {dataBytes} bytes behind the header.");
        if (end - begin != count * dtype.Size()) throw new TensorFormatException($"{path}: the tensor \"{name}\" [{string.Join(", ", lengths)}] {dtype} takes {count * dtype.Size()} bytes; its data_offsets give it {end - begin}.");
        return new Entry(name, dtype, Shape.Create(CollectionsMarshal.AsSpan(lengths)), begin, end);
    }

    private static bool Offset(JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
    }

    /// <summary>A string of the document; one that is not valid Unicode is a format error.</summary>
    private static string Text(Func<string> read, string path)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException e)
        {
            throw new TensorFormatException($"{path}: the header holds a string that is not valid Unicode.", e);
        }
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) throw new TensorFormatException($"{path}: {MetadataKey} is not an object.");
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw new TensorFormatException($"{path}: the metadata \"{Text(() => property.Name, path)}\" is not a string.");
            metadata[Text(() => property.Name, path)] = Text(() => property.Value.GetString()!, path);
        }
    }

    private static void Write(Stream stream, List<(string Name, Tensor Tensor)> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        using var header = new MemoryStream();
        using (var json = new Utf8JsonWriter(header))
        {
            json.WriteStartObject();
            if (metadata is { Count: > 0 })
            {
                json.WriteStartObject(MetadataKey);
                foreach (var (key, value) in metadata) json.WriteString(key, value);
                json.WriteEndObject();
            }
            long at = 0;
            foreach (var (name, tensor) in entries)
            {
                long bytes = (long)tensor.Count * tensor.DType.Size();
                json.WriteStartObject(name);
                json.WriteString("dtype", NameOf(tensor.DType));
                json.WriteStartArray("shape");
                foreach (int length in tensor.Shape) json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += bytes);
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces up to a multiple of eight, so that the numbers are aligned in a mapped file.
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(prefix, (ulong)header.Length);
        stream.Write(prefix);
        header.WriteTo(stream);
        foreach (var (_, tensor) in entries) stream.Write(Bytes(tensor));
    }

    private static Span<byte> Bytes(Tensor tensor) => tensor.Count == 0 ? [] : MemoryMarshal.CreateSpan(ref tensor.FirstByte, checked(tensor.Count * tensor.DType.Size()));

    private static void Normalize(Span<byte> truth)
    {
        foreach (ref byte b in truth) b = b == 0 ? (byte)0 : (byte)1;
    }

    private static DType TypeOf(string name, string tensor, string path) => name switch
    {
        "F32" => DType.Float32,
        "F64" => DType.Float64,
        "I64" => DType.Int64,
        "I32" => DType.Int32,
        "F16" => DType.Float16,
        "BF16" => DType.BFloat16,
        "I16" => DType.Int16,
        "I8" => DType.Int8,
        "U8" => DType.UInt8,
        "BOOL" => DType.Bool,
        _ => throw new TensorFormatException($"{path}: the tensor \"{tensor}\" has the type {name}, which is not supported; there are F64, F32, F16, BF16, I64, I32, I16, I8, U8 and BOOL."),
    };

    private static string NameOf(DType type) => type switch
    {
        DType.Float32 => "F32",
        DType.Float64 => "F64",
        DType.Int64 => "I64",
        DType.Int32 => "I32",
        DType.Float16 => "F16",
        DType.BFloat16 => "BF16",
        DType.Int16 => "I16",
        DType.Int8 => "I8",
        DType.UInt8 => "U8",
        _ => "BOOL",
    };
}
