using DeepNotes.Gpu.Lanes;
using DeepNotes.Ops;
using ILGPU;

namespace DeepNotes.Gpu.Kernels;

/// <summary>
/// The elementwise kernels, one for each kind of formula: ILGPU compiles each again for every formula and element type.
/// Threads compute elements of a contiguous result; operands may be strided and broadcast. The formula is a kernel
/// argument, so that other attributes need no other kernel.
/// </summary>
/// <remarks>What a gradient does not read is handed the incoming gradient in its place.</remarks>
internal static class ElementwiseKernels
{
    public static void Map<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> x, Strides sx, ArrayView<T> y, TOp op)
        where TOp : unmanaged, IUnaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads) y[i] = V.Store(op.Apply(V.Load(x[Offsets.At(i, n, sx)])));
    }

    public static void MapGradient<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> g, Strides sg, ArrayView<T> x, Strides sx, ArrayView<T> y, Strides sy, ArrayView<T> dx, TOp op)
        where TOp : unmanaged, IUnaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sg, sx, sy);
            dx[i] = V.Store(op.Gradient(V.Load(g[at.A]), V.Load(x[at.B]), V.Load(y[at.C])));
        }
    }

    public static void Zip<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<T> y, TOp op)
        where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sa, sb);
            y[i] = V.Store(op.Apply(V.Load(a[at.A]), V.Load(b[at.B])));
        }
    }

    /// <summary>The gradient with respect to the left operand</summary>
    public static void ZipGradientLeft<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> g, Strides sg, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<T> y, Strides sy, ArrayView<T> d, TOp op)
        where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sg, sa, sb, sy);
            d[i] = V.Store(op.GradientLeft(V.Load(g[at.A]), V.Load(a[at.B]), V.Load(b[at.C]), V.Load(y[at.D])));
        }
    }

    /// <summary>The gradient with respect to the right operand</summary>
    public static void ZipGradientRight<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> g, Strides sg, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<T> y, Strides sy, ArrayView<T> d, TOp op)
        where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sg, sa, sb, sy);
            d[i] = V.Store(op.GradientRight(V.Load(g[at.A]), V.Load(a[at.B]), V.Load(b[at.C]), V.Load(y[at.D])));
        }
    }

    /// <summary>A test of two operands, as bytes of 0 and 1.</summary>
    public static void Compare<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<byte> y, TOp op)
        where TOp : unmanaged, ICompareOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sa, sb);
            y[i] = V.Bit(op.Test(V.Load(a[at.A]), V.Load(b[at.B])));
        }
    }

    /// <summary>One operand where the mask's byte is not zero, the other elsewhere; any element type, by its bits.</summary>
    public static void Where<T>(Index1D thread, Extent n, ArrayView<byte> mask, Strides sm, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<T> y)
        where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sm, sa, sb);
            y[i] = mask[at.A] != 0 ? a[at.B] : b[at.C];
        }
    }

    /// <summary>Combines an operand into a strided target.</summary>
    public static void ZipInto<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> target, Strides st, ArrayView<T> b, Strides sb, TOp op)
        where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, st, sb);
            target[at.A] = V.Store(op.Apply(V.Load(target[at.A]), V.Load(b[at.B])));
        }
    }

    /// <summary>An optimizer's step in place, all operands contiguous; a state that is not used is handed the gradient and not written.</summary>
    public static void Update<TOp, V, T>(Index1D thread, Extent n, ArrayView<T> parameter, ArrayView<T> gradient, ArrayView<T> state0, ArrayView<T> state1, ArrayView<T> state2, TOp op)
        where TOp : unmanaged, IUpdateOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            V p = V.Load(parameter[i]), s0 = V.Load(state0[i]), s1 = V.Load(state1[i]), s2 = V.Load(state2[i]);
            op.Apply(ref p, V.Load(gradient[i]), ref s0, ref s1, ref s2);
            parameter[i] = V.Store(p);
            if (op.States > 0) state0[i] = V.Store(s0);
            if (op.States > 1) state1[i] = V.Store(s1);
            if (op.States > 2) state2[i] = V.Store(s2);
        }
    }
}
