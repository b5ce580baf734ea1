using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO;

/// <summary>A write that fails leaves the old file, and nothing beside it.</summary>
public class AtomicWriteTests
{
    [Fact]
    public void A_write_that_fails_in_the_middle_leaves_the_old_file_and_no_other()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Write("a.npz", [1, 2, 3]);
        Assert.Throws<InvalidTimeZoneException>(() => Npy.SaveArchive(path, Failing()));
        Assert.Equal([path], Directory.GetFiles(directory.Path));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        Npy.SaveArchive(path, Failing().Take(1));
        Assert.Equal([path], Directory.GetFiles(directory.Path));
        Assert.Single(Npy.LoadArchive(path));
    }

    [Fact]
    public void A_tensor_that_is_gone_fails_before_anything_is_replaced()
    {
        using var directory = new TemporaryDirectory();
        string path = directory.Write("a.safetensors", [1, 2, 3]);
        Tensor gone;
        using (new TensorScope()) gone = Tensor.Ones([4]);
        KeyValuePair<string, Tensor>[] tensors = [new("a", Tensor.Ones([5000])), new("gone", gone)];
        Assert.Throws<ObjectDisposedException>(() => Safetensors.Save(path, tensors));
        Assert.Throws<ObjectDisposedException>(() => Npy.Save(path, gone));
        Assert.Throws<ObjectDisposedException>(() => Safetensors.SaveSharded(directory.Path, tensors, maxBytes: 1));
        Assert.Equal([path], Directory.GetFiles(directory.Path));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
    }

    [Fact]
    public void A_place_that_cannot_be_written_leaves_no_temporary_file()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "taken");
        Directory.CreateDirectory(path);
        Assert.ThrowsAny<Exception>(() => Npy.Save(path, Tensor.Ones([2])));
        Assert.Empty(Directory.GetFiles(directory.Path));
        Assert.Throws<DirectoryNotFoundException>(() => Npy.Save(Path.Combine(directory.Path, "nowhere", "a.npy"), Tensor.Ones([2])));
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Failing()
    {
        yield return new("a", Tensor.Ones([100]));
        throw new InvalidTimeZoneException();
    }
}
