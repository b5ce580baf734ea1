using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO.Fuzz;

/// <summary>Hostile files of each format, one from each random sequence: damaged ones, and ones whose every part is well formed and wrong.</summary>
internal static class FuzzedFiles
{
    private static readonly string[] SafetensorsTypes = ["F64", "F32", "F16", "BF16", "I64", "I32", "I16", "I8", "U8", "BOOL", "F8_E4M3", "f32", ""];
    private static readonly string[] NumpyTypes = ["<f8", "<f4", "<f2", ">f4", ">i8", "<i4", ">i2", "|i1", "|u1", "|b1", "<c8", "|O", "<U4", "", "f4", "<f99"];
    private static readonly string[] Own = ["types-zip.pt", "views-zip.pt", "single-zip.pt"];
    private static readonly string[] OwnLegacy = ["types-legacy.pt", "views-legacy.pt", "single-legacy.pt"];
    private static readonly string[] OwnArrays = ["big-endian.npy", "fortran.npy", "version-3.npy", "ours-rank0.npy", "ours-rank8.npy", "ours-Bool.npy"];

    private const string IndexName = "model.safetensors.index.json";

    private static readonly Lazy<Dictionary<string, byte[]>> Sharded = new(() =>
    {
        using var directory = new TemporaryDirectory();
        DeepNotes.IO.Safetensors.SaveSharded(directory.Path, Fixtures.EveryKind(), maxBytes: 100);
        return Directory.GetFiles(directory.Path).Order().ToDictionary(path => Path.GetFileName(path), File.ReadAllBytes);
    });

    public static string Safetensors(Random random, TemporaryDirectory directory) =>
        directory.Write("a.safetensors", random.Next(3) switch
        {
            0 => random.Damage(Fixture("ours.safetensors")),
            1 => WithHeader(random.DamageText(Header(Fixture("ours.safetensors"), out byte[] data)), data, random),
            _ => WithHeader(InventedHeader(random, out int size), new byte[size], random),
        });

    public static string Index(Random random, TemporaryDirectory directory)
    {
        foreach (var (name, bytes) in Sharded.Value) directory.Write(name, bytes);
        string[] shards = [.. Sharded.Value.Keys.Where(name => name != IndexName)];
        string index = random.Chance(0.5)
            ? "{\"weight_map\":{" + string.Join(",", Enumerable.Range(0, random.Next(6)).Select(i => $"\"{random.Pick("Float32", "rank1", "empty", random.Pick(Mutation.Texts))}\":\"{random.Pick(random.Pick(shards), random.Pick(Mutation.Texts))}\"")) + "}}"
            : random.DamageText(Encoding.UTF8.GetString(Sharded.Value[IndexName]));
        if (random.Chance(0.1))
        {
            string shard = random.Pick(shards);
            directory.Write(shard, random.Damage(Sharded.Value[shard]));
        }
        return directory.Write(IndexName, Encoding.UTF8.GetBytes(index));
    }

    public static string Npy(Random random, TemporaryDirectory directory) => directory.Write("a.npy", NpyBytes(random));

    public static string Npz(Random random, TemporaryDirectory directory) =>
        directory.Write("a.npz", random.Chance(0.4) ? random.Damage(Fixture(random.Pick("types.npz", "ours.npz"))) : Zip(random, i => ($"{random.Pick("a", "b", $"x{i}", random.Pick(Mutation.Texts))}{random.Pick(".npy", ".npy", ".npy", "")}", NpyBytes(random))));

    public static string Pt(Random random, TemporaryDirectory directory)
    {
        if (random.Chance(0.4)) return directory.Write("a.pt", random.Damage(Fixture(random.Pick(Own))));
        byte[] pickle = Pickle(random, zip: true);
        return directory.Write("a.pt", random.Chance(0.5)
            ? PickleWriter.Zip(pickle, random.Pick(CompressionLevel.NoCompression, CompressionLevel.Optimal), ("0", new byte[24]), ("1", new byte[random.Pick(0, 4, 400)]))
            : Zip(random, i => i switch { 0 => ("archive/data.pkl", pickle), 1 => ("archive/data/0", new byte[24]), _ => ($"archive/{random.Pick("byteorder", "data/1", "data/" + random.Pick(Mutation.Texts), "data.pkl")}", new byte[random.Pick(0, 24, 1000)]) }));
    }

    public static string Legacy(Random random, TemporaryDirectory directory)
    {
        byte[] bytes = random.Chance(0.4) ? Fixture(random.Pick(OwnLegacy)) : PickleWriter.Legacy(Pickle(random, zip: false), ("0", new byte[24]));
        return directory.Write("a.pt", random.Chance(0.8) ? random.Damage(bytes) : bytes);
    }

    private static byte[] Fixture(string name) => File.ReadAllBytes(Fixtures.Own(name));

    private static string Header(byte[] file, out byte[] data)
    {
        int length = (int)BinaryPrimitives.ReadInt64LittleEndian(file);
        data = file[(8 + length)..];
        return Encoding.UTF8.GetString(file, 8, length);
    }

