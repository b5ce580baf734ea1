using System.Numerics;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static DeepNotes.Backends.Cpu.RowLoops;

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
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T> =>
            ((T*)p.A)[row] = Sum<SquaredDistance<T, V>, T, V>(new(((T*)p.C)[row % channels]), length, (T*)p.B + (nint)row * length);
    }

    private readonly struct BatchNormRow(int channels) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            int channel = row % channels;
            T* y = (T*)p.A + (nint)row * length, x = (T*)p.B + (nint)row * length;
            T mean = ((T*)p.C)[channel], inverse = ((T*)p.D)[channel], scale = p.E is null ? inverse : inverse * ((T*)p.E)[channel];
            if (p.F is null) Map<Normalized<T, V>, T, V>(new(mean, scale), length, y, x);
            else Map<NormalizedPlus<T, V>, T, V>(new(mean, scale, ((T*)p.F)[channel]), length, y, x);
        }
    }

    /// <summary>Σ g and Σ g·z, with z the normalised input.</summary>
    private readonly struct BatchNormSumsRow(int channels) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* g = (T*)p.C + (nint)row * length, x = (T*)p.D + (nint)row * length;
            ((T*)p.A)[row] = Sum<Itself<T, V>, T, V>(new(), length, g);
            ((T*)p.B)[row] = Sum<ProductWithCentred<T, V>, T, V>(new(((T*)p.E)[row % channels]), length, g, x) * ((T*)p.F)[row % channels];
        }
    }

    private readonly struct BatchNormGradientRow(int channels) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            int channel = row % channels;
            T* d = (T*)p.A + (nint)row * length, g = (T*)p.B + (nint)row * length, x = (T*)p.C + (nint)row * length, factors = (T*)p.E;
            Map<NormalizationGradient<T, V>, T, V>(new(((T*)p.D)[channel], factors[channel], factors[channels + channel], factors[2 * channels + channel]), length, d, g, x);
        }
    }
}
