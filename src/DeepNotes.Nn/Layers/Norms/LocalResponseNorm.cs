namespace DeepNotes.Nn;

/// <summary>
/// Divides each element by (k + α·mean of the squares in so many neighbouring channels)^β (Krizhevsky et al. 2012, "ImageNet
/// Classification with Deep Convolutional Neural Networks"). Matches torch.nn.LocalResponseNorm.
/// </summary>
/// <param name="size">The number of neighbouring channels, the own one among them.</param>
/// <param name="alpha">α.</param>
/// <param name="beta">β.</param>
/// <param name="k">k.</param>
/// <exception cref="ArgumentOutOfRangeException">There are fewer channels than one.</exception>
public sealed partial class LocalResponseNorm(int size, double alpha = 1e-4, double beta = 0.75, double k = 1) : Layer
{
    private readonly int size = LayerArguments.Positive(nameof(LocalResponseNorm), nameof(size), size);

    /// <summary>Maps <c>[N, C, L, …]</c> to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has fewer than three dimensions.</exception>
    protected override Tensor Compute(Tensor x) => x.LocalResponseNorm(size, alpha, beta, k);
}
