namespace DeepNotes.Nn;

/// <summary>The p-norm of each window, (Σ xᵖ)^(1/p) without the magnitude: p = 1 is a sum, p → ∞ the maximum. Matches torch.nn.LPPool1d.</summary>
/// <param name="normType">p; not 0.</param>
/// <param name="kernel">The window's length.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="ceilMode">True to let the last windows reach beyond the edge.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or p is 0.</exception>
public sealed partial class LPPool1d(double normType, int kernel, int? stride = null, bool ceilMode = false) : Layer
{
    private readonly int kernel = LayerArguments.Window(nameof(LPPool1d), kernel, stride);

    private readonly double normType = LayerArguments.NotZero(nameof(LPPool1d), nameof(normType), normType);

    /// <summary>Maps <c>[N, C, L]</c> to <c>[N, C, L']</c> with L' = ⌊(L − kernel) / stride⌋ + 1; the same without N.</summary>
    /// <param name="x">The sequences.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than the window.</exception>
    protected override Tensor Compute(Tensor x) => x.LpPool1d(normType, kernel, stride, ceilMode);
}
