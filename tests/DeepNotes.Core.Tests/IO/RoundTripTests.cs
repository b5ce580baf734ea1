using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO;

/// <summary>What is written is read again, and the bytes of a file are what they always were.</summary>
public class RoundTripTests
{
    private static readonly Dictionary<string, string> Metadata = new() { ["format"] = "pt", ["made by"] = "a test" };

    [Fact]
    public void Safetensors_keep_every_type_every_rank_and_the_metadata()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "a.safetensors");
        Safetensors.Save(path, Fixtures.EveryKind(), Metadata);
        SameBits.Check(Fixtures.EveryKind(), Safetensors.Load(path, out var metadata), "safetensors");
        Assert.Equal(Metadata, metadata);
        Safetensors.Save(path, new Dictionary<string, Tensor>());
        Assert.Empty(Safetensors.Load(path));
    }

    [Theory, InlineData(0, int.MaxValue, int.MaxValue), InlineData(int.MaxValue, 0, int.MaxValue), InlineData(int.MaxValue, int.MaxValue, 0)]
    public void Without_elements_the_other_lengths_may_be_anything(int a, int b, int c)
    {
        using var directory = new TemporaryDirectory();
        Shape shape = [a, b, c];
        var empty = Tensor.Zeros(shape);
        string safetensors = Path.Combine(directory.Path, "a.safetensors"), npy = Path.Combine(directory.Path, "a.npy");
        Safetensors.Save(safetensors, new Dictionary<string, Tensor> { ["x"] = empty });
        Assert.Equal(shape, Safetensors.Load(safetensors)["x"].Shape);
        Assert.Equal(shape, Safetensors.Open(safetensors).Load("x").Shape);
        Npy.Save(npy, empty);
        Assert.Equal(shape, Npy.Load(npy).Shape);
        File.WriteAllText(npy, File.ReadAllText(npy, System.Text.Encoding.Latin1).Replace("False", "True ", StringComparison.Ordinal), System.Text.Encoding.Latin1);
        Assert.Equal(shape, Npy.Load(npy).Shape);
        long[] strides = [Math.Max(1L, b) * Math.Max(1L, c), Math.Max(1L, c), 1];
        byte[] pickle = new PickleWriter().Tensor("0", 0, 0, [a, b, c], strides).End();
        Assert.Equal(shape, PyTorchFile.Load(directory.Write("a.pt", PickleWriter.Zip(pickle, System.IO.Compression.CompressionLevel.NoCompression, ("0", []))))[""].Shape);
        Assert.Contains("[]", PyTorchFile.Load(directory.Write("b.pt", PickleWriter.Legacy(pickle, ("0", []))))[""].ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_length_beyond_what_a_shape_holds_is_refused_with_the_reason_even_without_elements()
    {
        using var directory = new TemporaryDirectory();
        byte[] header = System.Text.Encoding.UTF8.GetBytes("{\"x\":{\"dtype\":\"F32\",\"shape\":[2147483648,0],\"data_offsets\":[0,0]}}");
        string path = directory.Write("a.safetensors", [.. BitConverter.GetBytes((long)header.Length), .. header]);
        Assert.Contains("2³¹−1", Assert.Throws<TensorFormatException>(() => Safetensors.Load(path)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numpy_arrays_keep_every_type_and_every_rank()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "a.npy"), archive = Path.Combine(directory.Path, "a.npz");
        var written = Fixtures.EveryKind();
        foreach (var (name, tensor) in written)
        {
            Npy.Save(path, tensor);
            SameBits.Check(InNumpy(tensor), Npy.Load(path), name);
        }
        Npy.SaveArchive(archive, written);
        SameBits.Check(written.ToDictionary(entry => entry.Key, entry => InNumpy(entry.Value)), Npy.LoadArchive(archive), "npz");
    }

    [Fact]
    public void Views_are_written_as_what_they_show()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "a");
        var view = Tensor.Arange(0, 12).Reshape(3, 4).Mt.Narrow(0, 1, 2);
        Safetensors.Save(path, new Dictionary<string, Tensor> { ["view"] = view });
        SameBits.Check(view, Safetensors.Load(path)["view"], "safetensors");
        Npy.Save(path, view);
        SameBits.Check(view, Npy.Load(path), "npy");
    }

    [Fact]
    public void Special_values_and_names_survive()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "a");
        var tensors = new Dictionary<string, Tensor>
        {
            ["ünï \"quoted\"\n\\"] = Tensor.From([float.NaN, float.NegativeInfinity, -0f, float.Epsilon, BitConverter.UInt32BitsToSingle(0x7FA00001)]),
            [""] = Tensor.From([double.NaN, double.MaxValue]),
        };
        Safetensors.Save(path, tensors);
        SameBits.Check(tensors, Safetensors.Load(path), "safetensors");
    }

    [Fact]
    public void Our_bytes_are_those_that_the_generator_wrote_and_numpy_read()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "ours");
        var tensors = Fixtures.EveryKind();
        Safetensors.Save(path, tensors, Metadata);
        Assert.Equal(File.ReadAllBytes(Fixtures.Own("ours.safetensors")), File.ReadAllBytes(path));
        foreach (string name in new[] { "Float32", "Bool", "rank0", "rank1", "rank8", "empty" })
        {
            Npy.Save(path, tensors[name]);
            Assert.Equal(File.ReadAllBytes(Fixtures.Own($"ours-{name}.npy")), File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void An_archive_that_numpy_read_reads_and_the_same_arrays_give_the_same_bytes()
    {
        using var directory = new TemporaryDirectory();
        string first = Path.Combine(directory.Path, "first.npz"), second = Path.Combine(directory.Path, "second.npz");
        var tensors = Fixtures.EveryKind();
        SameBits.Check(tensors.ToDictionary(entry => entry.Key, entry => InNumpy(entry.Value)), Npy.LoadArchive(Fixtures.Own("ours.npz")), "ours.npz");
        Npy.SaveArchive(first, tensors);
        Npy.SaveArchive(second, tensors);
        Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
    }

    [Fact]
    public void The_same_name_twice_is_refused()
    {
        using var directory = new TemporaryDirectory();
        KeyValuePair<string, Tensor>[] twice = [new("a", Tensor.Ones([2])), new("a", Tensor.Ones([2]))];
        Assert.Throws<ArgumentException>(() => Safetensors.Save(Path.Combine(directory.Path, "a"), twice));
        Assert.Throws<ArgumentException>(() => Npy.SaveArchive(Path.Combine(directory.Path, "a"), twice));
        Assert.Throws<ArgumentException>(() => Safetensors.Save(Path.Combine(directory.Path, "a"), [new("__metadata__", Tensor.Ones([2]))]));
        Assert.Empty(Directory.GetFiles(directory.Path));
    }

    private static Tensor InNumpy(Tensor tensor) => tensor.DType == DType.BFloat16 ? tensor.To(DType.Float32) : tensor;
}
