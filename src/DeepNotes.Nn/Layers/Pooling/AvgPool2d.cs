namespace DeepNotes.Nn;

/// <summary>The mean of each window. Matches torch.nn.AvgPool2d.</summary>
/// <param name="kernel">The window's height and width; one number for a square.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="padding">The zeros added at each side; at most half the window.</param>
/// <param name="ceilMode">True to let the last windows reach beyond the edge.</param>
/// <param name="countIncludePad">Whether the zeros count in the mean.</param>
/// <param name="divisorOverride">What each sum is divided by, in place of the number of elements; not 0.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or the padding is negative or more than half the window, or the divisor is 0.</exception>
public sealed partial class AvgPool2d(Size2d kernel, Size2d? stride = null, Size2d? padding = null, bool ceilMode = false, bool countIncludePad = true, int? divisorOverride = null) : Layer
{
    private readonly Size2d kernel = LayerArguments.Window(nameof(AvgPool2d), kernel, stride, padding, null, divisorOverride);

    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C, H', W']</c> with H' = ⌊(H + 2·padding − height) / stride⌋ + 1, W' alike; the same without N.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.AvgPool2d(kernel, stride, padding, ceilMode, countIncludePad, divisorOverride);
}
