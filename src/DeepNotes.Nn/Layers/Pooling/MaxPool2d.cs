namespace DeepNotes.Nn;

/// <summary>The maximum of each window. Matches torch.nn.MaxPool2d.</summary>
/// <param name="kernel">The window's height and width; one number for a square.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="padding">The −∞ added at each side; at most half the window.</param>
/// <param name="dilation">The distance between the window's elements.</param>
/// <param name="ceilMode">True to let the last windows reach beyond the edge.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation is below 1, or the padding is negative or more than half the window.</exception>
public sealed partial class MaxPool2d(Size2d kernel, Size2d? stride = null, Size2d? padding = null, Size2d? dilation = null, bool ceilMode = false) : Layer
{
    private readonly Size2d kernel = LayerArguments.Window(nameof(MaxPool2d), kernel, stride, padding, dilation);

    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C, H', W']</c> with H' = ⌊(H + 2·padding − dilation·(height − 1) − 1) / stride⌋ + 1, W' alike; the same without N.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.MaxPool2d(kernel, stride, padding, dilation, ceilMode);

    /// <summary>The maxima, and where each was found: what <see cref="MaxUnpool2d"/> takes. Matches return_indices=True of PyTorch.</summary>
    /// <param name="x">The images.</param>
    /// <returns>The maxima, and for each its place in its plane as Int64.</returns>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    public (Tensor Values, Tensor Indices) ForwardWithIndices(Tensor x) => x.MaxPool2dWithIndices(kernel, stride, padding, dilation, ceilMode);
}
