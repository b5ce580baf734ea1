namespace DeepNotes.Nn;

/// <summary>The mean of each window. Matches torch.nn.AvgPool3d.</summary>
/// <param name="kernel">The window's depth, height and width; one number for a cube.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="padding">The zeros added at each side; at most half the window.</param>
/// <param name="ceilMode">True to let the last windows reach beyond the edge.</param>
/// <param name="countIncludePad">Whether the zeros count in the mean.</param>
/// <param name="divisorOverride">What each sum is divided by, in place of the number of elements; not 0.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or the padding is negative or more than half the window, or the divisor is 0.</exception>
public sealed partial class AvgPool3d(Size3d kernel, Size3d? stride = null, Size3d? padding = null, bool ceilMode = false, bool countIncludePad = true, int? divisorOverride = null) : Layer
{
    private readonly Size3d kernel = LayerArguments.Window(nameof(AvgPool3d), kernel, stride, padding, null, divisorOverride);

    /// <summary>Maps <c>[N, C, D, H, W]</c> to <c>[N, C, D', H', W']</c> with D' = ⌊(D + 2·padding − depth) / stride⌋ + 1, H' and W' alike; the same without N.</summary>
    /// <param name="x">The volumes.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.AvgPool3d(kernel, stride, padding, ceilMode, countIncludePad, divisorOverride);
}
