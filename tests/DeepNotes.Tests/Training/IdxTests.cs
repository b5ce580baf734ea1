using DeepNotes.Training;

namespace DeepNotes.Tests.Training;

public sealed class IdxTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Bytes_keep_their_shape_and_order(bool gzipped)
    {
        byte[] bytes = IdxFile.Bytes(0x08, [2, 3], 1, 2, 3, 4, 5, 255);
        var tensor = Idx.Load(_directory.Write("a", gzipped ? IdxFile.Gzip(bytes) : bytes));

        Assert.Equal(DType.UInt8, tensor.DType);
        Assert.Equal("[2, 3]", tensor.Shape.ToString());
        Assert.Equal([1, 2, 3, 4, 5, 255], tensor.ToArray<byte>());
    }

    [Fact]
    public void Wider_types_are_big_endian()
    {
        Assert.Equal([0x01020304, -2], Idx.Load(_directory.Write("i", IdxFile.Bytes(0x0C, [2], 1, 2, 3, 4, 0xFF, 0xFF, 0xFF, 0xFE))).ToArray<int>());
        Assert.Equal([1f, -2f], Idx.Load(_directory.Write("f", IdxFile.Bytes(0x0D, [2], 0x3F, 0x80, 0, 0, 0xC0, 0, 0, 0))).ToArray<float>());
        Assert.Equal([1.0], Idx.Load(_directory.Write("d", IdxFile.Bytes(0x0E, [1], 0x3F, 0xF0, 0, 0, 0, 0, 0, 0))).ToArray<double>());
    }

    [Fact]
    public void An_empty_dimension_is_an_empty_tensor() =>
        Assert.Equal("[0, 28, 28]", Idx.Load(_directory.Write("a", IdxFile.Bytes(0x08, [0, 28, 28]))).Shape.ToString());

    public static TheoryData<string, byte[], string> Hostile => new()
    {
        { "empty file", [], "ends at byte 0" },
        { "half a magic number", [0, 0], "ends at byte 2" },
        { "text", "hello, world"u8.ToArray(), "not an IDX file" },
        { "unknown type", IdxFile.Bytes(0x0A, [1], 1), "not an IDX file" },
        { "no dimension", IdxFile.Bytes(0x08, []), "0 dimensions" },
        { "255 dimensions", [0, 0, 8, 255, 0, 0, 0, 1], "255 dimensions" },
        { "dimensions cut off", [0, 0, 8, 3, 0, 0, 0, 1, 0, 0], "ends at byte 10" },
        { "negative dimension", IdxFile.Bytes(0x08, [0xFFFFFFFF], 1), "dimension 0 at byte 4 is 4294967295" },
        { "huge count", IdxFile.Bytes(0x08, [60000, 28, 28], 1), "cannot hold more than 1" },
        { "product past 64 bits", IdxFile.Bytes(0x0E, [0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF, 0x7FFFFFFF], 1), "are allowed" },
        { "product that wraps to zero", IdxFile.Bytes(0x08, [0x10000, 0x10000, 0x10000, 0x10000]), "are allowed" },
        { "data cut off", IdxFile.Bytes(0x08, [4], 1, 2, 3), "cannot hold more than 3" },
        { "data too long", IdxFile.Bytes(0x08, [2], 1, 2, 3), "more bytes follow" },
        { "gzipped: data cut off", IdxFile.Gzip(IdxFile.Bytes(0x08, [4], 1, 2, 3)), "ends at byte 11" },
        { "gzipped: data too long", IdxFile.Gzip(IdxFile.Bytes(0x08, [2], 1, 2, 3)), "more bytes follow" },
        { "gzipped: huge count", IdxFile.Gzip(IdxFile.Bytes(0x08, [60000, 28, 28], 1)), "cannot hold more than" },
        { "gzip header alone", [0x1F, 0x8B], "" },
        { "damaged gzip", [0x1F, 0x8B, 8, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9], "" },
    };

    [Theory]
    [MemberData(nameof(Hostile))]
    public void Hostile_files_are_refused_with_file_and_place(string what, byte[] content, string message)
    {
        string path = _directory.Write("hostile.idx", content);
        var error = Assert.Throws<TensorFormatException>(() => Idx.Load(path));
        Assert.Contains("hostile.idx", error.Message);
        Assert.True(error.Message.Contains(message), $"{what}: {error.Message}");
    }

    [Fact]
    public void A_truncated_gzip_file_is_refused_unless_every_element_is_there()
    {
        byte[] elements = [.. Enumerable.Range(0, 64).Select(i => (byte)(i * 37))];
        byte[] whole = IdxFile.Gzip(IdxFile.Bytes(0x08, [8, 8], elements));
        int refused = 0;
        for (int length = 0; length < whole.Length; length++)
        {
            string path = _directory.Write("cut.gz", whole[..length]);
            try
            {
                Assert.Equal(elements, Idx.Load(path).ToArray<byte>());
            }
            catch (TensorFormatException)
            {
                refused++;
            }
        }

        // All but those that lack no more than the end mark and the checksum.
        Assert.InRange(refused, whole.Length - 12, whole.Length);
    }

    [Fact]
    public void A_flipped_bit_never_escapes_as_another_exception()
    {
        byte[] whole = IdxFile.Bytes(0x08, [3, 5], [.. Enumerable.Range(0, 15).Select(i => (byte)(i * 17))]);
        foreach (byte[] good in new[] { whole, IdxFile.Gzip(whole) })
        {
            for (int bit = 0; bit < 8 * good.Length; bit++)
            {
                byte[] bad = [.. good];
                bad[bit / 8] ^= (byte)(1 << (bit % 8));
                string path = _directory.Write("flipped", bad);
                try
                {
                    Idx.Load(path);
                }
                catch (Exception e) when (e is TensorFormatException or NotSupportedException)
                {
                    // Refused, as most flips must be; a flip in the elements themselves of a plain file cannot be seen.
                }
            }
        }
    }

    [Fact]
    public void A_gzip_bomb_is_refused_before_memory_is_taken()
    {
        // 64 MB of zeros in some 64 KB, honestly announced: over a limit of 1 MB it is refused from its header.
        string path = _directory.Write("bomb.gz", IdxFile.Gzip(IdxFile.Bytes(0x08, [64 << 20], new byte[64 << 20])));
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<TensorFormatException>(() => Idx.Load(path, maxBytes: 1 << 20));
        long taken = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Contains("at most 1048576", error.Message);
        Assert.InRange(taken, 0, 4 << 20);

        // Announced small, it is read no further than announced.
        path = _directory.Write("liar.gz", IdxFile.Gzip(IdxFile.Bytes(0x08, [16], new byte[64 << 20])));
        before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<TensorFormatException>(() => Idx.Load(path));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 4 << 20);
    }

    [Fact]
    public void Types_without_a_tensor_type_say_so() =>
        Assert.Throws<NotSupportedException>(() => Idx.Load(_directory.Write("s", IdxFile.Bytes(0x0B, [1], 0, 1))));

    [Fact]
    public void A_missing_file_is_a_file_not_found() =>
        Assert.Throws<FileNotFoundException>(() => Idx.Load(Path.Combine(_directory.Path, "none")));
}
