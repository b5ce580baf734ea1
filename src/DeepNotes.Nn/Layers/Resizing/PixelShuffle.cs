namespace DeepNotes.Nn;

/// <summary>
/// Makes r² channels into an r times higher and wider one (Shi et al. 2016, "Real-Time Single Image and Video Super-Resolution Using an
/// Efficient Sub-Pixel Convolutional Neural Network"). Matches torch.nn.PixelShuffle.
/// </summary>
/// <param name="upscaleFactor">r.</param>
/// <exception cref="ArgumentOutOfRangeException">r is below 1.</exception>
public sealed partial class PixelShuffle(int upscaleFactor) : Layer
{
    private readonly int upscaleFactor = LayerArguments.Positive(nameof(PixelShuffle), nameof(upscaleFactor), upscaleFactor);

    /// <summary>Maps <c>[…, C·r², H, W]</c> to <c>[…, C, H·r, W·r]</c>.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The channels are no multiple of r².</exception>
    protected override Tensor Compute(Tensor x) => x.PixelShuffle(upscaleFactor);
}

/// <summary>Makes squares of r×r pixels into r² channels: undoes <see cref="PixelShuffle"/>. Matches torch.nn.PixelUnshuffle.</summary>
/// <param name="downscaleFactor">r.</param>
/// <exception cref="ArgumentOutOfRangeException">r is below 1.</exception>
public sealed partial class PixelUnshuffle(int downscaleFactor) : Layer
{
    private readonly int downscaleFactor = LayerArguments.Positive(nameof(PixelUnshuffle), nameof(downscaleFactor), downscaleFactor);

    /// <summary>Maps <c>[…, C, H·r, W·r]</c> to <c>[…, C·r², H, W]</c>.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">Height or width is no multiple of r.</exception>
    protected override Tensor Compute(Tensor x) => x.PixelUnshuffle(downscaleFactor);
}
