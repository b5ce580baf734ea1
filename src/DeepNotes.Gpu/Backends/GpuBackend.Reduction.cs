using DeepNotes.Gpu.Kernels;
using DeepNotes.Gpu.Lanes;
using DeepNotes.Ops;
using ILGPU;
using ILGPU.Runtime;

namespace DeepNotes.Gpu.Backends;

internal sealed partial class GpuBackend
{
    // Long enough to keep passes few, short enough to keep threads many and sums accurate.
    private const int Stretch = 32;

    public override Tensor Reduce<TOp>(TOp op, Tensor x, int rows, int length, int inner, Shape shape)
    {
        if (shape.ElementCount == 0) return New(shape, x.DType);
        var total = x.DType switch
        {
            DType.Float32 => Reduce<TOp, Thread32, float>(op, x, rows, length, inner),
            DType.Float64 => Reduce<TOp, Thread64, double>(op, x, rows, length, inner),
            DType.Int64 => Reduce<TOp, ThreadInt64, long>(op, x, rows, length, inner),
            DType.Int32 => Reduce<TOp, ThreadInt32, int>(op, x, rows, length, inner),
            DType.UInt8 or DType.Bool => Reduce<TOp, ThreadUInt8, byte>(op, x, rows, length, inner),
            _ => throw NoLane(x.DType),
        };
        return total.View(shape, null, 0);
    }

    private Tensor Reduce<TOp, V, T>(TOp op, Tensor x, int rows, int length, int inner) where TOp : unmanaged, IReduceOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        int count = length;
        do
        {
            int stretches = Math.Max(1, (length + Stretch - 1) / Stretch);
            var y = New([rows, stretches, inner], x.DType);
            var n = Extent.Linear(y.Count).On(accelerator.MaxNumThreads);
            launcher.Get(nameof(Reduce), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, int, int, int, int, ArrayView<T>, TOp>(ReductionKernels.Combine<TOp, V, T>))
                (n.Threads, n, View<T>(x), length, inner, Stretch, stretches, View<T>(y), op);
            GC.KeepAlive(x);
            (x, length) = (y, stretches);
        }
        while (length > 1);
        var results = Extent.Linear(x.Count).On(accelerator.MaxNumThreads);
        launcher.Get("Finish", static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, double, TOp>(ReductionKernels.Finish<TOp, V, T>))
            (results.Threads, results, View<T>(x), count, op);
        return x;
    }
}
