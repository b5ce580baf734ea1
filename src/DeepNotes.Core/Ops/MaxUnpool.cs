using DeepNotes.Ops;

namespace DeepNotes;

/// <content>Max-pooling undone: every largest element back to its place, zeros elsewhere.</content>
public partial class Tensor
{
    /// <summary>Puts the largest elements that <see cref="MaxPool1dWithIndices"/> found back to their places; zero elsewhere. Matches torch.nn.functional.max_unpool1d.</summary>
    /// <param name="indices">Where each element goes: Int64 of this shape.</param>
    /// <param name="kernel">The length of a window.</param>
    /// <param name="stride">From one window to the next; the window's length by default.</param>
    /// <param name="padding">What the pooling added on each side.</param>
    /// <param name="outputSize">The length of the result, where the pooling dropped a rest; (L − 1)·stride − 2·padding + kernel by default, and less than a stride from it.</param>
    /// <returns>[N, C, OL] for this tensor's [N, C, L]; the same without N. Of several elements at one place the last stays.</returns>
    /// <exception cref="ShapeException">The shapes differ, or the size does not belong to such a pooling.</exception>
    /// <exception cref="DTypeException">The elements are not floating point, or the indices not Int64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, padding below 0, or a place out of range.</exception>
    public Tensor MaxUnpool1d(Tensor indices, int kernel, int? stride = null, int padding = 0, int? outputSize = null) =>
        MaxUnpool(nameof(MaxUnpool1d), indices, [kernel], [stride ?? kernel], [padding], outputSize is { } size ? [size] : null);

    /// <summary>Puts the largest elements that <see cref="MaxPool2dWithIndices"/> found back to their places; zero elsewhere. Matches torch.nn.functional.max_unpool2d.</summary>
    /// <param name="indices">Where each element goes, row·OW + column: Int64 of this shape.</param>
    /// <param name="kernel">Rows and columns of a window.</param>
    /// <param name="stride">Rows and columns from one window to the next; the window's size by default.</param>
    /// <param name="padding">What the pooling added on each side; none by default.</param>
    /// <param name="outputSize">Height and width of the result, where the pooling dropped a rest; (H − 1)·stride − 2·padding + kernel by default, and less than a stride from it.</param>
    /// <returns>[N, C, OH, OW] for this tensor's [N, C, H, W]; the same without N. Of several elements at one place the last stays.</returns>
    /// <inheritdoc cref="MaxUnpool1d" path="/exception"/>
    public Tensor MaxUnpool2d(Tensor indices, (int H, int W) kernel, (int H, int W)? stride = null, (int H, int W)? padding = null, (int H, int W)? outputSize = null)
    {
        var (s, p) = (stride ?? kernel, padding ?? (0, 0));
        return MaxUnpool(nameof(MaxUnpool2d), indices, [kernel.H, kernel.W], [s.H, s.W], [p.H, p.W], outputSize is { } size ? [size.H, size.W] : null);
    }

    /// <summary>Puts the largest elements that <see cref="MaxPool3dWithIndices"/> found back to their places; zero elsewhere. Matches torch.nn.functional.max_unpool3d.</summary>
    /// <param name="indices">Where each element goes, (plane·OH + row)·OW + column: Int64 of this shape.</param>
    /// <param name="kernel">Planes, rows and columns of a window.</param>
    /// <param name="stride">Planes, rows and columns from one window to the next; the window's size by default.</param>
    /// <param name="padding">What the pooling added on each side; none by default.</param>
    /// <param name="outputSize">Depth, height and width of the result, where the pooling dropped a rest; (D − 1)·stride − 2·padding + kernel by default, and less than a stride from it.</param>
    /// <returns>[N, C, OD, OH, OW] for this tensor's [N, C, D, H, W]; the same without N. Of several elements at one place the last stays.</returns>
    /// <inheritdoc cref="MaxUnpool1d" path="/exception"/>
    public Tensor MaxUnpool3d(Tensor indices, (int D, int H, int W) kernel, (int D, int H, int W)? stride = null, (int D, int H, int W)? padding = null, (int D, int H, int W)? outputSize = null)
    {
        var (s, p) = (stride ?? kernel, padding ?? (0, 0, 0));
        return MaxUnpool(nameof(MaxUnpool3d), indices, [kernel.D, kernel.H, kernel.W], [s.D, s.H, s.W], [p.D, p.H, p.W], outputSize is { } size ? [size.D, size.H, size.W] : null);
    }

    private Tensor MaxUnpool(string name, Tensor indices, int[] kernel, int[] stride, int[] padding, int[]? size)
    {
        int n = kernel.Length;
        PoolSide.CheckInput(name, this, n);
        if (indices.Shape != Shape) throw new ShapeException($"{name}: the input is {Shape} and the indices {indices.Shape}; they must have one shape.");
        var lengths = new int[n];
        int area = 1, count = 1, planes = 1;
        for (int i = 0; i < n; i++)
        {
            if (kernel[i] < 1 || stride[i] < 1 || padding[i] < 0) throw new ArgumentOutOfRangeException(nameof(kernel), $"{name}: kernel ({string.Join(", ", kernel)}) and stride ({string.Join(", ", stride)}) must be at least 1 and padding ({string.Join(", ", padding)}) at least 0.");
            int length = Shape[Rank - n + i], natural = (length - 1) * stride[i] - 2 * padding[i] + kernel[i];
            lengths[i] = size?[i] ?? natural;
            if (lengths[i] < 1 || Math.Abs(lengths[i] - natural) >= stride[i] && lengths[i] != natural) throw new ShapeException($"{name}: the length {lengths[i]} is not one that is pooled to {length}; it must be less than the stride {stride[i]} from {natural}.");
            area *= lengths[i];
            count *= length;
        }
        int[] outer = Shape.ToArray()[..^n];
        foreach (int length in outer) planes *= length;
        return Zeros([planes, area], DType, Device).Scatter(1, indices.Reshape(planes, count), Reshape(planes, count)).Reshape([.. outer, .. lengths]);
    }
}
