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
            long room = stream.Length;
            // Entries that share compressed bytes could unpack to far more than the file bears out.
            foreach (var entry in archive.Entries)
            {
                if (entry.CompressedLength < 0 || (room -= entry.CompressedLength) < 0) throw new TensorFormatException($"{path}: the archive's entries are together longer than the archive.");
            }
            return archive;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new TensorFormatException($"{path}: not a readable zip archive: {e.Message}", e);
        }
    }

    /// <summary>An entry's bytes, at most so many.</summary>
    public static byte[] Read(ZipArchiveEntry entry, string path, int limit) => Read(entry, path, limit, stream =>
    {
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    });

    /// <summary>What a reader makes of an entry's bytes, all of which it must take; their number is one that the compressed bytes can fill.</summary>
    public static T Read<T>(ZipArchiveEntry entry, string path, long limit, Func<Stream, T> read)
    {
        try
        {
            if (entry.Length < 0 || entry.Length > limit) throw new TensorFormatException($"{path}: the entry {entry.FullName} has {entry.Length} bytes; at most {limit} are read.");
            if (entry.Length > 64 + entry.CompressedLength * BestRatio) throw new TensorFormatException($"{path}: the entry {entry.FullName} claims {entry.Length} bytes from {entry.CompressedLength} compressed ones, which is impossible.");
            using var stream = entry.Open();
            var result = read(stream);
            if (stream.ReadByte() >= 0) throw new TensorFormatException($"{path}: the entry {entry.FullName} is longer than it says.");
            return result;
        }
        catch (Exception e) when (IsDamage(e))
        {
            throw new TensorFormatException($"{path}: the entry {entry.FullName} is damaged: {e.Message}", e);
        }
    }

    private static bool IsDamage(Exception e) =>
        e is InvalidDataException or IOException or ArgumentException or NotSupportedException or OverflowException || (e is FormatException and not TensorFormatException);
}
