using DeepNotes.Gpu.Lanes;
using DeepNotes.Ops;
using ILGPU;

namespace DeepNotes.Gpu.Kernels;

/// <summary>
/// The elementwise kernels, one for each kind of formula: ILGPU compiles each again for every formula and element type.
/// A thread computes one element of a contiguous result; operands may be strided and broadcast. The formula is a kernel
/// argument, so that other attributes need no other kernel.
/// </summary>
/// <remarks>What a gradient does not read is handed any view of enough elements with zero strides.</remarks>
internal static class ElementwiseKernels
{
    public static void Map<TOp, V, T>(Index1D i, Extent n, ArrayView<T> x, Strides sx, ArrayView<T> y, TOp op)
        where TOp : unmanaged, IUnaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
        => y[i] = V.Store(op.Apply(V.Load(x[Offsets.At(i, n, sx)])));

    public static void MapGradient<TOp, V, T>(Index1D i, Extent n, ArrayView<T> g, Strides sg, ArrayView<T> x, Strides sx, ArrayView<T> y, Strides sy, ArrayView<T> dx, TOp op)
        where TOp : unmanaged, IUnaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var at = Offsets.At(i, n, sg, sx, sy);
        dx[i] = V.Store(op.Gradient(V.Load(g[at.A]), V.Load(x[at.B]), V.Load(y[at.C])));
    }

    public static void Zip<TOp, V, T>(Index1D i, Extent n, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<T> y, TOp op)
        where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var at = Offsets.At(i, n, sa, sb, default);
        y[i] = V.Store(op.Apply(V.Load(a[at.A]), V.Load(b[at.B])));
    }

    /// <summary>The gradient to the left operand; <paramref name="y"/> is contiguous.</summary>
    public static void ZipGradientLeft<TOp, V, T>(Index1D i, Extent n, ArrayView<T> g, Strides sg, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<T> y, ArrayView<T> d, TOp op)
        where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var at = Offsets.At(i, n, sg, sa, sb);
        d[i] = V.Store(op.GradientLeft(V.Load(g[at.A]), V.Load(a[at.B]), V.Load(b[at.C]), V.Load(y[i])));
    }

    /// <summary>The gradient to the right operand; <paramref name="y"/> is contiguous.</summary>
    public static void ZipGradientRight<TOp, V, T>(Index1D i, Extent n, ArrayView<T> g, Strides sg, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<T> y, ArrayView<T> d, TOp op)
        where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var at = Offsets.At(i, n, sg, sa, sb);
        d[i] = V.Store(op.GradientRight(V.Load(g[at.A]), V.Load(a[at.B]), V.Load(b[at.C]), V.Load(y[i])));
    }

    /// <summary>A test of two operands, as bytes of 0 and 1.</summary>
    public static void Compare<TOp, V, T>(Index1D i, Extent n, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<byte> y, TOp op)
        where TOp : unmanaged, ICompareOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var at = Offsets.At(i, n, sa, sb, default);
        y[i] = V.Bit(op.Test(V.Load(a[at.A]), V.Load(b[at.B])));
    }

    /// <summary>One operand where the mask's byte is not zero, the other elsewhere; any element type, by its bits.</summary>
    public static void Where<T>(Index1D i, Extent n, ArrayView<byte> mask, Strides sm, ArrayView<T> a, Strides sa, ArrayView<T> b, Strides sb, ArrayView<T> y)
        where T : unmanaged
    {
        var at = Offsets.At(i, n, sm, sa, sb);
        y[i] = mask[at.A] != 0 ? a[at.B] : b[at.C];
    }

    /// <summary>Gathers a strided operand into a contiguous one.</summary>
    public static void Copy<T>(Index1D i, Extent n, ArrayView<T> x, Strides sx, ArrayView<T> y) where T : unmanaged
        => y[i] = x[Offsets.At(i, n, sx)];

    /// <summary>Scatters a contiguous (or broadcast) operand into a strided one.</summary>
    public static void CopyTo<T>(Index1D i, Extent n, ArrayView<T> x, Strides sx, ArrayView<T> y, Strides sy) where T : unmanaged
    {
        var at = Offsets.At(i, n, sx, sy, default);
        y[at.B] = x[at.A];
    }

    public static void Fill<T>(Index1D i, Extent n, ArrayView<T> y, Strides sy, T value) where T : unmanaged
        => y[Offsets.At(i, n, sy)] = value;
}
