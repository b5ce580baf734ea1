namespace DeepNotes.Nn;

/// <summary>
/// x / √(mean of x² + ε) over the last dimensions, then a learned scale for each element (Zhang and Sennrich 2019, "Root Mean Square
/// Layer Normalization"). Matches torch.nn.RMSNorm.
/// </summary>
/// <param name="normalizedShape">The last dimensions of the input, over which the mean is taken.</param>
/// <param name="epsilon">Added to the mean square; by default the smallest step from 1 in the input's type.</param>
/// <param name="affine">False for a layer without <see cref="Weight"/>.</param>
public sealed partial class RMSNorm(Shape normalizedShape, double? epsilon = null, bool affine = true) : Layer
{
    /// <summary>The scale, of the normalized shape; ones at first.</summary>
    public Parameter? Weight { get; set; } = affine ? Init.Ones(normalizedShape) : null;

    /// <summary>Maps any shape that ends in the normalized shape to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input does not end in the normalized shape.</exception>
    protected override Tensor Compute(Tensor x) => x.RmsNorm(normalizedShape.AsSpan(), Weight, epsilon);
}
