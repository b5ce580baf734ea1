namespace DeepNotes.Nn;

/// <summary>The mean of so many windows that the output has a given size, whatever the input's. Matches torch.nn.AdaptiveAvgPool3d.</summary>
/// <param name="depth">The output's depth; null for the input's.</param>
/// <param name="height">The output's height; null for the input's.</param>
/// <param name="width">The output's width; null for the input's.</param>
/// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
public sealed partial class AdaptiveAvgPool3d(int? depth, int? height, int? width) : Layer
{
    private readonly (int? Depth, int? Height, int? Width) outputSize = LayerArguments.OutputSize(nameof(AdaptiveAvgPool3d), depth, height, width);

    /// <summary>A layer whose output has one size, whatever the input's.</summary>
    /// <param name="outputSize">The output's depth, height and width; one number for a cube.</param>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
    public AdaptiveAvgPool3d(Size3d outputSize) : this(outputSize.Depth, outputSize.Height, outputSize.Width) { }

    /// <summary>Maps <c>[N, C, D, H, W]</c> to <c>[N, C, D', H', W']</c>: of length L and n windows, window i reaches from ⌊i·L/n⌋ up to ⌈(i + 1)·L/n⌉. The same without N.</summary>
    /// <param name="x">The volumes.</param>
    /// <exception cref="ShapeException">The input has other dimensions.</exception>
    protected override Tensor Compute(Tensor x) => x.AdaptiveAvgPool3d(LayerArguments.OrInput(x, outputSize));
}
