using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Divides each element by (k + α·mean of the squares of so many neighbouring channels)^β (Krizhevsky et al., NIPS 2012). Matches torch.nn.functional.local_response_norm.</summary>
    /// <param name="size">The number of channels; the borders count as zeros.</param>
    /// <param name="alpha">α.</param>
    /// <param name="beta">β.</param>
    /// <param name="k">k.</param>
    /// <returns>This tensor's shape, [N, C, L, …].</returns>
    /// <exception cref="ShapeException">The input is not [N, C, L, …].</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public Tensor LocalResponseNorm(int size, double alpha = 1e-4, double beta = 0.75, double k = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
        if (Rank < 3) throw new ShapeException($"LocalResponseNorm: the input must be [N, C, L, …]; it is {Shape}.");
        Floating(DType, nameof(LocalResponseNorm));
        if (Count == 0) return this;
        if (DType.IsNarrow()) return Widened().LocalResponseNorm(size, alpha, beta, k).To(DType);
        int n = Shape[0], channels = Shape[1], places = Count / (n * channels);
        var squares = Square().Reshape(n, 1, channels, places).Pad([0, 0, size / 2, (size - 1) / 2]);
        var sums = squares.PlaneSums(new PoolSide(channels + size - 1, size, 1, 0, 1, channels), new PoolSide(places, 1, 1, 0, 1, places));
        return this / (sums.Reshape(Shape) * (alpha / size) + k).Pow(beta);
    }
}
