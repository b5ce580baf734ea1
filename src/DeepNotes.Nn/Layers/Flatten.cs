namespace DeepNotes.Nn;

/// <summary>Joins dimensions into one; by default all but the first, the batch. Matches torch.nn.Flatten.</summary>
/// <param name="start">The first dimension to join; negative ones count from the back.</param>
/// <param name="end">The last dimension to join; negative ones count from the back.</param>
public sealed partial class Flatten(int start = 1, int end = -1) : Layer
{
    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C·H·W]</c> by default; a view where the layout allows.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Flatten(start, end);
}
