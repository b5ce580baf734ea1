namespace DeepNotes.Nn;

/// <summary>Puts the maxima that <see cref="MaxPool2d.ForwardWithIndices"/> found back to their places, zeros elsewhere. Matches torch.nn.MaxUnpool2d.</summary>
/// <param name="kernel">The window's height and width; one number for a square.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="padding">What the pooling added at each side.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or the padding is negative or more than half the window.</exception>
public sealed partial class MaxUnpool2d(Size2d kernel, Size2d? stride = null, Size2d? padding = null) : Module
{
    private readonly Size2d kernel = LayerArguments.Window(nameof(MaxUnpool2d), kernel, stride, padding);

    /// <summary>Maps <c>[N, C, H, W]</c> to <c>[N, C, H', W']</c> with H' = (H − 1)·stride − 2·padding + height, W' alike, unless a size is given; the same without N.</summary>
    /// <param name="x">The maxima.</param>
    /// <param name="indices">The place of each in its plane: Int64 of the same shape.</param>
    /// <param name="outputSize">The lengths of what was pooled, where the pooling dropped a rest.</param>
    /// <exception cref="ShapeException">The shapes differ, or the size does not belong to such a pooling.</exception>
    /// <exception cref="DTypeException">The maxima are not floating point, or the indices not Int64.</exception>
    public Tensor Forward(Tensor x, Tensor indices, Size2d? outputSize = null) => x.MaxUnpool2d(indices, kernel, stride, padding, outputSize);
}
