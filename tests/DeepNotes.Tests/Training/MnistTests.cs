using DeepNotes.Training;

namespace DeepNotes.Tests.Training;

public sealed class MnistTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Reads_four_files_and_normalises()
    {
        WriteSet("train", images: 3, [0, 5, 9]);
        WriteSet("t10k", images: 1, [7], gzip: true);
        var (train, test) = Mnist.Load(_directory.Path);

        Assert.Equal("[3, 1, 28, 28]", train.Inputs.Shape.ToString());
        Assert.Equal([0L, 5, 9], train.Targets.ToArray<long>());
        Assert.Equal([7L], test.Targets.ToArray<long>());
        float[] pixels = train.Inputs.ToArray<float>();
        for (int i = 0; i < pixels.Length; i++) Assert.Equal(((byte)i / 255.0 - 0.1307) / 0.3081, pixels[i], 1e-6);
    }

    [Fact]
    public void Files_that_do_not_fit_each_other_are_refused()
    {
        WriteSet("t10k", images: 1, [7]);
        WriteSet("train", images: 3, [0, 5]);
        Assert.Contains("labels of 3 images", Assert.Throws<TensorFormatException>(() => Mnist.Load(_directory.Path)).Message);

        WriteSet("train", images: 2, [0, 10]);
        Assert.Contains("label 10 at byte 9", Assert.Throws<TensorFormatException>(() => Mnist.Load(_directory.Path)).Message);

        _directory.Write("train-images-idx3-ubyte", IdxFile.Bytes(0x08, [1, 2, 2], 1, 2, 3, 4));
        Assert.Contains("[1, 2, 2]", Assert.Throws<TensorFormatException>(() => Mnist.Load(_directory.Path)).Message);
    }

    [Fact]
    public void What_is_missing_is_named()
    {
        Assert.Contains("train-images-idx3-ubyte", Assert.Throws<FileNotFoundException>(() => Mnist.Load(_directory.Path)).Message);
        Assert.Throws<DirectoryNotFoundException>(() => Mnist.Load(Path.Combine(_directory.Path, "none")));
    }

    [Fact]
    public void The_real_one_has_its_known_counts()
    {
        var (train, test) = Mnist.Load(SharedData.Require("mnist"));
        Assert.Equal(60_000, train.Count);
        Assert.Equal(10_000, test.Count);

        // How often each digit occurs among the 10,000.
        long[] counts = new long[10];
        foreach (long label in test.Targets.ToArray<long>()) counts[label]++;
        Assert.Equal([980L, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009], counts);

        float[] pixels = train.Inputs.ToArray<float>();
        Assert.Equal(0, pixels.Average(), 1e-3);
        Assert.Equal(1, pixels.Average(x => (double)x * x), 1e-3);
    }

    private void WriteSet(string part, int images, byte[] labels, bool gzip = false)
    {
        byte[] pixels = [.. Enumerable.Range(0, images * 784).Select(i => (byte)i)];
        byte[] imageFile = IdxFile.Bytes(0x08, [(uint)images, 28, 28], pixels), labelFile = IdxFile.Bytes(0x08, [(uint)labels.Length], labels);
        string end = gzip ? ".gz" : "";
        _directory.Write($"{part}-images-idx3-ubyte{end}", gzip ? IdxFile.Gzip(imageFile) : imageFile);
        _directory.Write($"{part}-labels-idx1-ubyte{end}", gzip ? IdxFile.Gzip(labelFile) : labelFile);
    }
}
