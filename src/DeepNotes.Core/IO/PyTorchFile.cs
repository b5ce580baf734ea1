using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Numerics;

namespace DeepNotes.IO;

/// <summary>
/// Reads what torch.save wrote (.pt, .pth): the zip form and the older one without zip. Data only: tensors, numbers, texts,
/// lists, tuples and dictionaries. Classes and functions beyond those that tensors need are refused by name, and nothing
/// in the file runs.
/// </summary>
public static class PyTorchFile
{
    /// <summary>A pickle is unpacked by as many instructions as an uncompressed file has bytes, and these.</summary>
    private const int SpareInstructions = 1_000_000;

    private static readonly Dictionary<string, DType> StorageTypes = new()
    {
        ["torch.FloatStorage"] = DType.Float32,
        ["torch.DoubleStorage"] = DType.Float64,
        ["torch.HalfStorage"] = DType.Float16,
        ["torch.BFloat16Storage"] = DType.BFloat16,
        ["torch.LongStorage"] = DType.Int64,
        ["torch.IntStorage"] = DType.Int32,
        ["torch.ShortStorage"] = DType.Int16,
        ["torch.CharStorage"] = DType.Int8,
        ["torch.ByteStorage"] = DType.UInt8,
        ["torch.BoolStorage"] = DType.Bool,
    };

    private static readonly HashSet<string> Functions =
        ["collections.OrderedDict", "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor", "torch._utils._rebuild_parameter", "torch.Size", "torch.device"];

    /// <summary>Reads all tensors of a file under the names that lead to them, joined by dots: <c>model.fc1.weight</c>, <c>layers.0.bias</c>.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The tensors by name; a file that is one tensor has it under the empty name. Tensors that share memory in the file share it here.</returns>
    /// <exception cref="TensorFormatException">The file is not what it should be, or holds what is refused; the message says where.</exception>
    public static Dictionary<string, Tensor> Load(string path)
    {
        object? content = LoadObject(path);
        return new TensorNames(path).Collect(content);
    }

    /// <summary>
    /// Reads a file as it is nested: <see cref="Tensor"/>, long, double, bool, string, null, <c>List&lt;object?&gt;</c>, <c>object?[]</c> for
    /// tuples and <c>OrderedDictionary&lt;object, object?&gt;</c>.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFormatException">The file is not what it should be, or holds what is refused; the message says where.</exception>
    public static object? LoadObject(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        Span<byte> start = stackalloc byte[4];
        int read = stream.ReadAtLeast(start, 4, throwOnEndOfStream: false);
        stream.Position = 0;
        if (read >= 4 && BinaryPrimitives.ReadUInt32LittleEndian(start) == 0x04034B50) return FromZip(stream, path);
        if (read >= 2 && start[0] == 0x80) return FromLegacy(stream, path);
        throw new TensorFormatException($"{path}: neither a zip archive nor a pickle, so not written by torch.save.");
    }

    private static object? FromZip(FileStream stream, string path)
    {
        using var archive = ZipFiles.Open(stream, path);
        var pickles = archive.Entries.Where(entry => entry.FullName == "data.pkl" || entry.FullName.EndsWith("/data.pkl", StringComparison.Ordinal)).ToArray();
        if (pickles.Length != 1) throw new TensorFormatException($"{path}: the archive has {pickles.Length} entries data.pkl instead of one.");
        string root = pickles[0].FullName[..^"data.pkl".Length];
        if (archive.GetEntry(root + "byteorder") is { } order && System.Text.Encoding.ASCII.GetString(ZipFiles.Read(order, path, 16)) is var text && text != "little")
            throw new TensorFormatException($"{path}: the numbers are {text}-endian; little-endian files are supported.");
        var storages = new Dictionary<string, Tensor>();
        var reader = new PickleReader(path, ZipFiles.Read(pickles[0], path, 1 << 28), name => Find(name, path), id => Storage(id, path, (key, type, count) =>
        {
            if (storages.TryGetValue(key, out var known)) return Same(known, type, count, key, path);
            var entry = archive.GetEntry($"{root}data/{key}") ?? throw new TensorFormatException($"{path}: the storage {key} is missing from the archive.");
            if (entry.Length != (long)count * type.Size()) throw new TensorFormatException($"{path}: the storage {key} should have {count} elements {type}; the archive has {entry.Length} bytes for it.");
            return storages[key] = ZipFiles.Read(entry, path, long.MaxValue, bytes => Filled(count, type, bytes));
        }), (function, arguments) => Call(function, arguments, path), stream.Length + SpareInstructions);
        return reader.Read();
    }

