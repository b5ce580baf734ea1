using System.Numerics;
using DeepNotes.Lanes;
using static DeepNotes.Backends.Cpu.RowLoops;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    private const int MostParts = 16;

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

    private static (Tensor? X, Tensor? Weight, Tensor? Bias) NormalizeGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight, bool needsX, bool needsWeight, bool needsBias, bool centers)
    {
        int length = x.Shape[^1], rows = length == 0 ? 0 : x.Count / length;
        var dx = needsX ? Tensor.Allocate(x.Shape, x.DType, Device.Cpu) : null;
        if (needsX && rows > 0) RowKernels.Run(new LayerNormGradientRow(centers), x.DType, rows, length, dx!, g, x, mean, inverseDeviation, weight);
        if (!needsWeight && !needsBias) return (dx, null, null);

        // Sums over the rows, some rows at a time: as many parts as the shape allows, never as many as there are threads.
        int parts = Math.Clamp(rows / 8, 1, MostParts), perPart = (rows + parts - 1) / parts;
        using var sums = new TemporaryTensor(Tensor.Allocate([parts, 2, length], x.DType, Device.Cpu));
        RowKernels.Run(new ParameterSums(rows, perPart, needsWeight, needsBias), x.DType, parts, length, sums.Tensor, g, x, mean, inverseDeviation, cost: (long)length * perPart);
        var dWeight = needsWeight ? SumOfParts(sums.Tensor.Select(1, 0)) : null;
        var dBias = needsBias ? SumOfParts(sums.Tensor.Select(1, 1)) : null;
        return (dx, dWeight, dBias);

        Tensor SumOfParts(Tensor of) => parts == 1 ? of.Squeeze(0).Clone() : of.Sum(0);
    }

    private readonly struct LayerNormRow(double epsilon, bool centers) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* y = (T*)p.A + (nint)row * length, x = (T*)p.B + (nint)row * length, weight = (T*)p.E, bias = (T*)p.F;
            T count = T.CreateChecked(length);
            T mean = centers ? Sum<Itself<T, V>, T, V>(new(), length, x) / count : T.Zero;
            // A second pass for the variance: the one-pass form loses everything when the mean is large.
            T inverse = T.One / T.Sqrt(Sum<SquaredDistance<T, V>, T, V>(new(mean), length, x) / count + T.CreateChecked(epsilon));
            ((T*)p.C)[row] = mean;
            ((T*)p.D)[row] = inverse;
            if (weight is not null && bias is not null) Map<NormalizedScaledAndShifted<T, V>, T, V>(new(mean, inverse), length, y, x, weight, bias);
            else if (weight is not null) Map<NormalizedAndScaled<T, V>, T, V>(new(mean, inverse), length, y, x, weight);
            else if (bias is not null) Map<NormalizedAndShifted<T, V>, T, V>(new(mean, inverse), length, y, x, bias);
            else Map<Normalized<T, V>, T, V>(new(mean, inverse), length, y, x);
        }
    }

    /// <summary>With h = g·weight and z the normalised row: (h − mean(h) − z·mean(h·z))·inverseDeviation, without mean(h) where rows are not centred.</summary>
    private readonly struct LayerNormGradientRow(bool centers) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* d = (T*)p.A + (nint)row * length, g = (T*)p.B + (nint)row * length, x = (T*)p.C + (nint)row * length, weight = (T*)p.F;
            T mean = ((T*)p.D)[row], inverse = ((T*)p.E)[row], count = T.CreateChecked(length), sumH = T.Zero, sumHz;
            if (weight is null)
            {
                if (centers) sumH = Sum<Itself<T, V>, T, V>(new(), length, g);
                sumHz = Sum<ProductWithCentred<T, V>, T, V>(new(mean), length, g, x) * inverse;
            }
            else
            {
                if (centers) sumH = Sum<ProductOf<T, V>, T, V>(new(), length, g, weight);
                sumHz = Sum<WeightedProductWithCentred<T, V>, T, V>(new(mean), length, g, x, weight) * inverse;
            }
            T ofX = -inverse * inverse * (sumHz / count), constant = -inverse * (sumH / count);
            if (weight is null) Map<NormalizationGradient<T, V>, T, V>(new(mean, inverse, ofX, constant), length, d, g, x);
            else Map<WeightedNormalizationGradient<T, V>, T, V>(new(mean, inverse, ofX, constant), length, d, g, x, weight);
        }
    }

    /// <summary>Σ g·z and Σ g over the rows of one part.</summary>
    private readonly struct ParameterSums(int rows, int perPart, bool weight, bool bias) : IRowFunction
    {
        public void Row<T, V>(int part, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* ofWeight = (T*)p.A + (nint)2 * part * length, ofBias = ofWeight + length;
            new Span<T>(ofWeight, 2 * length).Clear();
            for (int row = part * perPart; row < Math.Min(rows, (part + 1) * perPart); row++)
            {
                T* g = (T*)p.B + (nint)row * length, x = (T*)p.C + (nint)row * length;
                if (weight) Add<NormalizedAndScaled<T, V>, T, V>(new(((T*)p.D)[row], ((T*)p.E)[row]), length, ofWeight, x, g);
                if (bias) Add<Itself<T, V>, T, V>(new(), length, ofBias, g);
            }
        }
    }
}
