using System.IO.Compression;
using System.Text;
using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO;

/// <summary>A pickle that asks for more than tensors need is refused by name, in both forms of the file, and nothing in it runs.</summary>
public class PickleRefusalTests
{
    [Fact]
    public void What_the_test_writes_is_read_when_it_is_honest()
    {
        using var directory = new TemporaryDirectory();
        byte[] pickle = new PickleWriter().Tensor("0", 6, 1, [2, 2], [3, 1]).End(), storage = [.. Enumerable.Range(0, 6).SelectMany(i => BitConverter.GetBytes((float)i))];
        foreach (var file in new[] { PickleWriter.Zip(pickle, CompressionLevel.NoCompression, ("0", storage)), PickleWriter.Zip(pickle, CompressionLevel.Optimal, ("0", storage)), PickleWriter.Legacy(pickle, ("0", storage)) })
        {
            Assert.Equal([1f, 2f, 4f, 5f], PyTorchFile.Load(directory.Write("a.pt", file))[""].ToArray<float>());
        }
    }

    [Theory]
    [InlineData("os", "system")]
    [InlineData("posix", "system")]
    [InlineData("subprocess", "Popen")]
    [InlineData("builtins", "eval")]
    [InlineData("builtins", "exec")]
    [InlineData("builtins", "getattr")]
    [InlineData("__builtin__", "eval")]
    [InlineData("__main__", "Net")]
    [InlineData("torch", "load")]
    [InlineData("torch.nn.modules.linear", "Linear")]
    [InlineData("torch._utils", "_rebuild_sparse_tensor")]
    [InlineData("numpy.core.multiarray", "_reconstruct")]
    public void A_global_beyond_the_list_is_refused_by_name(string module, string name)
    {
        foreach (bool byStack in new[] { false, true })
        {
            var writer = new PickleWriter();
            if (byStack) writer.Text(module).Text(name).Raw(0x93);
            else writer.Global(module, name);
            RefusedIn(marker => writer.Text($"touch '{marker}'").Raw(0x85).Code('R').End(), $"{module}.{name}");
        }
    }

    [Theory]
    [InlineData("(S'touch \"MARKER\"'\nios\nsystem\n.", "0x53")]
    [InlineData("(ios\nsystem\n.", "0x69")]
    [InlineData("(cos\nsystem\nX\u0004\0\0\0aaaao.", "os.system")]
    [InlineData("cos\nsystem\n)\u0081.", "os.system")]
    [InlineData("ccollections\nOrderedDict\n)\u0081.", "0x81")]
    [InlineData("ccollections\nOrderedDict\n)}\u0092.", "0x92")]
    [InlineData("Pos.system\n.", "0x50")]
    [InlineData("\u0082\u0001.", "0x82")]
    [InlineData("(ccollections\nOrderedDict\no.", "0x6f")]
    [InlineData("ccollections\nOrderedDict\n}b.", "attributes")]
    [InlineData("ccollections\nOrderedDict\nX\u0001\0\0\0a\u0085R.", "OrderedDict is not called")]
    [InlineData("X\u0001\0\0\0a)R.", "would be called")]
    public void Other_ways_to_an_object_are_refused(string instructions, string reason) =>
        RefusedIn(marker => new PickleWriter().Raw(Encoding.Latin1.GetBytes(instructions.Replace("MARKER", marker))).End(), reason);

    [Fact]
    public void Tensors_that_do_not_lie_in_their_storage_are_refused()
    {
        using var directory = new TemporaryDirectory();
        var storage = new byte[24];
        (long Count, long Offset, long[] Size, long[] Stride)[] cases =
        [
            (6, 0, [7], [1]), (6, 3, [2, 2], [3, 1]), (6, -1, [2], [1]), (6, 7, [0], [1]), (6, 0, [2], [-1]), (6, 0, [2, 2], [1]), (6, 0, [-1], [1]),
            (6, 0, [1L << 31], [0]), (6, 0, [1 << 16, 1 << 16], [0, 0]), (6, 0, [2], [1L << 40]), (6, long.MaxValue, [2], [int.MaxValue]), (6, 0, [1, 1, 1, 1, 1, 1, 1, 1, 1], [1, 1, 1, 1, 1, 1, 1, 1, 1]),
            (7, 0, [7], [1]), (-1, 0, [1], [1]), (1L << 40, 0, [1], [1]), (int.MaxValue, 0, [1], [1]),
        ];
        foreach (var (count, offset, size, stride) in cases)
        {
            byte[] pickle = new PickleWriter().Tensor("0", count, offset, size, stride).End();
            foreach (var file in new[] { PickleWriter.Zip(pickle, CompressionLevel.NoCompression, ("0", storage)), PickleWriter.Legacy(pickle, ("0", storage)) })
            {
                Assert.Throws<TensorFormatException>(() => PyTorchFile.Load(directory.Write("a.pt", file)));
            }
        }
    }

    [Fact]
    public void Lists_of_the_same_lists_and_endless_lists_end()
    {
        using var directory = new TemporaryDirectory();
        var doubling = new PickleWriter().Code(']').Raw((byte)'q', 0);
        for (byte i = 1; i < 60; i++) doubling.Code(']').Raw((byte)'q', i).Raw((byte)'h', (byte)(i - 1)).Code('a').Raw((byte)'h', (byte)(i - 1)).Code('a');
        var endless = new PickleWriter().Code(']').Raw((byte)'q', 0).Raw((byte)'h', 0).Code('a');
        var longKeys = new PickleWriter().Code('}').Text(new string('k', 1025)).Code('N').Code('s');
        foreach (var pickle in new[] { doubling.End(), endless.End(), longKeys.End() })
        {
            Assert.Throws<TensorFormatException>(() => PyTorchFile.Load(directory.Write("a.pt", PickleWriter.Zip(pickle, CompressionLevel.Optimal))));
        }
    }

    [Fact]
    public void A_pickle_that_unpacks_to_far_more_than_its_file_is_refused()
    {
        using var directory = new TemporaryDirectory();
        var lists = new byte[20_000_000];
        Array.Fill(lists, (byte)']');
        var file = PickleWriter.Zip(new PickleWriter().Raw(lists).End(), CompressionLevel.Optimal);
        Assert.True(file.Length < 100_000);
        Assert.Contains("instructions", Assert.Throws<TensorFormatException>(() => PyTorchFile.Load(directory.Write("a.pt", file))).Message);
    }

    private static void RefusedIn(Func<string, byte[]> pickle, string reason)
    {
        using var directory = new TemporaryDirectory();
        string marker = Path.Combine(directory.Path, "ran");
        byte[] bytes = pickle(marker);
        foreach (var file in new[] { PickleWriter.Zip(bytes, CompressionLevel.NoCompression), PickleWriter.Legacy(bytes) })
        {
            string path = directory.Write("a.pt", file);
            Assert.Contains(reason, Assert.Throws<TensorFormatException>(() => PyTorchFile.Load(path)).Message);
            Assert.Contains(reason, Assert.Throws<TensorFormatException>(() => PyTorchFile.LoadObject(path)).Message);
        }
        Assert.False(File.Exists(marker));
    }
}
