using System.Numerics;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static DeepNotes.Backends.Cpu.RowKernels;

namespace DeepNotes.Backends.Cpu;

/// <content>Batch normalisation: a plane of one channel of one image is a row. Short planes are left to the elementwise kernels.</content>
internal sealed unsafe partial class CpuBackend
{
    private const int ShortPlane = 16;

    public override Tensor ChannelVariance(Tensor x, Tensor mean)
    {
        var (planes, length, channels) = Planes(x);
        if (length < ShortPlane) return base.ChannelVariance(x, mean);
        using var squares = new TemporaryTensor(Tensor.Allocate([planes], x.DType, Device.Cpu));
        RowKernels.Run(new SquaresRow(channels), x.DType, planes, length, squares.Tensor, x, mean);
        return PerChannel(squares.Tensor, channels) / (double)(x.Count / channels);
    }

    public override Tensor BatchNorm(Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight, Tensor? bias)
    {
        var (planes, length, channels) = Planes(x);
        if (length < ShortPlane) return base.BatchNorm(x, mean, inverseDeviation, weight, bias);
        var y = Tensor.Allocate(x.Shape, x.DType, Device.Cpu);
        RowKernels.Run(new BatchNormRow(channels), x.DType, planes, length, y, x, mean, inverseDeviation, weight, bias);
        return y;
    }

    public override (Tensor X, Tensor Weight, Tensor Bias) BatchNormGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight)
    {
        var (planes, length, channels) = Planes(x);
        if (length < ShortPlane) return base.BatchNormGradient(g, x, mean, inverseDeviation, weight);
        using var sums = new TemporaryTensor(Tensor.Allocate([planes], x.DType, Device.Cpu));
        using var products = new TemporaryTensor(Tensor.Allocate([planes], x.DType, Device.Cpu));
        RowKernels.Run(new BatchNormSumsRow(channels), x.DType, planes, length, sums.Tensor, products.Tensor, g, x, mean, inverseDeviation);
        Tensor sum = PerChannel(sums.Tensor, channels), product = PerChannel(products.Tensor, channels);
        // g·a + (x − mean)·b + c, a channel each.
        double count = x.Count / channels;
        var a = weight is null ? inverseDeviation : inverseDeviation * weight;
        var factors = Tensor.Stack([a, -(a * inverseDeviation * product) / count, -(a * sum) / count]);
        var d = Tensor.Allocate(x.Shape, x.DType, Device.Cpu);
        RowKernels.Run(new BatchNormGradientRow(channels), x.DType, planes, length, d, g, x, mean, factors);
        return (d, product, sum);
    }

    private static (int Planes, int Length, int Channels) Planes(Tensor x)
    {
        int planes = x.Shape[0] * x.Shape[1];
        return (planes, planes == 0 ? 0 : x.Count / planes, x.Shape[1]);
    }

    /// <summary>The sums over the images of one number a plane.</summary>
    private Tensor PerChannel(Tensor planes, int channels) => Reduce(default(SumOf), planes, 1, planes.Count / channels, channels, [channels]);

    /// <summary>Σ (x − mean)².</summary>
    private readonly struct SquaresRow(int channels) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* x = (T*)p.B + (nint)row * length;
            T mean = ((T*)p.C)[row % channels];
            V center = V.Broadcast(mean), squares = V.Const(0);
            double fill = double.CreateChecked(mean);
            for (int i = 0; i < length; i += V.Count)
            {
                V d = LoadRow<T, V>(x, i, length, fill) - center;
                squares = V.Fma(d, d, squares);
            }
            ((T*)p.A)[row] = Sum<T, V>(squares);
        }
    }

    private readonly struct BatchNormRow(int channels) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            int channel = row % channels;
            T* y = (T*)p.A + (nint)row * length, x = (T*)p.B + (nint)row * length;
            V center = V.Broadcast(((T*)p.C)[channel]), shift = p.F is null ? V.Const(0) : V.Broadcast(((T*)p.F)[channel]);
            T inverse = ((T*)p.D)[channel];
            V scale = V.Broadcast(p.E is null ? inverse : inverse * ((T*)p.E)[channel]);
            for (int i = 0; i < length; i += V.Count) StoreRow(V.Fma(LoadRow<T, V>(x, i, length, 0) - center, scale, shift), y, i, length);
        }
    }

    /// <summary>Σ g and Σ g·z, with z the normalised input.</summary>
    private readonly struct BatchNormSumsRow(int channels) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* g = (T*)p.C + (nint)row * length, x = (T*)p.D + (nint)row * length;
            V center = V.Broadcast(((T*)p.E)[row % channels]), sum = V.Const(0), product = V.Const(0);
            for (int i = 0; i < length; i += V.Count)
            {
                V h = LoadRow<T, V>(g, i, length, 0);
                sum += h;
                product = V.Fma(h, LoadRow<T, V>(x, i, length, 0) - center, product);
            }
            ((T*)p.A)[row] = Sum<T, V>(sum);
            ((T*)p.B)[row] = Sum<T, V>(product) * ((T*)p.F)[row % channels];
        }
    }

    private readonly struct BatchNormGradientRow(int channels) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            int channel = row % channels;
            T* d = (T*)p.A + (nint)row * length, g = (T*)p.B + (nint)row * length, x = (T*)p.C + (nint)row * length, factors = (T*)p.E;
            V center = V.Broadcast(((T*)p.D)[channel]), a = V.Broadcast(factors[channel]), b = V.Broadcast(factors[channels + channel]), c = V.Broadcast(factors[2 * channels + channel]);
            for (int i = 0; i < length; i += V.Count)
                StoreRow(V.Fma(LoadRow<T, V>(g, i, length, 0), a, V.Fma(LoadRow<T, V>(x, i, length, 0) - center, b, c)), d, i, length);
        }
    }
}
