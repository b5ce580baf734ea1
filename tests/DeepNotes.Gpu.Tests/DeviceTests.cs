using DeepNotes.Gpu.Backends;

namespace DeepNotes.Gpu.Tests;

/// <summary>Tensors on the GPU or its emulator: transfers, conversions, writes in place, reductions, memory and errors.</summary>
public class DeviceTests
{
    private static readonly Device Gpu = TestDevice.Gpu;

    public static TheoryData<DType, DType> TypePairs
    {
        get
        {
            var data = new TheoryData<DType, DType>();
            DType[] types = [DType.Bool, DType.UInt8, DType.Int32, DType.Int64, DType.Float32, DType.Float64];
            foreach (var from in types) foreach (var to in types) data.Add(from, to);
            return data;
        }
    }

    [Fact]
    public void Devices_have_names()
    {
        Assert.Equal("gpu-emulator:0", Device.GpuEmulator().ToString());
        Assert.Same(Device.GpuEmulator(), Device.GpuEmulator());
        Assert.Same(Gpu, TestDevice.Gpu);
    }

    [Fact]
    public void A_missing_gpu_is_named()
    {
        int beyond = 99;
        var error = Assert.Throws<DeviceException>(() => Device.Gpu(beyond));
        Assert.Contains("There is no GPU", error.Message, StringComparison.Ordinal);
        if (!Device.IsGpuAvailable) Assert.Contains("IsGpuAvailable", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Transfers_keep_bits_and_views()
    {
        var x = Tensor.Arange(0, 24, dtype: DType.Float64).Reshape([2, 3, 4]);
        Assert.Equal(x.ToArray<double>(), x.To(Gpu).ToArray<double>());
        Assert.Equal(x.Transpose(0, 2).ToArray<double>(), x.Transpose(0, 2).To(Gpu).To(Device.Cpu).ToArray<double>());
        Assert.Equal(x[1, 1..].ToArray<double>(), x.To(Gpu)[1, 1..].ToArray<double>());
        Assert.Equal(7, x.To(Gpu)[0, 1, 3].Item());
        Assert.Empty(x.To(Gpu)[..0].ToArray<double>());
        float[] special = [float.NaN, -0f, float.Epsilon, float.NegativeInfinity];
        Assert.Equal(special.Select(BitConverter.SingleToInt32Bits), Tensor.From<float>(special).To(Gpu).ToArray<float>().Select(BitConverter.SingleToInt32Bits));
    }

    [Fact]
    public void Gradients_come_back_to_the_device_of_their_leaf()
    {
        var x = Tensor.From<float>(1, 2, 3);
        x.RequiresGrad = true;
        (x.To(Gpu) * 3).Sum().Backward();
        Assert.Equal(Device.Cpu, x.Grad!.Device);
        Assert.Equal([3, 3, 3], x.Grad.ToArray<float>());
    }

    [Theory]
    [MemberData(nameof(TypePairs))]
    public void Conversions_agree(DType from, DType to)
    {
        var x = Tensor.From<double>(0, 1, 2.75, 100.5, 3, 0.25).To(from).Reshape([2, 3]);
        var expected = x.To(to).To(DType.Float64).ToArray<double>();
        Assert.Equal(expected, x.To(Gpu).To(to).To(DType.Float64).ToArray<double>());
        var transposed = x.Transpose(0, 1).To(to).To(DType.Float64).ToArray<double>();
        Assert.Equal(transposed, x.To(Gpu).Transpose(0, 1).To(to).To(Device.Cpu).To(DType.Float64).ToArray<double>());
    }

    [Fact]
    public void Writes_reach_views()
    {
        foreach (var device in (Device[])[Device.Cpu, Gpu])
        {
            var x = Tensor.Zeros([3, 4], device: device);
            x[1..] = Tensor.From<double>(1, 2, 3, 4);
            x[.., 1].FillInPlace(9);
            x[0].AddInPlace(Tensor.From<float>(0.5f).To(device));
            x[2].MultiplyInPlace(2);
            x[.., 3].CopyFrom(Tensor.Arange(3));
            Assert.Equal([0.5f, 9.5f, 0.5f, 0, 1, 9, 3, 1, 2, 18, 6, 2], x.ToArray<float>());
        }
    }

    [Fact]
    public void Masks_choose_by_broadcasting()
    {
        Tensor mask = Tensor.From(true, false, true).Reshape([3, 1]), a = Tensor.Arange(0, 2, dtype: DType.Float32), b = Tensor.Full([3, 2], -1);
        Assert.Equal(Tensor.Where(mask, a, b).ToArray<float>(), Tensor.Where(mask.To(Gpu), a.To(Gpu), b.To(Gpu)).ToArray<float>());
        Assert.Equal([0, 5, 0, 5], Tensor.Where(Tensor.From(true, false, true, false).To(Gpu), 0L, 5L).ToArray<long>());
    }

    [Theory]
    [InlineData(new[] { 0 })]
    [InlineData(new[] { 1 })]
    [InlineData(new[] { 2 })]
    [InlineData(new[] { 0, 2 })]
    [InlineData(new int[0])]
    public void Sums_and_means_agree(int[] dimensions)
    {
        var random = new Random(5);
        var x = Tensor.From<double>([.. Enumerable.Range(0, 3 * 70 * 40).Select(_ => random.NextDouble())]).Reshape([3, 70, 40]);
        double[] expected = x.Sum(dimensions).ToArray<double>(), actual = x.To(Gpu).Sum(dimensions).ToArray<double>();
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(expected[i], actual[i], 1e-13 * expected[i]);
        Assert.Equal(x.Mean(dimensions).ToArray<double>()[0], x.To(Gpu).Mean(dimensions).ToArray<double>()[0], 1e-13);
    }

    [Fact]
    public void Integers_sum_exactly_and_nothing_sums_to_zero()
    {
        Assert.Equal(1225, Tensor.Arange(50).To(Gpu).Sum().Item());
        Assert.Equal([0, 0], Tensor.Zeros([2, 0]).To(Gpu).Sum(1).ToArray<float>());
        Assert.Empty(Tensor.Zeros([0, 3]).To(Gpu).Sum(1).ToArray<float>());
    }

    [Fact]
    public void Optimizer_formulas_update_in_place()
    {
        foreach (var device in (Device[])[Device.Cpu, Gpu])
        {
            Tensor p = Tensor.Ones([100], device: device), s = Tensor.Full([100], 10, device: device), g = Tensor.Full([100], 0.5, device: device);
            Op.Update(new Momentum(0.5), p, g, s);
            Assert.All(p.ToArray<float>(), v => Assert.Equal(1 - 5.5f, v));
            Assert.All(s.ToArray<float>(), v => Assert.Equal(5.5f, v));
            Assert.All(g.ToArray<float>(), v => Assert.Equal(0.5f, v));
        }
    }

    [Fact]
    public void What_is_missing_says_so()
    {
        var x = Tensor.Ones([2, 2], device: Gpu);
        var error = Assert.Throws<NotSupportedException>(() => x.MatMul(x));
        Assert.Equal("MatMul is not available on the GPU yet; move the tensors to the CPU with To(Device.Cpu).", error.Message);
    }

    [Fact]
    public void Other_types_travel_but_do_not_compute()
    {
        foreach (var type in (DType[])[DType.Int8, DType.Int16, DType.Float16, DType.BFloat16])
        {
            var x = Tensor.From<double>(1, -2, 3, 4).To(type).Reshape([2, 2]);
            Assert.Equal(x.Transpose(0, 1).To(DType.Float32).ToArray<float>(), x.To(Gpu).Transpose(0, 1).To(Device.Cpu).To(DType.Float32).ToArray<float>());
            Assert.Throws<NotSupportedException>(() => x.To(Gpu) + x.To(Gpu));
        }
    }

    [Fact]
    public void Devices_do_not_mix()
    {
        Assert.Throws<DeviceException>(() => Tensor.Ones([2]).To(Gpu) + Tensor.Ones([2]));
        Assert.Throws<DeviceException>(() => Tensor.Ones([2]).To(Gpu).AsSpan<float>().Length);
    }

    [Fact]
    public void A_scope_gives_memory_back()
    {
        var x = Tensor.Ones([1 << 16], device: Gpu);
        Tensor y;
        using (new TensorScope()) y = x + x;
        Assert.Throws<ObjectDisposedException>(() => y.ToArray<float>());
        Assert.Equal(2, (x + x)[5].Item());
    }

    [Fact]
    public void Forgotten_tensors_give_their_memory_back()
    {
        for (int i = 0; i < 1000; i++) _ = Tensor.Allocate([1 << 20], DType.Float32, Gpu);
        Assert.InRange(((GpuBackend)Gpu.Backend).Memory.AllocatedBytes, 1, 1L << 30);
    }
}
