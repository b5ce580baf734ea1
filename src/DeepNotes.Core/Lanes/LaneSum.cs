using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace DeepNotes.Lanes;

/// <summary>The end of a sum that was made in the elements of a register.</summary>
internal static unsafe class LaneSum
{
    /// <summary>The sum of a register's elements: halves are added while there are any.</summary>
    /// <typeparam name="W">A lane or a vector, of 512, 256 or 128 bits or of one element.</typeparam>
    /// <typeparam name="T">The element.</typeparam>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Of<W, T>(W x) where W : unmanaged where T : unmanaged
    {
        if (sizeof(W) == sizeof(Vector512<T>)) return Of(Unsafe.BitCast<W, Vector512<T>>(x));
        if (sizeof(W) == sizeof(Vector256<T>)) return Of(Unsafe.BitCast<W, Vector256<T>>(x));
        if (sizeof(W) == sizeof(Vector128<T>)) return Vector128.Sum(Unsafe.BitCast<W, Vector128<T>>(x));
        return Unsafe.BitCast<W, T>(x);
    }

    // Not Vector512.Sum: it sums each 128 bits by themselves, which takes twice as many instructions.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Of<T>(Vector512<T> x) where T : unmanaged => Of(x.GetLower() + x.GetUpper());

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Of<T>(Vector256<T> x) where T : unmanaged => Vector128.Sum(x.GetLower() + x.GetUpper());
}
