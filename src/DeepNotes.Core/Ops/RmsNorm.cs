namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Divides the last dimensions by their root mean square, then scales them (Zhang and Sennrich, arXiv:1910.07467). Matches torch.nn.functional.rms_norm.</summary>
    /// <param name="normalizedShape">The lengths of the last dimensions that are normalised together.</param>
    /// <param name="weight">The scale, of that shape; none by default.</param>
    /// <param name="epsilon">Added to the mean square; the smallest step from 1 in this type by default.</param>
    /// <exception cref="ShapeException">The last dimensions are others, or the weight has another shape.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor RmsNorm(ReadOnlySpan<int> normalizedShape, Tensor? weight = null, double? epsilon = null)
    {
        CheckNormalized(nameof(RmsNorm), normalizedShape, weight, null);
        if (DType.IsNarrow()) return To(DType.Float32).RmsNorm(normalizedShape, weight?.To(DType.Float32), epsilon ?? (DType == DType.Float16 ? 0.0009765625 : 0.0078125)).To(DType);
        var dimensions = new int[normalizedShape.Length];
        for (int i = 0; i < dimensions.Length; i++) dimensions[i] = Rank - dimensions.Length + i;
        var z = this * (Square().Mean(dimensions, keepDim: true) + (epsilon ?? (DType == DType.Float64 ? 2.220446049250313e-16 : 1.1920928955078125e-07))).Rsqrt();
        return weight is null ? z : z * weight;
    }

    /// <summary>Normalises the last dimensions together to mean 0 and variance 1, then scales and shifts them (Ba et al., arXiv:1607.06450). Matches torch.nn.functional.layer_norm.</summary>
    /// <param name="normalizedShape">The lengths of the last dimensions that are normalised together.</param>
    /// <param name="weight">The scale, of that shape; none by default.</param>
    /// <param name="bias">The shift, of that shape; none by default.</param>
    /// <param name="epsilon">Added to the variance.</param>
    /// <exception cref="ShapeException">The last dimensions are others, or weight or bias have another shape.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    [System.Runtime.CompilerServices.OverloadResolutionPriority(-1)]
    public Tensor LayerNorm(ReadOnlySpan<int> normalizedShape, Tensor? weight = null, Tensor? bias = null, double epsilon = 1e-5)
    {
        CheckNormalized(nameof(LayerNorm), normalizedShape, weight, bias);
        if (Count == 0) return this;
        int outer = 1;
        foreach (int length in Shape.AsSpan()[..^normalizedShape.Length]) outer *= length;
        return Reshape(outer, Count / outer).LayerNorm(weight?.Flatten(), bias?.Flatten(), epsilon).Reshape(Shape);
    }

    private void CheckNormalized(string name, ReadOnlySpan<int> normalizedShape, Tensor? weight, Tensor? bias)
    {
        Floating(DType, name);
        string text = $"[{string.Join(", ", normalizedShape.ToArray())}]";
        if (normalizedShape.Length == 0 || normalizedShape.Length > Rank || !Shape.AsSpan()[^normalizedShape.Length..].SequenceEqual(normalizedShape))
            throw new ShapeException($"{name}: the input {Shape} does not end with the dimensions {text}.");
        foreach (var (t, role) in new[] { (weight, "weight"), (bias, "bias") })
        {
            if (t is null) continue;
            if (!t.Shape.AsSpan().SequenceEqual(normalizedShape)) throw new ShapeException($"{name}: for the dimensions {text} the {role} must have this shape; it is {t.Shape}.");
            if (t.DType != DType) throw new DTypeException($"{name}: the input is {DType} and the {role} {t.DType}; they must have one type.");
        }
    }
}
