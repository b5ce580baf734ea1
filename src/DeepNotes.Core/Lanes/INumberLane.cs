namespace DeepNotes.Lanes;

/// <summary>
/// What a forward formula is written in: numbers only. Beside the arithmetic of <see cref="ILane{V}"/> it has what
/// exp, log, erf and their like are made of.
/// </summary>
/// <typeparam name="V">The implementing type.</typeparam>
/// <remarks>
/// On integer lanes only the arithmetic of <see cref="ILane{V}"/> is meaningful; a formula that is valid for integers
/// says so with <see cref="Ops.IIntegerFormula"/>.
/// </remarks>
public interface INumberLane<V> : ILane<V> where V : INumberLane<V>
{
    /// <summary>True for Float64 elements; a formula picks its coefficients by it. A constant to the compiler.</summary>
    static abstract bool IsDouble { get; }

    /// <summary>The first number on a Float32 lane, the second on a Float64 lane.</summary>
    static abstract V Const(double single, double wide);

    /// <summary>
    /// The first piece of a formula on a Float32 lane, the second on a Float64 lane. Unlike a branch on
    /// <see cref="IsDouble"/>, the other piece costs nothing: the compiler drops it before it inlines what is inside.
    /// </summary>
    static abstract V Choose<TSingle, TDouble>(V x) where TSingle : unmanaged, IPiece where TDouble : unmanaged, IPiece;

    /// <summary>a·b + c with one rounding where the processor can, with two where it cannot.</summary>
    static abstract V Fma(V a, V b, V c);

    /// <summary>What rounding took from a product: a·b − <paramref name="product"/>, exact unless it underflows.</summary>
    static abstract V ProductError(V a, V b, V product);

    /// <summary>The nearest integer, ties to even.</summary>
    static abstract V Round(V x);

    /// <summary>The largest integer that is not above x.</summary>
    static abstract V Floor(V x);

    /// <summary>The magnitude of the first with the sign of the second, signed zeros and NaN included.</summary>
    static abstract V CopySign(V magnitude, V sign);

    /// <summary>The bits that both integers have; integer lanes only.</summary>
    static abstract V And(V a, V b);

    /// <summary>The bits that one of the integers has; integer lanes only.</summary>
    static abstract V Or(V a, V b);

    /// <summary>The bits in which the integers differ; integer lanes only.</summary>
    static abstract V Xor(V a, V b);

    /// <summary>
    /// x·2ⁿ for an integer n in [−126, 127] (Float32) or [−1022, 1023] (Float64): one multiplication by a number that is
    /// made of exponent bits alone. Larger shifts take two calls.
    /// </summary>
    static abstract V ScaleByPowerOf2(V x, V n);

    /// <summary>
    /// x·2ⁿ for an integer n in [−252, 254] (Float32) or [−2044, 2046] (Float64), rounded once: to a subnormal number, to zero or
    /// to infinity where the result leaves the normal range.
    /// </summary>
    static abstract V ScaleByLargePowerOf2(V x, V n);

    /// <summary>The exponent e of a positive normal x = m·2ᵉ with 2/3 ≤ m &lt; 4/3, as a number: nearest to log₂ x as logarithms want it.</summary>
    static abstract V Exponent(V x);

    /// <summary>The mantissa m of a positive normal x = m·2ᵉ with 2/3 ≤ m &lt; 4/3.</summary>
    static abstract V Mantissa(V x);

    /// <summary>a where a &lt; b and b elsewhere, in one instruction: NaN where b is NaN; two zeros are equal.</summary>
    static abstract V MinNative(V a, V b);

    /// <summary>a where a &gt; b and b elsewhere, in one instruction: NaN where b is NaN; two zeros are equal.</summary>
    static abstract V MaxNative(V a, V b);
}

/// <summary>A piece of a formula that differs between precisions, such as a polynomial.</summary>
public interface IPiece
{
    /// <summary>The piece's value.</summary>
    V Of<V>(V x) where V : INumberLane<V>;
}
