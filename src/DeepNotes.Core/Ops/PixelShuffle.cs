namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Spreads channels over a finer image (Shi et al., arXiv:1609.05158). Matches torch.nn.functional.pixel_shuffle.</summary>
    /// <param name="upscaleFactor">r: how many times finer in height and width.</param>
    /// <returns>[…, C, H·r, W·r] for this tensor's […, C·r², H, W].</returns>
    /// <exception cref="ShapeException">There are fewer than three dimensions, or r² does not divide the channels.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public Tensor PixelShuffle(int upscaleFactor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(upscaleFactor, 1);
        int r = upscaleFactor;
        if (Rank < 3 || Shape[^3] % (r * r) != 0) throw new ShapeException($"PixelShuffle: the input must be […, C·{r}², H, W]; it is {Shape}.");
        int channels = Shape[^3] / (r * r), height = Shape[^2], width = Shape[^1], n = 1;
        int[] outer = Shape.ToArray()[..^3];
        foreach (int length in outer) n *= length;
        return Reshape(n, channels, r, r, height, width).Permute(0, 1, 4, 2, 5, 3).Reshape([.. outer, channels, height * r, width * r]);
    }

    /// <summary>Gathers the pixels of squares into channels: the inverse of <see cref="PixelShuffle"/>. Matches torch.nn.functional.pixel_unshuffle.</summary>
    /// <param name="downscaleFactor">r: the side of a square.</param>
    /// <returns>[…, C·r², H/r, W/r] for this tensor's […, C, H, W].</returns>
    /// <exception cref="ShapeException">There are fewer than three dimensions, or r does not divide height and width.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The factor is below 1.</exception>
    public Tensor PixelUnshuffle(int downscaleFactor)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(downscaleFactor, 1);
        int r = downscaleFactor;
        if (Rank < 3 || Shape[^2] % r != 0 || Shape[^1] % r != 0) throw new ShapeException($"PixelUnshuffle: the input must be […, C, H·{r}, W·{r}]; it is {Shape}.");
        int channels = Shape[^3], height = Shape[^2] / r, width = Shape[^1] / r, n = 1;
        int[] outer = Shape.ToArray()[..^3];
        foreach (int length in outer) n *= length;
        return Reshape(n, channels, height, r, width, r).Permute(0, 1, 3, 5, 2, 4).Reshape([.. outer, channels * r * r, height, width]);
    }
}
