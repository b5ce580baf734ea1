namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The number below which a part of all elements lies, interpolated between the two next to it. Matches torch.quantile.</summary>
    /// <param name="part">From 0 to 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not from 0 to 1.</exception>
    /// <exception cref="ShapeException">There are no elements.</exception>
    public Tensor Quantile(double part) => Reshape(Count).Quantile(part, 0);

    /// <summary>The number below which a part of the elements along a dimension lies, interpolated between the two next to it. Matches torch.quantile.</summary>
    /// <param name="part">From 0 to 1.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="keepDim">True to leave the dimension with the length 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not from 0 to 1.</exception>
    /// <exception cref="ShapeException">The dimension is empty.</exception>
    public Tensor Quantile(double part, int dimension, bool keepDim = false) => Quantile([part], dimension, keepDim).Squeeze(0);

    /// <summary>The numbers below which parts of the elements along a dimension lie, each interpolated between the two next to it. Matches torch.quantile.</summary>
    /// <param name="parts">From 0 to 1.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="keepDim">True to leave the dimension with the length 1.</param>
    /// <returns>[parts, …], with the other dimensions behind.</returns>
    /// <exception cref="ArgumentOutOfRangeException">A part is not from 0 to 1.</exception>
    /// <exception cref="ShapeException">The dimension is empty.</exception>
    public Tensor Quantile(ReadOnlySpan<double> parts, int dimension, bool keepDim = false)
    {
        Floating(DType, nameof(Quantile));
        foreach (double part in parts)
        {
            if (!(part >= 0 && part <= 1)) throw new ArgumentOutOfRangeException(nameof(parts), $"Quantile: a part is from 0 to 1, not {part}.");
        }
        if (DType.IsNarrow()) return Widened().Quantile(parts, dimension, keepDim).To(DType);
        if (Rank == 0) return Expand(parts.Length);
        dimension = Shape.Dimension(dimension, nameof(Quantile));
        int length = Shape[dimension];
        if (length == 0) throw new ShapeException($"Quantile: dimension {dimension} of {Shape} is empty.");
        var sorted = Sort(dimension).Values.MoveDim(dimension, 0);
        // A number between two elements is the lower one and a part of the way to the upper one.
        var (below, above, way) = (new long[parts.Length], new long[parts.Length], new double[parts.Length]);
        for (int i = 0; i < parts.Length; i++)
        {
            double at = parts[i] * (length - 1);
            below[i] = (long)Math.Floor(at);
            above[i] = Math.Min(below[i] + 1, length - 1);
            way[i] = at - below[i];
        }
        var low = sorted.IndexSelect(0, From<long>(below).To(Device));
        var high = sorted.IndexSelect(0, From<long>(above).To(Device));
        var result = low + (high - low) * From<double>(way).To(DType).To(Device).Reshape([parts.Length, .. Enumerable.Repeat(1, Rank - 1)]);
        // NaN is sorted last: if the last is NaN, so is every quantile.
        var last = sorted.Narrow(0, length - 1, 1);
        result = Where(last.Ne(last), last, result);
        return keepDim ? result.Unsqueeze(dimension + 1) : result;
    }
}
