using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops;

/// <summary>
/// The rounding errors of sums and products, themselves exact numbers: a number and its error carry twice the precision
/// (Dekker, "A floating-point technique for extending the available precision", 1971).
/// </summary>
internal static class TwoFold
{
    /// <summary>a·b − <paramref name="product"/>, where the product is a·b rounded, for lanes without a fused multiply-add.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V ProductError<V>(V a, V b, V product) where V : INumberLane<V>
    {
        V a1 = Leading(a), a2 = a - a1, b1 = Leading(b), b2 = b - b1;
        return ((a1 * b1 - product) + a1 * b2 + a2 * b1) + a2 * b2;
    }

    /// <summary>a + b − <paramref name="sum"/>, where the sum is a + b rounded and |a| ≥ |b| or a = 0.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V SumError<V>(V a, V b, V sum) where V : INumberLane<V> => b - (sum - a);

    /// <summary>The leading half of a number's bits.</summary>
    [MethodImpl(AggressiveInlining)]
    private static V Leading<V>(V a) where V : INumberLane<V>
    {
        V scaled = a * V.Const(4097, 134217729);
        return scaled - (scaled - a);
    }
}
