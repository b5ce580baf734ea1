using DeepNotes.Gpu.Lanes;
using DeepNotes.Ops;
using ILGPU;

namespace DeepNotes.Gpu.Kernels;

/// <summary>
/// Reductions of contiguous [rows, length, inner] over the middle, in passes: each thread combines one short stretch, so
/// that sums stay accurate and their order depends on the shape alone.
/// </summary>
internal static class ReductionKernels
{
    /// <summary>Combines stretch after stretch of [rows, length, inner] into [rows, stretches, inner].</summary>
    public static void Combine<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> x, int length, int inner, int stretch, int stretches, ArrayView<T> y, TOp op)
        where TOp : unmanaged, IReduceOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            int outer = i / inner, column = i - outer * inner;
            int row = outer / stretches, from = (outer - row * stretches) * stretch;
            int count = IntrinsicMath.Min(stretch, length - from);
            int at = (row * length + from) * inner + column;
            V total = op.Identity<V>();
            for (int k = 0; k < count; k++, at += inner) total = op.Combine(total, V.Load(x[at]));
            y[i] = V.Store(total);
        }
    }

    /// <summary>Finishes every result in place.</summary>
    public static void Finish<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> y, double count, TOp op)
        where TOp : unmanaged, IReduceOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads) y[i] = V.Store(op.Finish(V.Load(y[i]), count));
    }
}
