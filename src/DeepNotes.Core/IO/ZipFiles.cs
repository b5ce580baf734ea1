using System.IO.Compression;

namespace DeepNotes.IO;

/// <summary>Zip archives from outside: their sizes are believed only as far as their bytes bear them out.</summary>
internal static class ZipFiles
{
    /// <summary>Deflate cannot do better than 1032 to 1; an entry that claims more is no deflate stream.</summary>
    private const long BestRatio = 1032;

    public static ZipArchive Open(Stream stream, string path)
    {
        try
        {
            var archive = new ZipArchive(stream, ZipArchiveMode.Read, leaveOpen: true);
            _ = archive.Entries.Count;
            return archive;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new TensorFormatException($"{path}: not a readable zip archive: {e.Message}", e);
        }
    }

    /// <summary>An entry's bytes, at most so many; no more memory is taken than the compressed bytes can fill.</summary>
    public static byte[] Read(ZipArchiveEntry entry, string path, long limit)
    {
        try
        {
            if (entry.Length > Math.Min(limit, Array.MaxLength)) throw new TensorFormatException($"{path}: the entry {entry.FullName} has {entry.Length} bytes; at most {Math.Min(limit, Array.MaxLength)} are read.");
            if (entry.Length > 64 + entry.CompressedLength * BestRatio) throw new TensorFormatException($"{path}: the entry {entry.FullName} claims {entry.Length} bytes from {entry.CompressedLength} compressed ones, which is impossible.");
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            if (stream.ReadByte() >= 0) throw new TensorFormatException($"{path}: the entry {entry.FullName} is longer than it says.");
            return bytes;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new TensorFormatException($"{path}: the entry {entry.FullName} is damaged: {e.Message}", e);
        }
    }

    private static bool IsDamage(Exception e) => e is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException or FormatException and not TensorFormatException;
}
