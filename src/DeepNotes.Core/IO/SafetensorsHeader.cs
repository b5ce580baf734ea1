using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace DeepNotes.IO;

/// <summary>What a safetensors file says of a tensor: the numbers lie from Begin to End behind the header.</summary>
internal readonly record struct SafetensorsEntry(string Name, DType DType, Shape Shape, long Begin, long End);

/// <summary>The header of a safetensors file, checked: the tensors follow each other without gap or overlap and fill the file.</summary>
/// <param name="Entries">The tensors in the order of their numbers.</param>
/// <param name="Metadata">The text stored with them.</param>
/// <param name="DataStart">Where in the file the numbers begin.</param>
internal sealed record SafetensorsHeader(List<SafetensorsEntry> Entries, Dictionary<string, string> Metadata, long DataStart)
{
    public const string MetadataKey = "__metadata__";

    private const int LongestHeader = 100_000_000;

    public static SafetensorsHeader Read(SafeFileHandle file, string path)
    {
        long length = RandomAccess.GetLength(file);
        if (length < 8) throw new TensorFormatException($"{path}: {length} bytes are too few for a safetensors file, which begins with a length of 8 bytes.");
        Span<byte> prefix = stackalloc byte[8];
        ReadExactly(file, prefix, 0, path);
        ulong headerLength = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (headerLength > LongestHeader || headerLength > (ulong)(length - 8)) throw new TensorFormatException($"{path}: the header is said to have {headerLength} bytes; the file has {length - 8} after that number, and {LongestHeader} is the limit.");
        var header = new byte[headerLength];
        ReadExactly(file, header, 8, path);
        return Parse(header, length - 8 - header.Length, path);
    }

    public static byte[] Write(IEnumerable<(string Name, Tensor Tensor)> entries, IReadOnlyDictionary<string, string>? metadata)
    {
        using var header = new MemoryStream();
        header.SetLength(8);
        header.Position = 8;
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
                json.WriteStartObject(name);
                json.WriteString("dtype", NameOf(tensor.DType));
                json.WriteStartArray("shape");
                foreach (int length in tensor.Shape) json.WriteNumberValue(length);
                json.WriteEndArray();
                json.WriteStartArray("data_offsets");
                json.WriteNumberValue(at);
                json.WriteNumberValue(at += TensorBytes.Length(tensor));
                json.WriteEndArray();
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }
        // Spaces up to a multiple of eight, so that the numbers are aligned in a mapped file.
        while (header.Length % 8 != 0) header.WriteByte((byte)' ');
        var bytes = header.ToArray();
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)bytes.Length - 8);
        return bytes;
    }

    private static void ReadExactly(SafeFileHandle file, Span<byte> bytes, long position, string path)
    {
        while (bytes.Length > 0)
        {
            int read = RandomAccess.Read(file, bytes, position);
            if (read == 0) throw new TensorFormatException($"{path}: the file ends inside its header.");
            position += read;
            bytes = bytes[read..];
        }
    }

    private static SafetensorsHeader Parse(byte[] header, long dataBytes, string path)
    {
        var metadata = new Dictionary<string, string>();
        var entries = new List<SafetensorsEntry>();
        try
        {
            using var document = JsonDocument.Parse(header, new JsonDocumentOptions { MaxDepth = 8 });
            if (document.RootElement.ValueKind != JsonValueKind.Object) throw new TensorFormatException($"{path}: the header is not a JSON object.");
            var names = new HashSet<string>();
            foreach (var property in document.RootElement.EnumerateObject())
            {
                string name = property.Name;
                if (!names.Add(name)) throw new TensorFormatException($"{path}: the header names \"{name}\" twice.");
                if (name == MetadataKey) ReadMetadata(property.Value, metadata, path);
                else entries.Add(ReadEntry(name, property.Value, dataBytes, path));
            }
        }
        catch (JsonException e)
        {
            throw new TensorFormatException($"{path}: the header is not JSON: {e.Message}", e);
        }
        catch (InvalidOperationException e)
        {
            throw new TensorFormatException($"{path}: the header holds a string that is not valid Unicode.", e);
        }
        entries.Sort((a, b) => a.Begin != b.Begin ? a.Begin.CompareTo(b.Begin) : a.End.CompareTo(b.End));
        long at = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin != at) throw new TensorFormatException($"{path}: the tensor \"{entry.Name}\" begins at {entry.Begin}, the one before it ends at {at}: tensors must follow each other without gap or overlap.");
            at = entry.End;
        }
        if (at != dataBytes) throw new TensorFormatException($"{path}: the tensors take {at} bytes, the file has {dataBytes} behind the header.");
        return new SafetensorsHeader(entries, metadata, 8 + header.Length);
    }

    private static SafetensorsEntry ReadEntry(string name, JsonElement value, long dataBytes, string path)
    {
        if (value.ValueKind != JsonValueKind.Object || !value.TryGetProperty("dtype", out var type) || !value.TryGetProperty("shape", out var shape) || !value.TryGetProperty("data_offsets", out var offsets))
            throw new TensorFormatException($"{path}: the entry \"{name}\" does not have dtype, shape and data_offsets.");
        if (type.ValueKind != JsonValueKind.String) throw new TensorFormatException($"{path}: the dtype of \"{name}\" is not a string.");
        var dtype = TypeOf(type.GetString()!, name, path);
        if (shape.ValueKind != JsonValueKind.Array || shape.GetArrayLength() > Shape.MaxRank) throw new TensorFormatException($"{path}: the shape of \"{name}\" is not an array of at most {Shape.MaxRank} lengths.");
        var lengths = new List<int>();
        long count = 1;
        foreach (var length in shape.EnumerateArray())
        {
            if (length.ValueKind != JsonValueKind.Number || !length.TryGetInt32(out int n) || n < 0) throw new TensorFormatException($"{path}: the shape of \"{name}\" holds {length.GetRawText()}, which is no length from 0 to 2³¹−1.");
            lengths.Add(n);
            // Without the zeros: a tensor without elements may have any other lengths, in any order.
            count = Math.Min(count * Math.Max(n, 1), int.MaxValue + 1L);
        }
        if (lengths.Contains(0)) count = 0;
        if (count > int.MaxValue) throw new TensorFormatException($"{path}: the tensor \"{name}\" has more than 2³¹−1 elements.");
        if (offsets.ValueKind != JsonValueKind.Array || offsets.GetArrayLength() != 2 || !Offset(offsets[0], out long begin) || !Offset(offsets[1], out long end) || begin < 0 || end < begin || end > dataBytes)
            throw new TensorFormatException($"{path}: the data_offsets of \"{name}\" do not lie in the {dataBytes} bytes behind the header.");
        if (end - begin != count * dtype.Size()) throw new TensorFormatException($"{path}: the tensor \"{name}\" [{string.Join(", ", lengths)}] {dtype} takes {count * dtype.Size()} bytes; its data_offsets give it {end - begin}.");
        return new SafetensorsEntry(name, dtype, Shape.Create(CollectionsMarshal.AsSpan(lengths)), begin, end);
    }

    private static bool Offset(JsonElement element, out long value)
    {
        value = 0;
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out value);
    }

    private static void ReadMetadata(JsonElement value, Dictionary<string, string> metadata, string path)
    {
        if (value.ValueKind != JsonValueKind.Object) throw new TensorFormatException($"{path}: {MetadataKey} is not an object.");
        foreach (var property in value.EnumerateObject())
        {
            if (property.Value.ValueKind != JsonValueKind.String) throw new TensorFormatException($"{path}: the metadata \"{property.Name}\" is not a string.");
            metadata[property.Name] = property.Value.GetString()!;
        }
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
