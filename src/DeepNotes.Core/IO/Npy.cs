using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace DeepNotes.IO;

/// <summary>Reads and writes NumPy's files: .npy holds one array, .npz a zip archive of them.</summary>
public static class Npy
{
    private const int LongestHeader = 1 << 16;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Reads an array. Fortran order becomes a view with the same indices.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFormatException">The file is not what it should be; the message says where.</exception>
    public static Tensor Load(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        return Read(stream, stream.Length, path);
    }

    /// <summary>Reads all arrays of an .npz file by name.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="TensorFormatException">The file is not what it should be; the message says where.</exception>
    public static Dictionary<string, Tensor> LoadArchive(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
        using var archive = ZipFiles.Open(stream, path);
        var result = new Dictionary<string, Tensor>();
        foreach (var entry in archive.Entries)
        {
            string name = entry.FullName.EndsWith(".npy", StringComparison.Ordinal) ? entry.FullName[..^4] : throw new TensorFormatException($"{path}: the entry {entry.FullName} is no .npy array.");
            var tensor = ZipFiles.Read(entry, path, long.MaxValue, stream => Read(stream, entry.Length, $"{path}/{entry.FullName}"));
            if (!result.TryAdd(name, tensor)) throw new TensorFormatException($"{path}: two arrays have the name {name}.");
        }
        return result;
    }

    /// <summary>Writes an array; what was there before is replaced only when the new file is complete. BFloat16, which NumPy lacks, is written as Float32.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensor">What is written.</param>
    public static void Save(string path, Tensor tensor) => AtomicFile.Write(path, stream => Write(stream, tensor));

    /// <summary>Writes arrays into an .npz file, compressed; what was there before is replaced only when the new file is complete.</summary>
    /// <param name="path">The file.</param>
    /// <param name="tensors">The arrays by name.</param>
    /// <exception cref="ArgumentException">A name is there twice.</exception>
    public static void SaveArchive(string path, IEnumerable<KeyValuePair<string, Tensor>> tensors) => AtomicFile.Write(path, stream =>
    {
        using var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true);
        var names = new HashSet<string>();
        foreach (var (name, tensor) in tensors)
        {
            if (!names.Add(name)) throw new ArgumentException($"Two arrays have the name \"{name}\".", nameof(tensors));
            var entry = archive.CreateEntry(name + ".npy", CompressionLevel.Fastest);
            // The earliest time that zip knows: the same arrays give the same bytes.
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
            using var target = entry.Open();
            Write(target, tensor);
        }
    });

    private static Tensor Read(Stream stream, long length, string path)
    {
        Span<byte> start = stackalloc byte[12];
        int read = stream.ReadAtLeast(start[..10], 10, throwOnEndOfStream: false);
        if (read < 10 || !start[..6].SequenceEqual(Magic)) throw new TensorFormatException($"{path}: does not begin with the magic bytes of an .npy file.");
        int version = start[6];
        if (version is < 1 or > 3) throw new TensorFormatException($"{path}: version {version} of the .npy format is not known.");
        long headerLength = BinaryPrimitives.ReadUInt16LittleEndian(start[8..]);
        int prefix = 10;
        if (version > 1)
        {
            if (stream.ReadAtLeast(start[10..], 2, throwOnEndOfStream: false) < 2) throw new TensorFormatException($"{path}: the file ends inside its header.");
            headerLength = BinaryPrimitives.ReadUInt32LittleEndian(start[8..]);
            prefix = 12;
        }
        if (headerLength > LongestHeader || headerLength > length - prefix) throw new TensorFormatException($"{path}: the header is said to have {headerLength} bytes; the file has {length - prefix} left, and {LongestHeader} is the limit.");
        var header = new byte[headerLength];
        stream.ReadExactly(header);
        var (descriptor, isFortran, lengths) = NpyHeader.Parse(Encoding.Latin1.GetString(header), path);
        var (dtype, isBigEndian) = NpyHeader.TypeOf(descriptor, path);
        long count = lengths.Contains(0) ? 0 : 1;
        foreach (int n in lengths)
        {
            count *= n;
            if (count > int.MaxValue) throw new TensorFormatException($"{path}: the array [{string.Join(", ", lengths)}] has more than 2³¹−1 elements.");
        }
        long bytes = count * dtype.Size(), rest = length - prefix - headerLength;
        if (bytes != rest) throw new TensorFormatException($"{path}: the array [{string.Join(", ", lengths)}] {descriptor} takes {bytes} bytes; the file has {rest} behind its header.");
        if (isFortran) Array.Reverse(lengths);
        var result = Tensor.Allocate(Shape.Create(lengths), dtype, Device.Cpu);
        TensorBytes.Read(stream, result);
        if (isBigEndian) TensorBytes.Swap(result);
        if (!isFortran) return result;
        var order = new int[lengths.Length];
        for (int i = 0; i < order.Length; i++) order[i] = order.Length - 1 - i;
        return result.Permute(order);
    }

    private static void Write(Stream stream, Tensor tensor)
    {
        Tensor source;
        using (Grad.Off()) source = tensor.Detach().To(tensor.DType == DType.BFloat16 ? DType.Float32 : tensor.DType).To(Device.Cpu).Contiguous();
        string lengths = string.Join(", ", source.Shape.ToArray()) + (source.Rank == 1 ? "," : "");
        string header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '{NpyHeader.NameOf(source.DType)}', 'fortran_order': False, 'shape': ({lengths}), }}");
        // The numbers begin on a boundary of 64 bytes, as NumPy has it.
        header = header.PadRight((10 + header.Length + 1 + 63) / 64 * 64 - 10 - 1) + "\n";
        stream.Write(Magic);
        stream.Write([1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        stream.Write(Encoding.Latin1.GetBytes(header));
        TensorBytes.Write(stream, source);
    }
}
