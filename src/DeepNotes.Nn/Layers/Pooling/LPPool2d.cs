namespace DeepNotes.Nn;

/// <summary>The p-norm of each window, (Σ xᵖ)^(1/p) without the magnitude: p = 1 is a sum, p → ∞ the maximum. Matches torch.nn.LPPool2d.</summary>
/// <param name="normType">p; not 0.</param>
/// <param name="kernel">The window's height and width; one number for a square.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="ceilMode">True to let the last windows reach beyond the edge.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or p is 0.</exception>
public sealed partial class LPPool2d(double normType, Size2d kernel, Size2d? stride = null, bool ceilMode = false) : Layer
{
    private readonly Size2d kernel = LayerArguments.Window(nameof(LPPool2d), kernel, stride);

    private readonly double normType = LayerArguments.NotZero(nameof(LPPool2d), nameof(normType), normType);

    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C, H', W']</c> with H' = ⌊(H − height) / stride⌋ + 1, W' alike; the same without N.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.LpPool2d(normType, kernel, stride, ceilMode);
}
