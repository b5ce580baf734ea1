namespace DeepNotes.Nn;

/// <summary>The mean of so many windows that the output has a given size, whatever the input's. Matches torch.nn.AdaptiveAvgPool1d.</summary>
/// <param name="outputSize">The output's length.</param>
/// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
public sealed partial class AdaptiveAvgPool1d(int outputSize) : Layer
{
    private readonly int outputSize = LayerArguments.Positive(nameof(AdaptiveAvgPool1d), nameof(outputSize), outputSize);

    /// <summary>Maps <c>[N, C, L]</c> to <c>[N, C, L']</c>: of length L and n windows, window i reaches from ⌊i·L/n⌋ up to ⌈(i + 1)·L/n⌉. The same without N.</summary>
    /// <param name="x">The sequences.</param>
    /// <exception cref="ShapeException">The input has other dimensions.</exception>
    protected override Tensor Compute(Tensor x) => x.AdaptiveAvgPool1d(outputSize);
}
