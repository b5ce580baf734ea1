namespace DeepNotes.Nn;

/// <summary>The windows of images as columns. Matches torch.nn.Unfold.</summary>
/// <param name="kernel">The window's height and width; one number for a square.</param>
/// <param name="dilation">The distance between the window's elements; 1 by default.</param>
/// <param name="padding">The zeros added at each side; none by default.</param>
/// <param name="stride">The step of the window; 1 by default.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel, dilation or stride is below 1, or the padding is negative.</exception>
public sealed partial class Unfold(Size2d kernel, Size2d? dilation = null, Size2d? padding = null, Size2d? stride = null) : Layer
{
    private readonly Size2d kernel = LayerArguments.Tile(nameof(Unfold), kernel, dilation, padding, stride);

    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C·height·width, L]</c> with L the number of windows; the same without N.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or is smaller than a window.</exception>
    protected override Tensor Compute(Tensor x) => x.Rank is 3 or 4
        ? x.Im2Col(kernel, dilation, padding, stride)
        : throw new ShapeException($"Unfold: the input must be [N, C, H, W] or [C, H, W]; it is {x.Shape}.");
}

/// <summary>Images from columns of windows: where windows overlap, their numbers are added. Matches torch.nn.Fold.</summary>
/// <param name="outputSize">The height and width of the images.</param>
/// <param name="kernel">The window's height and width; one number for a square.</param>
/// <param name="dilation">The distance between the window's elements; 1 by default.</param>
/// <param name="padding">What is cut off at each side; nothing by default.</param>
/// <param name="stride">The step of the window; 1 by default.</param>
/// <exception cref="ArgumentOutOfRangeException">Size, kernel, dilation or stride is below 1, or the padding is negative.</exception>
public sealed partial class Fold(Size2d outputSize, Size2d kernel, Size2d? dilation = null, Size2d? padding = null, Size2d? stride = null) : Layer
{
    private readonly Size2d outputSize = LayerArguments.Size(nameof(Fold), nameof(outputSize), outputSize);

    private readonly Size2d kernel = LayerArguments.Tile(nameof(Fold), kernel, dilation, padding, stride);

    /// <summary>Maps <c>[N, C·height·width, L]</c> with L the number of windows to <c>[N, C, H, W]</c>; the same without N.</summary>
    /// <param name="x">The columns.</param>
    /// <exception cref="ShapeException">The input has other dimensions, or not the number of windows that the size asks for.</exception>
    protected override Tensor Compute(Tensor x) => x.Fold(outputSize, kernel, dilation, padding, stride);
}
