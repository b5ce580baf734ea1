namespace DeepNotes.Nn;

/// <summary>The maximum of each window. Matches torch.nn.MaxPool1d.</summary>
/// <param name="kernel">The window's length.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="padding">The −∞ added at each side; at most half the window.</param>
/// <param name="dilation">The distance between the window's elements.</param>
/// <param name="ceilMode">True to let the last windows reach beyond the edge.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation is below 1, or the padding is negative or more than half the window.</exception>
public sealed partial class MaxPool1d(int kernel, int? stride = null, int padding = 0, int dilation = 1, bool ceilMode = false) : Layer
{
    private readonly int kernel = LayerArguments.Window(nameof(MaxPool1d), kernel, stride, padding, dilation);

    /// <summary>Maps <c>[N, C, L]</c> to <c>[N, C, L']</c> with L' = ⌊(L + 2·padding − dilation·(kernel − 1) − 1) / stride⌋ + 1; the same without N.</summary>
    /// <param name="x">The sequences.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.MaxPool1d(kernel, stride, padding, dilation, ceilMode);

    /// <summary>The maxima, and where each was found: what <see cref="MaxUnpool1d"/> takes. Matches return_indices=True of PyTorch.</summary>
    /// <param name="x">The sequences.</param>
    /// <returns>The maxima, and for each its place in its plane as Int64.</returns>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    public (Tensor Values, Tensor Indices) ForwardWithIndices(Tensor x) => x.MaxPool1dWithIndices(kernel, stride, padding, dilation, ceilMode);
}
