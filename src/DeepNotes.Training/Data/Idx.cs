using System.Buffers.Binary;
using System.IO.Compression;

namespace DeepNotes.Training;

/// <summary>
/// Reads IDX files, the format of MNIST: a magic number with type and rank, the dimensions, and the elements, all big-endian.
/// </summary>
/// <remarks>
/// Files may come from anywhere: every size is checked against what the file can hold before memory is taken.
/// The format is described at the end of Yann LeCun's page on MNIST.
/// </remarks>
public static class Idx
{
    /// <summary>The most bytes of elements that <see cref="Load"/> reads unless told otherwise: 1 GiB.</summary>
    public const long DefaultMaxBytes = 1L << 30;

    private const int MaxRank = 8;

    /// <summary>No deflate stream expands further than this: a match of 258 bytes takes at least two bits.</summary>
    private const long MaxDeflateRatio = 1032;

    /// <summary>Reads an IDX file, gzipped or not: the first bytes tell, not the name.</summary>
    /// <param name="path">The file.</param>
    /// <param name="maxBytes">The most bytes of elements to read; a file that claims more is refused.</param>
    /// <returns>A tensor of the file's shape; UInt8, Int32, Float32 or Float64 as the file says.</returns>
    /// <exception cref="TensorFormatException">The file is not IDX, is damaged, is too short or too long, or claims more than <paramref name="maxBytes"/>.</exception>
    /// <exception cref="NotSupportedException">The file holds 8-bit signed or 16-bit integers.</exception>
    /// <exception cref="IOException">The file cannot be opened or read.</exception>
    public static Tensor Load(string path, long maxBytes = DefaultMaxBytes)
    {
        var content = IdxContent.Read(path, maxBytes);
        var bytes = content.Data;
        var flat = content.Type switch
        {
            IdxType.UInt8 => Tensor.From(bytes),
            IdxType.Int32 => Tensor.From(Convert(bytes, 4, BinaryPrimitives.ReadInt32BigEndian)),
            IdxType.Float32 => Tensor.From(Convert(bytes, 4, BinaryPrimitives.ReadSingleBigEndian)),
            IdxType.Float64 => Tensor.From(Convert(bytes, 8, BinaryPrimitives.ReadDoubleBigEndian)),
            _ => throw new NotSupportedException($"{path}: IDX elements of type {content.Type} are not read; UInt8, Int32, Float32 and Float64 are."),
        };
        return flat.Reshape([.. content.Dimensions]);
    }

    private delegate T Reader<T>(ReadOnlySpan<byte> bytes);

    private static T[] Convert<T>(byte[] bytes, int size, Reader<T> read)
    {
        var values = new T[bytes.Length / size];
        for (int i = 0; i < values.Length; i++) values[i] = read(bytes.AsSpan(i * size, size));
        return values;
    }

    internal enum IdxType : byte
    {
        UInt8 = 0x08,
        Int8 = 0x09,
        Int16 = 0x0B,
        Int32 = 0x0C,
        Float32 = 0x0D,
        Float64 = 0x0E,
    }

    /// <summary>A file's header and its elements as the bytes stand there.</summary>
    internal sealed record IdxContent(IdxType Type, int[] Dimensions, byte[] Data)
    {
        public static IdxContent Read(string path, long maxBytes)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(maxBytes);
            using var file = File.OpenRead(path);
            Span<byte> first = stackalloc byte[2];
            bool gzipped = file.ReadAtLeast(first, 2, throwOnEndOfStream: false) == 2 && first is [0x1F, 0x8B];
            file.Position = 0;
            if (!gzipped) return Read(file, path, file.Length, maxBytes);

            try
            {
                using var unzipped = new GZipStream(file, CompressionMode.Decompress);
                return Read(unzipped, path, file.Length * MaxDeflateRatio, maxBytes);
            }
            catch (InvalidDataException e)
            {
                throw new TensorFormatException($"{path}: the gzip stream is damaged: {e.Message}", e);
            }
        }

        /// <param name="stream">The unpacked content.</param>
        /// <param name="path">The name for messages.</param>
        /// <param name="available">No more bytes than this can follow, whatever the header claims.</param>
        /// <param name="maxBytes">The caller's limit on the elements' bytes.</param>
        private static IdxContent Read(Stream stream, string path, long available, long maxBytes)
        {
            Span<byte> word = stackalloc byte[4];
            Fill(stream, word, path, 0);
            if (word[0] != 0 || word[1] != 0 || !Enum.IsDefined((IdxType)word[2]))
            {
                throw new TensorFormatException(
                    $"{path}: not an IDX file: it begins with 0x{BinaryPrimitives.ReadUInt32BigEndian(word):X8}, and 00 00, a type (08, 09, 0B to 0E) and the rank were expected.");
            }

            var type = (IdxType)word[2];
            int rank = word[3];
            if (rank is 0 or > MaxRank)
            {
                throw new TensorFormatException($"{path}: byte 3 says {rank} dimensions; 1 to {MaxRank} were expected.");
            }

            var dimensions = new int[rank];
            int header = 4 + 4 * rank;
            long size = type switch { IdxType.UInt8 or IdxType.Int8 => 1, IdxType.Int16 => 2, IdxType.Float64 => 8, _ => 4 };
            for (int i = 0; i < rank; i++)
            {
                Fill(stream, word, path, 4 + 4 * i);
                uint extent = BinaryPrimitives.ReadUInt32BigEndian(word);
                if (extent > int.MaxValue)
                {
                    throw new TensorFormatException($"{path}: dimension {i} at byte {4 + 4 * i} is {extent}; at most {int.MaxValue} was expected.");
                }

                dimensions[i] = (int)extent;

                // Past 2³¹ the product is refused anyway; not growing it further keeps it from overflowing.
                if (size <= int.MaxValue) size *= extent;
            }

            long limit = Math.Min(maxBytes, Array.MaxLength);
            if (size > limit)
            {
                throw new TensorFormatException($"{path}: the header claims [{string.Join(", ", dimensions)}], {size} bytes or more; at most {limit} are allowed.");
            }

            if (size > available - header)
            {
                throw new TensorFormatException(
                    $"{path}: the header claims [{string.Join(", ", dimensions)}], {size} bytes from byte {header} on, and the file cannot hold more than {Math.Max(0, available - header)}.");
            }

            var data = new byte[size];
            Fill(stream, data, path, header);
            if (stream.ReadByte() >= 0)
            {
                throw new TensorFormatException($"{path}: more bytes follow after the {size} of [{string.Join(", ", dimensions)}], at byte {header + size}.");
            }

            return new IdxContent(type, dimensions, data);
        }

        private static void Fill(Stream stream, Span<byte> target, string path, long at)
        {
            int read = stream.ReadAtLeast(target, target.Length, throwOnEndOfStream: false);
            if (read < target.Length)
            {
                throw new TensorFormatException($"{path}: the file ends at byte {at + read}; {target.Length} bytes were expected from byte {at} on.");
            }
        }
    }
}
