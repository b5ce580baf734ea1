namespace DeepNotes.Nn;

/// <summary>The maximum of each window. Matches torch.nn.MaxPool2d.</summary>
/// <param name="kernel">The window's height and width; one number for a square.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="padding">The −∞ added at each side; at most half the window.</param>
/// <param name="dilation">The distance between the window's elements.</param>
public sealed partial class MaxPool2d(Size2d kernel, Size2d? stride = null, Size2d? padding = null, Size2d? dilation = null) : Layer
{
    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C, H', W']</c> with H' = ⌊(H + 2·padding − dilation·(height − 1) − 1) / stride⌋ + 1, W' alike.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input is not of four dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.MaxPool2d(kernel, stride, padding, dilation);
}
