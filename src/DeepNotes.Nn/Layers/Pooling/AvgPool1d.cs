namespace DeepNotes.Nn;

/// <summary>The mean of each window. Matches torch.nn.AvgPool1d.</summary>
/// <param name="kernel">The window's length.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="padding">The zeros added at each side; at most half the window.</param>
/// <param name="ceilMode">True to let the last windows reach beyond the edge.</param>
/// <param name="countIncludePad">Whether the zeros count in the mean.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or the padding is negative or more than half the window.</exception>
public sealed partial class AvgPool1d(int kernel, int? stride = null, int padding = 0, bool ceilMode = false, bool countIncludePad = true) : Layer
{
    private readonly int kernel = LayerArguments.Window(nameof(AvgPool1d), kernel, stride, padding, 1);

    /// <summary>Maps <c>[N, C, L]</c> to <c>[N, C, L']</c> with L' = ⌊(L + 2·padding − kernel) / stride⌋ + 1; the same without N.</summary>
    /// <param name="x">The sequences.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.AvgPool1d(kernel, stride, padding, ceilMode, countIncludePad);
}
