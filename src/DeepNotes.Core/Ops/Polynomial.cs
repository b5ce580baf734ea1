using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops;

/// <summary>
/// c0 + c1·x + c2·x² + … by Horner's rule: the fewest instructions; vectors in flight hide its latency. One overload for
/// each number of coefficients, because GPU code can hold no array of them.
/// </summary>
internal static class Polynomial
{
    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1) where V : INumberLane<V>
    {
        return V.Fma(V.Const(c1), x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c2), x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c3), x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c4), x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4, double c5) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c5), x, V.Const(c4));
        y = V.Fma(y, x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4, double c5, double c6) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c6), x, V.Const(c5));
        y = V.Fma(y, x, V.Const(c4));
        y = V.Fma(y, x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c7), x, V.Const(c6));
        y = V.Fma(y, x, V.Const(c5));
        y = V.Fma(y, x, V.Const(c4));
        y = V.Fma(y, x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7, double c8) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c8), x, V.Const(c7));
        y = V.Fma(y, x, V.Const(c6));
        y = V.Fma(y, x, V.Const(c5));
        y = V.Fma(y, x, V.Const(c4));
        y = V.Fma(y, x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7, double c8, double c9) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c9), x, V.Const(c8));
        y = V.Fma(y, x, V.Const(c7));
        y = V.Fma(y, x, V.Const(c6));
        y = V.Fma(y, x, V.Const(c5));
        y = V.Fma(y, x, V.Const(c4));
        y = V.Fma(y, x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7, double c8, double c9, double c10) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c10), x, V.Const(c9));
        y = V.Fma(y, x, V.Const(c8));
        y = V.Fma(y, x, V.Const(c7));
        y = V.Fma(y, x, V.Const(c6));
        y = V.Fma(y, x, V.Const(c5));
        y = V.Fma(y, x, V.Const(c4));
        y = V.Fma(y, x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7, double c8, double c9, double c10, double c11) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c11), x, V.Const(c10));
        y = V.Fma(y, x, V.Const(c9));
        y = V.Fma(y, x, V.Const(c8));
        y = V.Fma(y, x, V.Const(c7));
        y = V.Fma(y, x, V.Const(c6));
        y = V.Fma(y, x, V.Const(c5));
        y = V.Fma(y, x, V.Const(c4));
        y = V.Fma(y, x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }

    [MethodImpl(AggressiveInlining)]
    public static V Of<V>(V x, double c0, double c1, double c2, double c3, double c4, double c5, double c6, double c7, double c8, double c9, double c10, double c11, double c12) where V : INumberLane<V>
    {
        V y = V.Fma(V.Const(c12), x, V.Const(c11));
        y = V.Fma(y, x, V.Const(c10));
        y = V.Fma(y, x, V.Const(c9));
        y = V.Fma(y, x, V.Const(c8));
        y = V.Fma(y, x, V.Const(c7));
        y = V.Fma(y, x, V.Const(c6));
        y = V.Fma(y, x, V.Const(c5));
        y = V.Fma(y, x, V.Const(c4));
        y = V.Fma(y, x, V.Const(c3));
        y = V.Fma(y, x, V.Const(c2));
        y = V.Fma(y, x, V.Const(c1));
        return V.Fma(y, x, V.Const(c0));
    }
}
