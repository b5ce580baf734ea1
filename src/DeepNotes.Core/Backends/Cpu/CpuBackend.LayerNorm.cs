using System.Numerics;
using DeepNotes.Lanes;
using static DeepNotes.Backends.Cpu.RowKernels;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override (Tensor Y, Tensor Mean, Tensor InverseDeviation) LayerNorm(Tensor x, Tensor? weight, Tensor? bias, double epsilon) => Normalize(x, weight, bias, epsilon, centers: true);

    public override (Tensor? X, Tensor? Weight, Tensor? Bias) LayerNormGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight, bool needsX, bool needsWeight, bool needsBias) =>
        NormalizeGradient(g, x, mean, inverseDeviation, weight, needsX, needsWeight, needsBias, centers: true);

    public override (Tensor Y, Tensor Mean, Tensor InverseRoot) RmsNorm(Tensor x, Tensor? weight, double epsilon) => Normalize(x, weight, null, epsilon, centers: false);

    public override (Tensor? X, Tensor? Weight) RmsNormGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseRoot, Tensor? weight, bool needsX, bool needsWeight)
    {
        var (dx, dWeight, _) = NormalizeGradient(g, x, mean, inverseRoot, weight, needsX, needsWeight, needsBias: false, centers: false);
        return (dx, dWeight);
    }

    /// <summary>Rows normalised about their mean, or about 0, which then is what stands for the mean.</summary>
    private static (Tensor Y, Tensor Mean, Tensor InverseDeviation) Normalize(Tensor x, Tensor? weight, Tensor? bias, double epsilon, bool centers)
    {
        int length = x.Shape[^1], rows = length == 0 ? 0 : x.Count / length;
        var y = Tensor.Allocate(x.Shape, x.DType, Device.Cpu);
        var mean = Tensor.Allocate([rows], x.DType, Device.Cpu);
        var inverse = Tensor.Allocate([rows], x.DType, Device.Cpu);
        if (rows > 0) RowKernels.Run(new LayerNormRow(epsilon, centers), x.DType, rows, length, y, x, mean, inverse, weight, bias);
        return (y, mean, inverse);
    }

    private (Tensor? X, Tensor? Weight, Tensor? Bias) NormalizeGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight, bool needsX, bool needsWeight, bool needsBias, bool centers)
    {
        int length = x.Shape[^1], rows = length == 0 ? 0 : x.Count / length;
        Tensor? dx = null, dWeight = null, dBias = null;
        if (needsX)
        {
            dx = Tensor.Allocate(x.Shape, x.DType, Device.Cpu);
            if (rows > 0) RowKernels.Run(new LayerNormGradientRow(centers), x.DType, rows, length, dx, g, x, mean, inverseDeviation, weight);
        }
        if (needsWeight)
        {
            using var scaled = new TemporaryTensor(Tensor.Allocate(x.Shape, x.DType, Device.Cpu));
            if (rows > 0) RowKernels.Run(new NormalizedGradientRow(), x.DType, rows, length, scaled.Tensor, g, x, mean, inverseDeviation);
            dWeight = Reduce(default(Ops.SumOf), scaled.Tensor, 1, rows, length, [length]);
        }
        if (needsBias) dBias = Reduce(default(Ops.SumOf), g, 1, rows, length, [length]);
        return (dx, dWeight, dBias);
    }

    private readonly struct LayerNormRow(double epsilon, bool centers) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* y = (T*)p.A + (nint)row * length, x = (T*)p.B + (nint)row * length;
            T* weight = (T*)p.E, bias = (T*)p.F;
            V total = V.Const(0);
            for (int i = 0; centers && i < length; i += V.Count) total += LoadRow<T, V>(x, i, length, 0);
            T mean = Sum<T, V>(total) / T.CreateChecked(length);
            // A second pass for the variance: the one-pass form loses everything when the mean is large.
            V center = V.Broadcast(mean), squares = V.Const(0);
            double fill = double.CreateChecked(mean);
            for (int i = 0; i < length; i += V.Count)
            {
                V d = LoadRow<T, V>(x, i, length, fill) - center;
                squares = V.Fma(d, d, squares);
            }
            T inverse = T.One / T.Sqrt(Sum<T, V>(squares) / T.CreateChecked(length) + T.CreateChecked(epsilon));
            ((T*)p.C)[row] = mean;
            ((T*)p.D)[row] = inverse;
            V scale = V.Broadcast(inverse);
            for (int i = 0; i < length; i += V.Count)
            {
                V z = (LoadRow<T, V>(x, i, length, 0) - center) * scale;
                if (weight is not null) z *= LoadRow<T, V>(weight, i, length, 0);
                if (bias is not null) z += LoadRow<T, V>(bias, i, length, 0);
                StoreRow(z, y, i, length);
            }
        }
    }

    /// <summary>With h = g·weight and z the normalised row: (h − mean(h) − z·mean(h·z))·inverseDeviation, without mean(h) where rows are not centred.</summary>
    private readonly struct LayerNormGradientRow(bool centers) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* d = (T*)p.A + (nint)row * length, g = (T*)p.B + (nint)row * length, x = (T*)p.C + (nint)row * length, weight = (T*)p.F;
            V center = V.Broadcast(((T*)p.D)[row]), scale = V.Broadcast(((T*)p.E)[row]);
            V sumH = V.Const(0), sumHz = V.Const(0);
            for (int i = 0; i < length; i += V.Count)
            {
                V h = LoadRow<T, V>(g, i, length, 0);
                if (weight is not null) h *= LoadRow<T, V>(weight, i, length, 0);
                sumH += h;
                sumHz = V.Fma(h, (LoadRow<T, V>(x, i, length, 0) - center) * scale, sumHz);
            }
            V n = V.Const(length), meanH = centers ? V.Broadcast(Sum<T, V>(sumH)) / n : V.Const(0), meanHz = V.Broadcast(Sum<T, V>(sumHz)) / n;
            for (int i = 0; i < length; i += V.Count)
            {
                V h = LoadRow<T, V>(g, i, length, 0);
                if (weight is not null) h *= LoadRow<T, V>(weight, i, length, 0);
                V z = (LoadRow<T, V>(x, i, length, 0) - center) * scale;
                StoreRow((h - meanH - z * meanHz) * scale, d, i, length);
            }
        }
    }

    /// <summary>g·z, what the weight's gradient sums up.</summary>
    private readonly struct NormalizedGradientRow : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* d = (T*)p.A + (nint)row * length, g = (T*)p.B + (nint)row * length, x = (T*)p.C + (nint)row * length;
            V center = V.Broadcast(((T*)p.D)[row]), scale = V.Broadcast(((T*)p.E)[row]);
            for (int i = 0; i < length; i += V.Count)
                StoreRow(LoadRow<T, V>(g, i, length, 0) * (LoadRow<T, V>(x, i, length, 0) - center) * scale, d, i, length);
        }
    }
}
