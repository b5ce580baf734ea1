namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The differences between neighbours along a dimension, each element without the one before it; of Bool, whether they differ. Matches torch.diff.</summary>
    /// <param name="order">How often differences are taken, of differences from the second time on.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <returns>The dimension is shorter by the order, or empty.</returns>
    /// <exception cref="ShapeException">There is no dimension.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The order is negative.</exception>
    public Tensor Diff(int order = 1, int dimension = -1)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(order);
        if (Rank == 0) throw new ShapeException("Diff: a scalar has no neighbours.");
        dimension = Shape.Dimension(dimension, nameof(Diff));
        var result = this;
        for (; order > 0 && result.Shape[dimension] > 0; order--)
        {
            int rest = result.Shape[dimension] - 1;
            var (after, before) = (result.Narrow(dimension, 1, rest), result.Narrow(dimension, 0, rest));
            result = DType == DType.Bool ? after ^ before : after - before;
        }
        return result;
    }
}
