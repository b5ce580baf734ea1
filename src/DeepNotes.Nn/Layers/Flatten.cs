namespace DeepNotes.Nn;

/// <summary>Joins dimensions into one; by default all but the first, the batch. Matches torch.nn.Flatten.</summary>
/// <param name="start">The first dimension to join; negative ones count from the back.</param>
/// <param name="end">The last dimension to join; negative ones count from the back.</param>
public sealed partial class Flatten(int start = 1, int end = -1) : Layer
{
    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C·H·W]</c> by default; a view where the layout allows.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has no such dimensions.</exception>
    protected override Tensor Compute(Tensor x) => x.Flatten(start, end);
}

/// <summary>Divides a dimension into several: undoes <see cref="Flatten"/>. Matches torch.nn.Unflatten.</summary>
/// <param name="dim">The dimension to divide; negative ones count from the back.</param>
/// <param name="lengths">What it is divided into; one may be −1 for the rest.</param>
public sealed partial class Unflatten(int dim, params int[] lengths) : Layer
{
    /// <summary>Maps <c>[N, C·H·W]</c> to <c>[N, C, H, W]</c>, for example.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has no such dimension, or the lengths do not multiply to its own.</exception>
    protected override Tensor Compute(Tensor x) => x.Unflatten(dim, lengths);
}
