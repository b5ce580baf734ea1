using System.Text.Json;
using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO;

/// <summary>Tensors in several files, and the index that says where each is.</summary>
public class ShardTests
{
    [Fact]
    public void Shards_are_filled_in_order_and_read_back()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "model");
        var tensors = new Dictionary<string, Tensor> { ["c"] = Tensor.Ones([10]), ["b"] = Tensor.Arange(0, 100), ["a"] = Tensor.Ones([5]).To(DType.Int64), ["d"] = Tensor.Ones([6]), ["e"] = Tensor.Zeros([0]) };
        Safetensors.SaveSharded(path, tensors, maxBytes: 80, new Dictionary<string, string> { ["format"] = "pt" });
        Assert.Equal(
            ["model-00001-of-00003.safetensors", "model-00002-of-00003.safetensors", "model-00003-of-00003.safetensors", "model.safetensors.index.json"],
            Directory.GetFiles(path).Select(Path.GetFileName).Order());
        using (var index = JsonDocument.Parse(File.ReadAllText(Path.Combine(path, "model.safetensors.index.json"))))
        {
            Assert.Equal(504, index.RootElement.GetProperty("metadata").GetProperty("total_size").GetInt64());
            Assert.Equal(["a:3", "b:2", "c:1", "d:3", "e:3"], index.RootElement.GetProperty("weight_map").EnumerateObject().Select(entry => $"{entry.Name}:{entry.Value.GetString()![10]}"));
        }
        Assert.Equal("pt", Safetensors.Open(Path.Combine(path, "model-00002-of-00003.safetensors")).Metadata["format"]);
        SameBits.Check(tensors, Safetensors.LoadSharded(path), "directory");
        SameBits.Check(tensors, Safetensors.LoadSharded(Path.Combine(path, "model.safetensors.index.json")), "index");
    }

    [Fact]
    public void One_shard_is_enough_and_one_file_without_index_too()
    {
        using var directory = new TemporaryDirectory();
        Safetensors.SaveSharded(directory.Path, Fixtures.EveryKind());
        Assert.Equal(2, Directory.GetFiles(directory.Path).Length);
        SameBits.Check(Fixtures.EveryKind(), Safetensors.LoadSharded(directory.Path), "one shard");

        using var single = new TemporaryDirectory();
        Assert.Throws<FileNotFoundException>(() => Safetensors.LoadSharded(single.Path));
        Safetensors.Save(Path.Combine(single.Path, "model.safetensors"), Fixtures.EveryKind());
        SameBits.Check(Fixtures.EveryKind(), Safetensors.LoadSharded(single.Path), "no index");
    }

    [Theory]
    [InlineData("../outside.safetensors")]
    [InlineData("/etc/outside.safetensors")]
    [InlineData("sub/inside.safetensors")]
    [InlineData("sub\\inside.safetensors")]
    [InlineData("C:outside.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    [InlineData(".safetensors")]
    [InlineData("a\\u0000.safetensors")]
    [InlineData("passwords.txt")]
    public void A_path_other_than_a_plain_name_is_refused(string name)
    {
        using var directory = new TemporaryDirectory();
        string inner = Directory.CreateDirectory(Path.Combine(directory.Path, "model", "sub")).Parent!.FullName;
        foreach (string place in new[] { "outside.safetensors", "model/sub/inside.safetensors", "model/passwords.txt" }) Safetensors.Save(Path.Combine(directory.Path, place), [new("a", Tensor.Ones([2]))]);
        string path = Path.Combine(inner, "model.safetensors.index.json");
        File.WriteAllText(path, "{\"weight_map\": {\"a\": \"" + name.Replace("\\inside", "\\\\inside") + "\"}}");
        Assert.Contains("plain name", Assert.Throws<TensorFormatException>(() => Safetensors.LoadSharded(path)).Message);
    }

    [Fact]
    public void A_link_out_of_the_directory_is_refused_and_one_inside_is_followed()
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("Making links needs a privilege.");
        using var directory = new TemporaryDirectory();
        string inner = Directory.CreateDirectory(Path.Combine(directory.Path, "model")).FullName;
        Safetensors.Save(Path.Combine(directory.Path, "outside.safetensors"), [new("a", Tensor.Ones([2]))]);
        Safetensors.Save(Path.Combine(inner, "inside.safetensors"), [new("a", Tensor.Ones([2]))]);
        File.CreateSymbolicLink(Path.Combine(inner, "out.safetensors"), "../outside.safetensors");
        File.CreateSymbolicLink(Path.Combine(inner, "twice.safetensors"), "out.safetensors");
        File.CreateSymbolicLink(Path.Combine(inner, "in.safetensors"), "inside.safetensors");
        File.CreateSymbolicLink(Path.Combine(inner, "nowhere.safetensors"), "gone.safetensors");
        File.CreateSymbolicLink(Path.Combine(inner, "circle.safetensors"), "circle.safetensors");
        string path = Path.Combine(inner, "model.safetensors.index.json");
        foreach (var (name, reason) in new[] { ("out", "leads out"), ("twice", "leads out"), ("nowhere", ""), ("circle", "") })
        {
            File.WriteAllText(path, "{\"weight_map\": {\"a\": \"" + name + ".safetensors\"}}");
            Assert.Contains(reason, Assert.Throws<TensorFormatException>(() => Safetensors.LoadSharded(path)).Message);
        }
        File.WriteAllText(path, """{"weight_map": {"a": "in.safetensors"}}""");
        Assert.Single(Safetensors.LoadSharded(path));
    }

    [Theory]
    [InlineData("""{"weight_map": {"a": "s.safetensors", "b": "s.safetensors"}}""", "does not have it")]
    [InlineData("""{"weight_map": {"a": "t.safetensors"}}""", "is not there")]
    [InlineData("""{"weight_map": {"a": "s.safetensors", "a": "s.safetensors"}}""", "twice")]
    [InlineData("""{"weight_map": {"a": 1}}""", "not a string")]
    [InlineData("""{"weight_map": []}""", "no weight_map")]
    [InlineData("""{}""", "no weight_map")]
    [InlineData("""[""", "not JSON")]
    [InlineData("""{"weight_map": {"a": "\ud800.safetensors"}}""", "Unicode")]
    public void An_index_that_is_not_what_it_should_be_is_refused_with_the_reason(string index, string reason)
    {
        using var directory = new TemporaryDirectory();
        Safetensors.Save(Path.Combine(directory.Path, "s.safetensors"), [new("a", Tensor.Ones([2]))]);
        File.WriteAllText(Path.Combine(directory.Path, "model.safetensors.index.json"), index);
        Assert.Contains(reason, Assert.Throws<TensorFormatException>(() => Safetensors.LoadSharded(directory.Path)).Message);
    }
}
