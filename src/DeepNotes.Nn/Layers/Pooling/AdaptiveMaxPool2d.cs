namespace DeepNotes.Nn;

/// <summary>The maximum of so many windows that the output has a given size, whatever the input's. Matches torch.nn.AdaptiveMaxPool2d.</summary>
/// <param name="height">The output's height; null for the input's.</param>
/// <param name="width">The output's width; null for the input's.</param>
/// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
public sealed partial class AdaptiveMaxPool2d(int? height, int? width) : Layer
{
    private readonly (int? Height, int? Width) outputSize = LayerArguments.OutputSize(nameof(AdaptiveMaxPool2d), height, width);

    /// <summary>A layer whose output has one size, whatever the input's.</summary>
    /// <param name="outputSize">The output's height and width; one number for a square.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public AdaptiveMaxPool2d(Size2d outputSize) : this(outputSize.Height, outputSize.Width) { }

    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C, H', W']</c>: of length L and n windows, window i reaches from ⌊i·L/n⌋ up to ⌈(i + 1)·L/n⌉. The same without N.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input has other dimensions.</exception>
    protected override Tensor Compute(Tensor x) => x.AdaptiveMaxPool2d(LayerArguments.OrInput(x, outputSize)).Values;

    /// <summary>The maxima, and where each was found. Matches return_indices=True of PyTorch.</summary>
    /// <param name="x">The images.</param>
    /// <returns>The maxima, and for each its place in its plane as Int64.</returns>
    /// <exception cref="ShapeException">The input has other dimensions.</exception>
    public (Tensor Values, Tensor Indices) ForwardWithIndices(Tensor x) => x.AdaptiveMaxPool2d(LayerArguments.OrInput(x, outputSize));
}
