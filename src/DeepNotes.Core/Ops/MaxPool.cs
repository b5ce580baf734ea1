using DeepNotes.Ops;

namespace DeepNotes;

/// <content>Max-pooling over one and three dimensions, by that over two.</content>
public partial class Tensor
{
    /// <summary>The largest element of each window of a sequence. Matches torch.nn.functional.max_pool1d.</summary>
    /// <param name="kernel">The length of a window.</param>
    /// <param name="stride">From one window to the next; the window's length by default.</param>
    /// <param name="padding">Elements added on each side, which never win; at most half a window.</param>
    /// <param name="dilation">From one element of a window to the next.</param>
    /// <param name="ceilMode">True to let the last window reach beyond the end instead of dropping it.</param>
    /// <returns>[N, C, OL] for this tensor's [N, C, L]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, L] or [C, L], or a window does not fit.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation is below 1, or padding below 0.</exception>
    public Tensor MaxPool1d(int kernel, int? stride = null, int padding = 0, int dilation = 1, bool ceilMode = false) =>
        MaxPool1dWithIndices(kernel, stride, padding, dilation, ceilMode).Values;

    /// <summary><see cref="MaxPool1d"/> with the place of each largest element in its sequence, as Int64. Matches return_indices=True.</summary>
    /// <inheritdoc cref="MaxPool1d"/>
    public (Tensor Values, Tensor Indices) MaxPool1dWithIndices(int kernel, int? stride = null, int padding = 0, int dilation = 1, bool ceilMode = false)
    {
        var sides = PoolSide.Of(nameof(MaxPool1d), this, [kernel], [stride ?? kernel], [padding], [dilation], ceilMode);
        var (values, indices) = Unsqueeze(-2).MaxPoolPlanes(new PoolSide(1, 1, 1, 0, 1, 1), sides[0]);
        return (values.Squeeze(-2), indices.Squeeze(-2));
    }

    /// <summary>The largest element of each window of a volume. Matches torch.nn.functional.max_pool3d.</summary>
    /// <param name="kernel">Planes, rows and columns of a window.</param>
    /// <param name="stride">Planes, rows and columns from one window to the next; the window's size by default.</param>
    /// <param name="padding">Planes, rows and columns added on each side, which never win; at most half a window; none by default.</param>
    /// <param name="dilation">Planes, rows and columns from one element of a window to the next; 1 by default.</param>
    /// <param name="ceilMode">True to let the last windows reach beyond the edge instead of dropping them.</param>
    /// <returns>[N, C, OD, OH, OW] for this tensor's [N, C, D, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, D, H, W] or [C, D, H, W], or a window does not fit.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel, stride or dilation is below 1, or padding below 0.</exception>
    public Tensor MaxPool3d((int D, int H, int W) kernel, (int D, int H, int W)? stride = null, (int D, int H, int W)? padding = null, (int D, int H, int W)? dilation = null, bool ceilMode = false) =>
        MaxPool3dWithIndices(kernel, stride, padding, dilation, ceilMode).Values;

    /// <summary><see cref="MaxPool3d"/> with the place of each largest element in its volume: (plane·H + row)·W + column, as Int64. Matches return_indices=True.</summary>
    /// <inheritdoc cref="MaxPool3d"/>
    public (Tensor Values, Tensor Indices) MaxPool3dWithIndices((int D, int H, int W) kernel, (int D, int H, int W)? stride = null, (int D, int H, int W)? padding = null, (int D, int H, int W)? dilation = null, bool ceilMode = false)
    {
        var (s, p, d) = (stride ?? kernel, padding ?? (0, 0, 0), dilation ?? (1, 1, 1));
        var sides = PoolSide.Of(nameof(MaxPool3d), this, [kernel.D, kernel.H, kernel.W], [s.D, s.H, s.W], [p.D, p.H, p.W], [d.D, d.H, d.W], ceilMode);
        // The largest of a volume is the largest, along the depth, of the largest of each plane; of equal ones either way the first in row order wins.
        var (flat, inPlane) = MaxPoolPlanes(sides[1], sides[2]);
        int[] outer = Shape.ToArray()[..^3];
        int pixels = sides[1].Count * sides[2].Count, depth = sides[0].Count;
        var (values, along) = flat.Reshape([.. outer, Shape[^3], pixels]).MaxPoolPlanes(sides[0], new PoolSide(pixels, 1, 1, 0, 1, pixels));
        Shape to = [.. outer, depth, sides[1].Count, sides[2].Count];
        var at = along.Reshape([.. outer, depth * pixels]);
        var indices = inPlane.Reshape([.. outer, Shape[^3] * pixels]).Gather(at) + at.FloorDivide(pixels) * ((long)Shape[^2] * Shape[^1]);
        return (values.Reshape(to), indices.Reshape(to));
    }
}
