using DeepNotes.Gpu.Lanes;
using ILGPU;

namespace DeepNotes.Gpu.Kernels;

/// <summary>Kernels that move or convert elements, any strides on both sides.</summary>
internal static class CopyKernels
{
    /// <summary>Copies elements by their bits.</summary>
    public static void Copy<T>(Index1D thread, Extent n, ArrayView<T> x, Strides sx, ArrayView<T> y, Strides sy) where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sx, sy);
            y[at.B] = x[at.A];
        }
    }

    /// <summary>Copies elements into another type: towards zero from floating point to integers.</summary>
    public static void Convert<V, T, VTo, TTo>(Index1D thread, Extent n, ArrayView<T> x, Strides sx, ArrayView<TTo> y, Strides sy)
        where V : unmanaged, IThreadLane<V, T> where T : unmanaged where VTo : unmanaged, IThreadLane<VTo, TTo> where TTo : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sx, sy);
            V value = V.Load(x[at.A]);
            y[at.B] = VTo.Store(V.IsInteger ? VTo.FromInt64(V.ToInt64(value)) : VTo.FromDouble(V.ToDouble(value)));
        }
    }

    /// <summary>Copies elements as Bool: whether they differ from zero, which NaN does.</summary>
    public static void ConvertToBool<V, T>(Index1D thread, Extent n, ArrayView<T> x, Strides sx, ArrayView<byte> y, Strides sy)
        where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads)
        {
            var at = Offsets.At(i, n, sx, sy);
            y[at.B] = (byte)(1 - V.Bit(V.Equal(V.Load(x[at.A]), V.Const(0))));
        }
    }

    /// <summary>Writes one value everywhere.</summary>
    public static void Fill<T>(Index1D thread, Extent n, ArrayView<T> y, Strides sy, T value) where T : unmanaged
    {
        for (int i = thread; n.Has(i); i += n.Threads) y[Offsets.At(i, n, sy)] = value;
    }
}
