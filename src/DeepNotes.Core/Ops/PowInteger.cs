using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops;

/// <summary>xᵉ for integers and one whole exponent from 0, by squaring; it wraps around.</summary>
/// <param name="Exponent">e.</param>
public readonly record struct PowInteger(long Exponent) : IUnaryOp, IIntegerFormula
{
    /// <inheritdoc/>
    public Keep Keep => Exponent == 0 ? Keep.Nothing : Keep.Input;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V x) where V : INumberLane<V>
    {
        V y = V.Const(1);
        for (long rest = Exponent; rest > 0; rest >>= 1)
        {
            if ((rest & 1) != 0) y *= x;
            x *= x;
        }
        return y;
    }

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public V Gradient<V>(V g, V x, V y) where V : ILane<V> => new PowScalar(Exponent).Gradient(g, x, y);
}

/// <summary>aᵇ for integers, by squaring; it wraps around. To a negative power 1 is 1, −1 is ±1 and everything else 0.</summary>
/// <param name="Bits">The bits of an element without that of the sign.</param>
public readonly record struct PowIntegers(int Bits) : IBinaryOp, IIntegerFormula
{
    /// <inheritdoc/>
    public Keep Keep => Keep.Nothing;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b) where V : INumberLane<V>
    {
        V zero = V.Const(0), one = V.Const(1), y = one, x = a;
        double bit = 1;
        for (int i = 0; i < Bits; i++)
        {
            y = V.Where(V.Equal(V.And(b, V.Const(bit)), zero), y, y * x);
            x *= x;
            bit += bit;
        }
        // The lowest bit of a negative exponent says the sign for −1, too.
        V unit = V.Where(V.Equal(V.And(b, one), zero), one, a);
        V inverse = V.Where(V.Equal(a, one), one, V.Where(V.Equal(a, V.Const(-1)), unit, zero));
        return V.Where(b < zero, inverse, y);
    }

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);
}
