namespace DeepNotes.Nn;

/// <summary>
/// (x − mean) / √(variance + ε) over the last dimensions, then a learned scale and shift for each element (Ba et al.
/// 2016, "Layer Normalization"). Matches torch.nn.LayerNorm.
/// </summary>
/// <param name="normalizedShape">The last dimensions of the input, over which mean and variance are taken.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="affine">False for a layer without <see cref="Weight"/> and <see cref="Bias"/>.</param>
/// <param name="bias">False for a layer without <see cref="Bias"/>.</param>
public sealed partial class LayerNorm(Shape normalizedShape, double epsilon = 1e-5, bool affine = true, bool bias = true) : Layer
{
    /// <summary>The scale, of the normalized shape; ones at first.</summary>
    public Parameter? Weight { get; set; } = affine ? Init.Ones(normalizedShape) : null;

    /// <summary>The shift, of the normalized shape; zeros at first.</summary>
    public Parameter? Bias { get; set; } = affine && bias ? Init.Zeros(normalizedShape) : null;

    /// <summary>Maps any shape that ends in the normalized shape to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input does not end in the normalized shape.</exception>
    protected override Tensor Compute(Tensor x)
    {
        int lead = x.Rank - normalizedShape.Rank;
        if (lead < 0 || !x.Shape.AsSpan()[lead..].SequenceEqual(normalizedShape.AsSpan()))
            throw new ShapeException($"LayerNorm: the input {x.Shape} does not end in the normalized shape {normalizedShape}.");
        // One dimension is normalised, so several become one.
        if (normalizedShape.Rank == 1) return x.LayerNorm(Weight, Bias, epsilon);
        return x.Reshape(-1, normalizedShape.ElementCount).LayerNorm(Weight?.Flatten(), Bias?.Flatten(), epsilon).Reshape(x.Shape);
    }
}
