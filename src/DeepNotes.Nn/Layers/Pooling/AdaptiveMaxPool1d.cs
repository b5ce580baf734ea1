namespace DeepNotes.Nn;

/// <summary>The maximum of so many windows that the output has a given size, whatever the input's. Matches torch.nn.AdaptiveMaxPool1d.</summary>
/// <param name="outputSize">The output's length.</param>
/// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
public sealed partial class AdaptiveMaxPool1d(int outputSize) : Layer
{
    private readonly int outputSize = LayerArguments.Positive(nameof(AdaptiveMaxPool1d), nameof(outputSize), outputSize);

    /// <summary>Maps <c>[N, C, L]</c> to <c>[N, C, L']</c>: of length L and n windows, window i reaches from ⌊i·L/n⌋ up to ⌈(i + 1)·L/n⌉. The same without N.</summary>
    /// <param name="x">The sequences.</param>
    /// <exception cref="ShapeException">The input has other dimensions.</exception>
    protected override Tensor Compute(Tensor x) => x.AdaptiveMaxPool1d(outputSize).Values;

    /// <summary>The maxima, and where each was found. Matches return_indices=True of PyTorch.</summary>
    /// <param name="x">The sequences.</param>
    /// <returns>The maxima, and for each its place in its plane as Int64.</returns>
    /// <exception cref="ShapeException">The input has other dimensions.</exception>
    public (Tensor Values, Tensor Indices) ForwardWithIndices(Tensor x) => x.AdaptiveMaxPool1d(outputSize);
}