    /// <summary>The form before PyTorch 1.6: a magic number, a version, the writer's sizes, the object, the storages' keys, then their numbers.</summary>
    private static object? FromLegacy(FileStream stream, string path)
    {
        if (stream.Length > Array.MaxLength) throw new TensorFormatException($"{path}: files of the older form are supported up to 2 GB.");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        using var numbers = new MemoryStream(bytes);
        var roots = new Dictionary<string, Tensor>();
        long room = bytes.Length;
        var reader = new PickleReader(path, bytes, name => Find(name, path), id => Storage(id, path, (key, type, count) =>
        {
            if (roots.TryGetValue(key, out var known)) return Same(known, type, count, key, path);
            // Its numbers come later in the file, which must have room for them all.
            room -= (long)count * type.Size();
            if (room < 0) throw new TensorFormatException($"{path}: the storage {key} of {count} elements {type} does not fit the file.");
            return roots[key] = Tensor.Zeros([count], type);
        }), (function, arguments) => Call(function, arguments, path), long.MaxValue);
        if (reader.Read() is not BigInteger magic || magic != BigInteger.Parse("119547037146038801333356", CultureInfo.InvariantCulture)) throw new TensorFormatException($"{path}: a pickle without the magic number of torch.save.");
        if (reader.Read() is not 1001L) throw new TensorFormatException($"{path}: the older form is known in version 1001 only.");
        if (reader.Read() is not OrderedDictionary<object, object?> system || system.TryGetValue("little_endian", out object? little) && little is not true) throw new TensorFormatException($"{path}: the numbers are not little-endian.");
        object? result = reader.Read();
        if (reader.Read() is not List<object?> keys) throw new TensorFormatException($"{path}: the list of storages is missing.");
        int at = reader.Position;
        foreach (object? key in keys)
        {
            if (key is not string name || !roots.TryGetValue(name, out var storage)) throw new TensorFormatException($"{path}: the list of storages names {key}, which no tensor uses.");
            if (bytes.Length - at < 8) throw new TensorFormatException($"{path}: the file ends before the storage {name}.");
            long count = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(at));
            at += 8;
            long size = TensorBytes.Length(storage);
            if (count != storage.Count) throw new TensorFormatException($"{path}: the storage {name} should have {storage.Count} elements; the file says {count}.");
            if (bytes.Length - at < size) throw new TensorFormatException($"{path}: the file ends inside the storage {name}.");
            numbers.Position = at;
            TensorBytes.Read(numbers, storage);
            at += (int)size;
            roots.Remove(name);
        }
        if (roots.Count > 0) throw new TensorFormatException($"{path}: the storage {roots.Keys.First()} has no numbers in the file.");
        return result;
    }

    private static PickleGlobal Find(string name, string path)
    {
        if (Functions.Contains(name) || StorageTypes.ContainsKey(name)) return new PickleGlobal(name);
        throw new TensorFormatException($"{path}: the pickle asks for {name}, which is not among the classes and functions that tensors need, and is refused. Save a state_dict() instead of a whole object.");
    }

    /// <summary>A persistent id ('storage', type, key, device, count) or, in the older form, with (view key, offset, count) behind it.</summary>
    private static Tensor Storage(object?[] id, string path, Func<string, DType, int, Tensor> find)
    {
        if (id is not ["storage", PickleGlobal global, string key, string _, long count, ..] || !StorageTypes.TryGetValue(global.Name, out var type)) throw new TensorFormatException($"{path}: a storage is not described as torch.save does.");
        if (count < 0 || count > int.MaxValue) throw new TensorFormatException($"{path}: the storage {key} has {count} elements; up to 2³¹−1 are supported.");
        var storage = find(key, type, (int)count);
        if (id.Length == 5 || id[5] is null) return storage;
        if (id[5] is object?[] view && view is [string, long offset, long length] && offset >= 0 && length >= 0 && offset <= count - length) return storage.Narrow(0, (int)offset, (int)length);
        throw new TensorFormatException($"{path}: the view of the storage {key} does not lie inside it.");
    }

    private static Tensor Same(Tensor known, DType type, int count, string key, string path) =>
        known.DType == type && known.Count == count ? known : throw new TensorFormatException($"{path}: the storage {key} is described in two ways.");

    private static object? Call(PickleGlobal function, object?[] arguments, string path) => function.Name switch
    {
        "collections.OrderedDict" when arguments.Length == 0 => PickleKeys.NewDictionary(),
        "torch._utils._rebuild_tensor_v2" when arguments is [Tensor storage, long offset, object?[] size, object?[] stride, ..] => Rebuild(storage, offset, size, stride, path),
        "torch._utils._rebuild_tensor" when arguments is [Tensor storage, long offset, object?[] size, object?[] stride] => Rebuild(storage, offset, size, stride, path),
        "torch._utils._rebuild_parameter" when arguments is [Tensor data, ..] => data,
        "torch.Size" when arguments is [object?[] lengths] => lengths,
        "torch.device" when arguments is [string device, ..] => device,
        _ => throw new TensorFormatException($"{path}: {function.Name} is not called as torch.save does."),
    };

    private static Tensor Rebuild(Tensor storage, long offset, object?[] size, object?[] stride, string path)
    {
        if (size.Length != stride.Length || size.Length > Shape.MaxRank) throw new TensorFormatException($"{path}: a tensor has {size.Length} lengths and {stride.Length} strides; as many of both, and at most {Shape.MaxRank}, are supported.");
        var lengths = new int[size.Length];
        var steps = new int[size.Length];
        long count = 1, last = offset;
        bool isEmpty = size.Contains(0L);
        for (int i = 0; i < size.Length; i++)
        {
            if (size[i] is not long length || stride[i] is not long step || length < 0 || length > int.MaxValue || step < 0 || (step > int.MaxValue && !isEmpty)) throw new TensorFormatException($"{path}: a tensor has the length {size[i]} with the stride {stride[i]}.");
            (lengths[i], steps[i]) = ((int)length, (int)step);
            count = isEmpty ? 0 : count * length;
            if (count > int.MaxValue) throw new TensorFormatException($"{path}: a tensor has more than 2³¹−1 elements.");
            last += (length - 1) * step;
        }
        if (offset < 0 || offset > storage.Count || (!isEmpty && last >= storage.Count)) throw new TensorFormatException($"{path}: a tensor [{string.Join(", ", lengths)}] at {offset} reaches beyond its storage of {storage.Count} elements.");
        return storage.View(Shape.Create(lengths), isEmpty ? null : steps, isEmpty ? storage.Offset : storage.Offset + (int)offset);
    }

    private static Tensor Filled(int count, DType type, Stream bytes)
    {
        var storage = Tensor.Allocate([count], type, Device.Cpu);
        TensorBytes.Read(bytes, storage);
        return storage;
    }
}
