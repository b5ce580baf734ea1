namespace DeepNotes.Nn;

/// <summary>Puts the maxima that <see cref="MaxPool3d.ForwardWithIndices"/> found back to their places, zeros elsewhere. Matches torch.nn.MaxUnpool3d.</summary>
/// <param name="kernel">The window's depth, height and width; one number for a cube.</param>
/// <param name="stride">The step of the window; its size by default.</param>
/// <param name="padding">What the pooling added at each side.</param>
/// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or the padding is negative or more than half the window.</exception>
public sealed partial class MaxUnpool3d(Size3d kernel, Size3d? stride = null, Size3d? padding = null) : Module
{
    private readonly Size3d kernel = LayerArguments.Window(nameof(MaxUnpool3d), kernel, stride, padding);

    /// <summary>Maps <c>[N, C, D, H, W]</c> to <c>[N, C, D', H', W']</c> with D' = (D − 1)·stride − 2·padding + depth, H' and W' alike, unless a size is given; the same without N.</summary>
    /// <param name="x">The maxima.</param>
    /// <param name="indices">The place of each in its plane: Int64 of the same shape.</param>
    /// <param name="outputSize">The lengths of what was pooled, where the pooling dropped a rest.</param>
    /// <exception cref="ShapeException">The shapes differ, or the size does not belong to such a pooling.</exception>
    /// <exception cref="DTypeException">The maxima are not floating point, or the indices not Int64.</exception>
    public Tensor Forward(Tensor x, Tensor indices, Size3d? outputSize = null) => x.MaxUnpool3d(indices, kernel, stride, padding, outputSize);
}
