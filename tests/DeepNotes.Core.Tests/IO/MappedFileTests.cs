using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Text;
using DeepNotes.IO;
using DeepNotes.Tests;

namespace DeepNotes.Core.Tests.IO;

/// <summary>Tensors that are parts of mapped files.</summary>
public class MappedFileTests
{
    private const int Count = 10_000;

    [Fact]
    public void Large_tensors_are_mapped_and_small_ones_truth_values_and_unaligned_ones_copied()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "a.safetensors");
        var tensors = new Dictionary<string, Tensor>
        {
            ["large"] = Numbers(), ["half"] = Numbers().To(DType.Float16), ["small"] = Tensor.Ones([3]), ["truth"] = Tensor.Ones([Count]).To(DType.Bool), ["empty"] = Tensor.Zeros([0, 4]),
        };
        Safetensors.Save(path, tensors, new Dictionary<string, string> { ["a"] = "b" });
        var file = Safetensors.Open(path);
        Assert.Equal("b", file.Metadata["a"]);
        Assert.True(file.Contains("large") && !file.Contains("none"));
        SameBits.Check(tensors, file.Names.ToDictionary(name => name, file.Load), path);
        Assert.Equal(["half", "large"], file.Names.Where(name => file.Load(name).Storage is MappedStorage).Order());
        Assert.Throws<KeyNotFoundException>(() => file.Load("none"));

        var unaligned = Safetensors.Open(directory.Write("odd.safetensors", Unaligned()));
        Assert.IsNotType<MappedStorage>(unaligned.Load("odd").Storage);
        Assert.IsType<MappedStorage>(unaligned.Load("bytes").Storage);
        Assert.Equal(-1, unaligned.Load("odd").AsSpan<float>().IndexOfAnyExcept(1f));
    }

    [Fact]
    public void Writing_changes_neither_the_file_nor_another_tensor()
    {
        using var directory = new TemporaryDirectory();
        string path = Save(directory);
        var before = File.ReadAllBytes(path);
        var file = Safetensors.Open(path);
        Tensor first = file.Load("a"), second = file.Load("a");
        first.FillInPlace(5);
        second.AsWritableSpan<float>()[1] = 9;
        Assert.Equal(5, first[1].Item());
        Assert.Equal(9, second[1].Item());
        Assert.Equal(2, second[2].Item());
        Assert.Equal(1, file.Load("a")[1].Item());
        Assert.Equal(before, File.ReadAllBytes(path));
    }

    [Fact]
    public void A_file_may_be_replaced_or_deleted_while_its_tensors_live()
    {
        using var directory = new TemporaryDirectory();
        string path = Save(directory);
        var file = Safetensors.Open(path);
        var early = file.Load("a");
        if (!OperatingSystem.IsWindows()) Safetensors.Save(path, new Dictionary<string, Tensor> { ["a"] = Tensor.Zeros([Count]) });
        File.Delete(path);
        Assert.Equal(7, early[7].Item());
        if (!OperatingSystem.IsWindows()) Assert.Equal(7, file.Load("a")[7].Item());
    }

    [Fact]
    public void Tensors_live_longer_than_the_file_and_spans_longer_than_tensors()
    {
        using var directory = new TemporaryDirectory();
        string path = Save(directory);
        var tensor = Load(path);
        var span = Show(path);
        var shaped = Load(path).Reshape(100, 100).Mt.AsTensorSpan<float>();
        for (int i = 0; i < 5; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            // A mapping that had ended would be used again for these.
            for (int k = 0; k < 20; k++) Safetensors.Open(path).Load("a").FillInPlace(-1);
        }
        Assert.Equal(Count * (Count - 1L) / 2, tensor.To(DType.Float64).Sum().Item());
        for (int i = 0; i < Count; i++) Assert.Equal(i, span[i]);
        Assert.Equal(100f, shaped[0, 1]);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static Tensor Load(string path) => Safetensors.Open(path).Load("a");

        [MethodImpl(MethodImplOptions.NoInlining)]
        static ReadOnlySpan<float> Show(string path) => Load(path).AsSpan<float>();
    }

    [Fact]
    public void Mappings_end_with_their_tensors()
    {
        if (!OperatingSystem.IsLinux()) Assert.Skip("Mappings are counted in /proc.");
        using var directory = new TemporaryDirectory();
        string path = Save(directory);
        Make(path, 200);
        int most = Mappings(path);
        for (int i = 0; i < 10 && Mappings(path) > 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.True(most > 0, "nothing was mapped");
        Assert.Equal(0, Mappings(path));

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Make(string path, int count)
        {
            var file = Safetensors.Open(path);
            for (int i = 0; i < count; i++) file.Load("a").FillInPlace(1);
        }
    }

    [Fact]
    public void A_scope_ends_the_mapping_of_what_was_loaded_in_it()
    {
        using var directory = new TemporaryDirectory();
        string path = Save(directory);
        var file = Safetensors.Open(path);
        Tensor kept, gone;
        using (var scope = new TensorScope())
        {
            kept = scope.Keep(file.Load("a"));
            gone = file.Load("a");
            if (OperatingSystem.IsLinux()) Assert.Equal(2, Mappings(path));
        }
        Assert.Equal(3, kept[3].Item());
        Assert.Throws<ObjectDisposedException>(() => gone.Sum());
        if (OperatingSystem.IsLinux()) Assert.Equal(1, Mappings(path));
        GC.KeepAlive(kept);
    }

    [Fact]
    public void Parameters_train_on_mapped_memory()
    {
        using var directory = new TemporaryDirectory();
        var parameter = new Parameter(Safetensors.Open(Save(directory)).Load("a"));
        (parameter * parameter).Sum().Backward();
        Assert.Equal(14, parameter.Grad![7].Item());
    }

    [Fact]
    public void A_tensor_of_more_than_two_gigabytes_is_mapped()
    {
        using var directory = new TemporaryDirectory();
        var tensor = Safetensors.Open(SaveMoreThanTwoGigabytes(directory)).Load("a");
        Assert.Equal(42, tensor[^1].Item());
        Assert.Equal(0, tensor[^2].Item());
    }

    [Fact, Trait("Category", "Soak")]
    public void A_tensor_of_more_than_two_gigabytes_is_read_and_written()
    {
        using var directory = new TemporaryDirectory();
        using var scope = new TensorScope();
        string path = SaveMoreThanTwoGigabytes(directory);
        var tensor = Safetensors.Load(path)["a"];
        Assert.Equal(42, tensor[^1].Item());
        Safetensors.Save(path, [new("a", tensor)]);
        Assert.Equal(42, Safetensors.Open(path).Load("a")[^1].Item());
    }

    /// <summary>A file that has no blocks on the disk but for its ends; its last element is 42.</summary>
    private static string SaveMoreThanTwoGigabytes(TemporaryDirectory directory)
    {
        string path = Path.Combine(directory.Path, "a.safetensors");
        const long elements = (1L << 29) + 1000;
        using (var stream = File.Create(path))
        {
            byte[] header = Encoding.UTF8.GetBytes($"{{\"a\":{{\"dtype\":\"F32\",\"shape\":[{elements}],\"data_offsets\":[0,{elements * 4}]}}}}");
            var prefix = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length + (-header.Length & 7));
            stream.Write([.. prefix, .. header, .. Enumerable.Repeat((byte)' ', -header.Length & 7)]);
            stream.SetLength(stream.Position + elements * 4);
            stream.Position = stream.Length - 4;
            stream.Write(BitConverter.GetBytes(42f));
        }
        return path;
    }

    private static Tensor Numbers() => Tensor.Arange(0, Count);

    private static string Save(TemporaryDirectory directory)
    {
        string path = Path.Combine(directory.Path, "a.safetensors");
        Safetensors.Save(path, new Dictionary<string, Tensor> { ["a"] = Numbers() });
        return path;
    }

    private static int Mappings(string path) => File.ReadLines("/proc/self/maps").Count(line => line.EndsWith(path, StringComparison.Ordinal));

    /// <summary>4999 bytes, and then floats that are not aligned in the file.</summary>
    private static byte[] Unaligned()
    {
        byte[] header = Encoding.UTF8.GetBytes("{\"bytes\":{\"dtype\":\"U8\",\"shape\":[4999],\"data_offsets\":[0,4999]},\"odd\":{\"dtype\":\"F32\",\"shape\":[2000],\"data_offsets\":[4999,12999]}}");
        var prefix = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.Length);
        var ones = new byte[8000];
        for (int i = 0; i < 2000; i++) BitConverter.TryWriteBytes(ones.AsSpan(4 * i), 1f);
        return [.. prefix, .. header, .. new byte[4999], .. ones];
    }
}
