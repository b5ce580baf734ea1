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

    /// <summary>a·b + c with one rounding where the processor can, with two where it cannot.</summary>
    static abstract V Fma(V a, V b, V c);

    /// <summary>The nearest integer, ties to even.</summary>
    static abstract V Round(V x);

    /// <summary>The largest integer that is not above x.</summary>
    static abstract V Floor(V x);

    /// <summary>The magnitude of the first with the sign of the second, signed zeros and NaN included.</summary>
    static abstract V CopySign(V magnitude, V sign);

    /// <summary>
    /// x·2ⁿ for an integer n in [−126, 127] (Float32) or [−1022, 1023] (Float64): one multiplication by a number that is
    /// made of exponent bits alone. Larger shifts take two calls.
    /// </summary>
    static abstract V ScaleByPowerOf2(V x, V n);

    /// <summary>The exponent e of a normal x = m·2ᵉ with 1 ≤ |m| &lt; 2, as a number.</summary>
    static abstract V Exponent(V x);

    /// <summary>The mantissa m of a normal x = m·2ᵉ with 1 ≤ m &lt; 2, the sign dropped.</summary>
    static abstract V Mantissa(V x);

    /// <summary>The smaller of the two in one instruction; which one is returned with a NaN or two zeros is up to the machine.</summary>
    static abstract V MinNative(V a, V b);

    /// <summary>The larger of the two in one instruction; which one is returned with a NaN or two zeros is up to the machine.</summary>
    static abstract V MaxNative(V a, V b);
}
