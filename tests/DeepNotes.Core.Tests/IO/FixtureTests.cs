using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO;

/// <summary>Files that PyTorch and NumPy wrote read as PyTorch and NumPy read them.</summary>
public class FixtureTests
{
    [Fact]
    public void Files_written_by_the_generator_read_as_torch_and_numpy_read_them()
    {
        Assert.Equal(10, Compare(name => name.StartsWith("files/", StringComparison.Ordinal), name => Fixtures.Own(name["files/".Length..])));
    }

    [Fact]
    public void Public_files_read_as_torch_and_numpy_read_them()
    {
        string root = SharedData.Require("weights");
        Assert.Equal(59, Compare(name => !name.StartsWith("files/", StringComparison.Ordinal), name => Path.Combine(root, name)));
    }

    [Fact]
    public void Every_public_file_is_compared_or_refused_or_tested_elsewhere()
    {
        string root = SharedData.Require("weights");
        string[] endings = [".pt", ".pth", ".npy", ".npz"];
        var compared = Expected().Keys.ToHashSet();
        var others = Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(file => endings.Contains(Path.GetExtension(file)))
            .Select(file => Path.GetRelativePath(root, file).Replace('\\', '/')).Where(name => !compared.Contains(name));
        Assert.Equal(["broken.pt", "mnist.pt"], others.Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_file_that_is_no_pickle_is_refused_with_the_reason()
    {
        var e = Assert.Throws<TensorFormatException>(() => PyTorchFile.Load(Fixtures.Public("pt-fixtures/src/pytorch/tests/reader/test_data/broken.pt")));
        Assert.Contains("neither a zip archive nor a pickle", e.Message);
    }

    [Fact]
    public void A_public_safetensors_file_reads_whole_and_mapped()
    {
        string path = Fixtures.Public("pt-fixtures/safetensors-tests/tests/multi_layer/multi_layer.safetensors");
        var file = Safetensors.Open(path);
        Assert.Equal(["norm1.num_batches_tracked", "conv1.bias", "conv1.weight", "fc1.bias", "fc1.weight", "norm1.bias", "norm1.running_mean", "norm1.running_var", "norm1.weight"], file.Names);
        Assert.Equal([16, 256], file.ShapeOf("fc1.weight"));
        Assert.Equal(DType.Int64, file.DTypeOf("norm1.num_batches_tracked"));
        var loaded = Safetensors.Load(path);
        SameBits.Check(loaded, file.Names.ToDictionary(name => name, file.Load), path);
        Assert.All(loaded["norm1.weight"].ToArray<float>(), x => Assert.Equal(1f, x));
    }

    [Theory, InlineData("views-zip.pt"), InlineData("views-legacy.pt")]
    public void Tensors_that_share_memory_in_the_file_share_it_here(string name)
    {
        var tensors = PyTorchFile.Load(Fixtures.Own(name));
        var views = tensors.Where(entry => entry.Key != "numbers.3").ToArray();
        Assert.Equal(7, views.Length);
        Assert.Single(views.Select(entry => entry.Value.Storage).Distinct());
        tensors["base"][2, 2].FillInPlace(77);
        Assert.Equal(77, tensors["views.0"][2, 2].Item());
        Assert.Equal(77, tensors["views.3.1"].Item());
        Assert.Equal(77, tensors["views.1"][1, 1].Item());
    }

    [Fact]
    public void Views_of_a_storage_that_is_not_in_the_file_otherwise_share_it()
    {
        var tensors = PyTorchFile.Load(Fixtures.Public("pt-fixtures/src/pytorch/tests/reader/test_data/legacy_uncloned_views.pt"));
        Assert.Same(tensors["tensor1"].Storage, tensors["tensor2"].Storage);
        Assert.Equal(40, tensors["tensor2"].Offset - tensors["tensor1"].Offset);
    }

    [Theory, InlineData("views-zip.pt"), InlineData("views-legacy.pt")]
    public void What_is_no_tensor_is_read_as_it_is_nested(string name)
    {
        var content = Assert.IsType<OrderedDictionary<object, object?>>(PyTorchFile.LoadObject(Fixtures.Own(name)));
        Assert.Equal(["base", "views", "parameter", "numbers"], content.Keys);
        var numbers = Assert.IsType<OrderedDictionary<object, object?>>(content["numbers"]);
        Assert.Equal(7L, numbers["int"]);
        Assert.IsType<Tensor>(numbers[3L]);
        Assert.Null(numbers["none"]);
        Assert.Equal(true, numbers["yes"]);
        Assert.Equal(3.25, numbers["pi"]);
        Assert.Equal(1L << 40, numbers["long"]);
        Assert.Equal("tännsor", numbers["text"]);
        Assert.IsType<object?[]>(Assert.IsType<List<object?>>(content["views"])[3]);
    }

    private static Dictionary<string, Dictionary<string, Tensor>> Expected() =>
        Safetensors.Load(Path.Combine(AppContext.BaseDirectory, "goldens", "files.safetensors"))
            .GroupBy(entry => entry.Key[..entry.Key.IndexOf('|')])
            .ToDictionary(file => file.Key, file => file.ToDictionary(entry => entry.Key[(file.Key.Length + 1)..], entry => entry.Value));

    private static int Compare(Func<string, bool> which, Func<string, string> locate)
    {
        var files = Expected().Where(file => which(file.Key)).ToArray();
        foreach (var (name, tensors) in files) SameBits.Check(tensors, Fixtures.Load(locate(name)), name);
        return files.Length;
    }
}
