using DeepNotes.Ops;

namespace DeepNotes.Lanes;

/// <summary>
/// What a gradient is written in: the numbers of one SIMD vector, the number of one GPU thread, or a whole
/// <see cref="Tensor"/> when the gradient is differentiated itself.
/// </summary>
/// <typeparam name="V">The implementing type.</typeparam>
/// <remarks>A comparison gives a mask: a value of the same type that only <see cref="Where"/> may read.</remarks>
public interface ILane<V> where V : ILane<V>
{
    /// <summary>The same number in every element.</summary>
    /// <param name="value">The number, rounded to the lane's precision.</param>
    static abstract V Const(double value);

    /// <summary>Adds element by element.</summary>
    static abstract V operator +(V a, V b);

    /// <summary>Subtracts element by element.</summary>
    static abstract V operator -(V a, V b);

    /// <summary>Multiplies element by element.</summary>
    static abstract V operator *(V a, V b);

    /// <summary>Divides element by element.</summary>
    static abstract V operator /(V a, V b);

    /// <summary>Negates every element.</summary>
    static abstract V operator -(V a);

    /// <summary>The mask of a &lt; b; false where either is NaN.</summary>
    static abstract V operator <(V a, V b);

    /// <summary>The mask of a &gt; b; false where either is NaN.</summary>
    static abstract V operator >(V a, V b);

    /// <summary>The mask of a ≤ b; false where either is NaN.</summary>
    static abstract V operator <=(V a, V b);

    /// <summary>The mask of a ≥ b; false where either is NaN.</summary>
    static abstract V operator >=(V a, V b);

    /// <summary>The mask of a = b; false where either is NaN, true for +0 and −0.</summary>
    static abstract V Equal(V a, V b);

    /// <summary>Takes <paramref name="a"/> where the mask holds and <paramref name="b"/> elsewhere.</summary>
    static abstract V Where(V mask, V a, V b);

    /// <summary>The smaller of the two; NaN where either is NaN.</summary>
    static abstract V Min(V a, V b);

    /// <summary>The larger of the two; NaN where either is NaN.</summary>
    static abstract V Max(V a, V b);

    /// <summary>The magnitude of every element.</summary>
    static abstract V Abs(V x);

    /// <summary>The correctly rounded square root of every element; NaN below zero.</summary>
    static abstract V Sqrt(V x);

    /// <summary>Applies another formula: number lanes compute it in place, tensors map (and record) it.</summary>
    /// <param name="op">The formula with its attributes.</param>
    /// <param name="x">Its argument.</param>
    static abstract V Call<TOp>(TOp op, V x) where TOp : unmanaged, IUnaryOp;

    /// <summary>Applies another formula of two arguments.</summary>
    /// <param name="op">The formula with its attributes.</param>
    /// <param name="a">Its left argument.</param>
    /// <param name="b">Its right argument.</param>
    static abstract V Call<TOp>(TOp op, V a, V b) where TOp : unmanaged, IBinaryOp;
}