    private static byte[] WithHeader(string header, byte[] data, Random random)
    {
        var bytes = Encoding.UTF8.GetBytes(header);
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, random.Chance(0.95) ? bytes.Length : random.Pick(Mutation.Numbers));
        return [.. prefix, .. bytes, .. data];
    }

    /// <summary>Entries one behind the other, some of which are not what they seem.</summary>
    private static string InventedHeader(Random random, out int size)
    {
        var entries = new List<string>();
        long at = 0;
        for (int i = random.Next(5); i > 0; i--)
        {
            long begin = random.Chance(0.93) ? at : random.Pick(Mutation.Numbers), length = random.Pick(0, 4, 8, 24, 24), end = random.Chance(0.93) ? begin + length : random.Pick(Mutation.Numbers);
            string type = random.Chance(0.7) ? "F32" : random.Pick(SafetensorsTypes);
            string shape = random.Chance(0.8) ? $"{length / 4}" : string.Join(",", Enumerable.Range(0, random.Next(11)).Select(_ => random.Pick(Mutation.Numbers)));
            entries.Add($"\"{(random.Chance(0.8) ? $"t{i}" : random.Pick(Mutation.Texts))}\":{{\"dtype\":\"{type}\",\"shape\":[{shape}],\"data_offsets\":[{begin},{end}]}}");
            at += length;
        }
        size = (int)at;
        return "{" + string.Join(",", entries) + "}";
    }

    private static byte[] NpyBytes(Random random)
    {
        if (random.Chance(0.3)) return random.Damage(Fixture(random.Pick(OwnArrays)));
        string shape = random.Chance(0.5) ? "2, 3" : string.Join(", ", Enumerable.Range(0, random.Next(10)).Select(_ => random.Pick(Mutation.Numbers).ToString(CultureInfo.InvariantCulture)));
        string header = $"{{'descr': '{(random.Chance(0.5) ? "<f4" : random.Pick(NumpyTypes))}', 'fortran_order': {random.Pick("False", "True", "None")}, 'shape': ({shape}), }}\n";
        if (random.Chance(0.2)) header = random.DamageText(header);
        bool isWide = random.Chance(0.3);
        long claimed = random.Chance(0.95) ? header.Length : random.Pick(Mutation.Numbers);
        byte[] start = [0x93, .. "NUMPY"u8, (byte)(isWide ? random.Pick(2, 3) : 1), 0, (byte)claimed, (byte)(claimed >> 8)];
        if (isWide) start = [.. start, (byte)(claimed >> 16), (byte)(claimed >> 24)];
        return [.. start, .. Encoding.Latin1.GetBytes(header), .. new byte[random.Pick(0, 24, 24, 24, 48, 6, 12)]];
    }

    /// <summary>An archive that may lie about an entry, list one many times, or hold a bomb.</summary>
    private static byte[] Zip(Random random, Func<int, (string Name, byte[] Content)> entry)
    {
        var zip = new ForgedZip();
        int count = random.Next(1, 5);
        for (int i = 0; i < count; i++)
        {
            var (name, content) = entry(i);
            if (random.Chance(0.03)) content = new byte[random.Pick(100_000, 2_000_000)];
            bool lies = random.Chance(0.15);
            long? Lie() => lies && random.Chance(0.4) ? random.Pick(Mutation.Numbers) : null;
            zip.Add(name, content, random.Chance(0.5), Lie() is { } method ? (int)(method & 0xff) : null, Lie(), Lie(), Lie());
            if (random.Chance(0.05)) zip.List(name + "2", wide: random.Chance(0.5));
            for (int k = random.Chance(0.02) ? 1000 : 0; k > 0; k--) zip.List($"again{k}.npy");
        }
        byte[] bytes = zip.End(random.Chance(0.95) ? null : random.Pick(0, 1, 65535));
        return random.Chance(0.1) ? random.Damage(bytes) : bytes;
    }

    /// <summary>Instructions of which each alone makes sense, mostly around tensors.</summary>
    private static byte[] Pickle(Random random, bool zip)
    {
        if (random.Chance(0.3)) return random.Damage(new PickleWriter().Code(']').Code('(').Tensor("0", 6, 0, [2, 3], [3, 1]).Tensor("0", 6, 1, [5], [1]).Code('e').End());
        var writer = new PickleWriter();
        bool isList = random.Chance(0.8);
        if (isList) writer.Code(']').Raw((byte)'q', 0).Code('(');
        for (int i = random.Next(1, 20); i > 0; i--) Instruction(writer, random, zip);
        return isList ? writer.Code('e').End() : writer.End();
    }

    private static void Instruction(PickleWriter writer, Random random, bool zip)
    {
        long Length() => random.Chance(0.7) ? random.Next(4) : random.Pick(Mutation.Numbers);
        switch (random.Next(16))
        {
            case 0: case 1: case 2: case 3: case 4:
                int rank = random.Chance(0.9) ? random.Next(4) : random.Next(10);
                writer.Tensor(random.Pick("0", "0", "0", zip ? "1" : "0", "2"), random.Chance(0.9) ? 6 : random.Pick(Mutation.Numbers), Length(), [.. Enumerable.Range(0, rank).Select(_ => Length())], [.. Enumerable.Range(0, rank).Select(_ => Length())]);
                break;
            case 5: writer.Raw((byte)'h', 0); break;
            case 6: writer.Raw(0x94); break;
            case 7: writer.Number(random.Pick(Mutation.Numbers)); break;
            case 8: writer.Text(random.Pick(Mutation.Texts)); break;
            case 9: writer.Code('}').Text(random.Pick(Mutation.Texts)).Raw((byte)'h', 0).Code('s'); break;
            case 10: writer.Global(random.Pick("torch", "os", "collections"), random.Pick("FloatStorage", "OrderedDict", "system", "Size")); break;
            case 11: writer.Raw((byte)random.Next(256)); break;
            case 12: writer.Tuple(random.Pick(Mutation.Numbers)); break;
            case 13: writer.Code(random.Pick(']', '}', ')', 'N', '(')); break;
            case 14: writer.Raw(0x8c, (byte)random.Next(4)).Raw("abc"u8); break;
            default: writer.Code(random.Pick('t', 'a', 'e', 's', 'u', 'b', 'Q', 'R', '0', '2')); break;
        }
    }
}
