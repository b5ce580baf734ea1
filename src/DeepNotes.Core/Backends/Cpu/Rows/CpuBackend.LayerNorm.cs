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
        if (rows > 0) RowKernels.Run(new LayerNormRow(epsilon, centers, PastCaches.Pays(y.Storage.Bytes)), x.DType, rows, length, y, x, mean, inverse, weight, bias);
        return (y, mean, inverse);
    }

    private static (Tensor? X, Tensor? Weight, Tensor? Bias) NormalizeGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight, bool needsX, bool needsWeight, bool needsBias, bool centers)
    {
        int length = x.Shape[^1], rows = length == 0 ? 0 : x.Count / length;
        var dx = needsX ? Tensor.Allocate(x.Shape, x.DType, Device.Cpu) : null;
        bool needsSums = needsWeight || needsBias, past = dx is not null && PastCaches.Pays(dx.Storage.Bytes);

        // Sums over the rows, some rows at a time: as many parts as the shape allows, never as many as there are threads.
        int parts = Math.Clamp(rows / 8, 1, MostParts), perPart = (rows + parts - 1) / parts;
        // A row that has just been read for its gradient is still in the cache for the sums. With few parts for the threads, rows are dealt out by themselves.
        bool together = needsX && needsSums && parts >= 2 * Workers.Count;
        if (needsX && !together && rows > 0) RowKernels.Run(new LayerNormGradientRow(centers, past), x.DType, rows, length, dx!, g, x, mean, inverseDeviation, weight);
        if (!needsSums) return (dx, null, null);

        using var sums = new Scratch((long)parts * 2 * length * x.DType.Size());
        var part = new LayerNormGradientPart(rows, perPart, centers, past, together, needsWeight, needsBias, sums.Pointer);
        // Without rows to write, the place of what is written is filled by what is not.
        RowKernels.Run(part, x.DType, parts, length, dx ?? g, g, x, mean, inverseDeviation, weight, cost: (long)length * perPart);
        return (dx, needsWeight ? Total(0, sums.Pointer) : null, needsBias ? Total(1, sums.Pointer) : null);

        Tensor Total(int which, byte* sums)
        {
            var total = Tensor.Allocate([length], x.DType, Device.Cpu);
            if (length > 0) RowKernels.Run(new SumOfParts(sums, parts, which), x.DType, 1, length, total);
            return total;
        }
    }

    private readonly struct LayerNormRow(double epsilon, bool centers, bool past) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* y = (T*)p.A + (nint)row * length, x = (T*)p.B + (nint)row * length, weight = (T*)p.E, bias = (T*)p.F;
            T count = T.CreateChecked(length);
            RowKernels.FetchNext(x, length);
            T mean = centers ? Sum<Itself<T, V>, T, V>(new(), length, x) / count : T.Zero;
            // A second pass for the variance: the one-pass form loses everything when the mean is large.
            T inverse = T.One / T.Sqrt(Sum<SquaredDistance<T, V>, T, V>(new(mean), length, x) / count + T.CreateChecked(epsilon));
            ((T*)p.C)[row] = mean;
            ((T*)p.D)[row] = inverse;
            if (weight is not null && bias is not null) Map<NormalizedScaledAndShifted<T, V>, T, V>(new(mean, inverse), past, length, y, x, weight, bias);
            else if (weight is not null) Map<NormalizedAndScaled<T, V>, T, V>(new(mean, inverse), past, length, y, x, weight);
            else if (bias is not null) Map<NormalizedAndShifted<T, V>, T, V>(new(mean, inverse), past, length, y, x, bias);
            else Map<Normalized<T, V>, T, V>(new(mean, inverse), past, length, y, x);
        }
    }

    /// <summary>With h = g·weight and z the normalised row: (h − mean(h) − z·mean(h·z))·inverseDeviation, without mean(h) where rows are not centred.</summary>
    private readonly struct LayerNormGradientRow(bool centers, bool past) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* d = (T*)p.A + (nint)row * length, g = (T*)p.B + (nint)row * length, x = (T*)p.C + (nint)row * length, weight = (T*)p.F;
            T mean = ((T*)p.D)[row], inverse = ((T*)p.E)[row], count = T.CreateChecked(length), sumH = T.Zero, sumHz;
            RowKernels.FetchNext(g, length);
            RowKernels.FetchNext(x, length);
            if (weight is null)
            {
                if (centers) sumH = Sum<Itself<T, V>, T, V>(new(), length, g);
                sumHz = Sum<ProductWithCentred<T, V>, T, V>(new(mean), length, g, x) * inverse;
            }
            else
            {
                if (centers) Sums<ProductWithThird<T, V>, WeightedProductWithCentred<T, V>, T, V>(new(), new(mean), length, out sumH, out sumHz, g, x, weight);
                else sumHz = Sum<WeightedProductWithCentred<T, V>, T, V>(new(mean), length, g, x, weight);
                sumHz *= inverse;
            }
            T ofX = -inverse * inverse * (sumHz / count), constant = -inverse * (sumH / count);
            if (weight is null) Map<NormalizationGradient<T, V>, T, V>(new(mean, inverse, ofX, constant), past, length, d, g, x);
            else Map<WeightedNormalizationGradient<T, V>, T, V>(new(mean, inverse, ofX, constant), past, length, d, g, x, weight);
        }
    }

    /// <summary>Σ g·z and Σ g over the rows of one part, and where wanted the gradients of these rows.</summary>
    private readonly struct LayerNormGradientPart(int rows, int perPart, bool centers, bool past, bool ofRows, bool needsWeight, bool needsBias, byte* sums) : IRowFunction
    {
        private readonly byte* sums = sums;

        public void Row<T, V>(int part, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* ofWeight = (T*)sums + (nint)2 * part * length, ofBias = ofWeight + length;
            new Span<T>(ofWeight, 2 * length).Clear();
            for (int row = part * perPart; row < Math.Min(rows, (part + 1) * perPart); row++)
            {
                if (ofRows) new LayerNormGradientRow(centers, past).Row<T, V>(row, length, p);
                T* g = (T*)p.B + (nint)row * length, x = (T*)p.C + (nint)row * length;
                if (needsWeight && needsBias) Adds<NormalizedAndScaled<T, V>, Second<T, V>, T, V>(new(((T*)p.D)[row], ((T*)p.E)[row]), new(), length, ofWeight, ofBias, x, g);
                else if (needsWeight) Add<NormalizedAndScaled<T, V>, T, V>(new(((T*)p.D)[row], ((T*)p.E)[row]), length, ofWeight, x, g);
                else if (needsBias) Add<Itself<T, V>, T, V>(new(), length, ofBias, g);
            }
        }
    }

    /// <summary>What the parts add up to, one after the other.</summary>
    private readonly struct SumOfParts(byte* sums, int parts, int which) : IRowFunction
    {
        private readonly byte* sums = sums;

        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* total = (T*)p.A;
            new Span<T>((T*)sums + (nint)which * length, length).CopyTo(new Span<T>(total, length));
            for (int part = 1; part < parts; part++) Add<Itself<T, V>, T, V>(new(), length, total, (T*)sums + ((nint)2 * part + which) * length);
        }
    }
}
