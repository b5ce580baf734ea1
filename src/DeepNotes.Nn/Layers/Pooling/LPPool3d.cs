namespace DeepNotes.Nn;

/// <summary>The p-norm of each window, (Σ xᵖ)^(1/p) without the magnitude: p = 1 is a sum, p → ∞ the maximum. Matches torch.nn.LPPool3d, which PyTorch has from 2.5 on.</summary>
/// <param name="normType">p; not 0.</param>
/// <param name="kernel">The window's depth, height and width; one number for a cube.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="ceilMode">True to let the last windows reach beyond the edge.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or p is 0.</exception>
public sealed partial class LPPool3d(double normType, Size3d kernel, Size3d? stride = null, bool ceilMode = false) : Layer
{
    private readonly Size3d kernel = LayerArguments.Window(nameof(LPPool3d), kernel, stride);

    private readonly double normType = LayerArguments.NotZero(nameof(LPPool3d), nameof(normType), normType);

    /// <summary>Maps <c>[N, C, D, H, W]</c> to <c>[N, C, D', H', W']</c> with D' = ⌊(D − depth) / stride⌋ + 1, H' and W' alike; the same without N.</summary>
    /// <param name="x">The volumes.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.LpPool3d(normType, kernel, stride, ceilMode);
}
