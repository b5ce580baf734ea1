using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The windows of images as columns. Matches torch.nn.functional.unfold.</summary>
    /// <param name="kernel">Rows and columns of a window.</param>
    /// <param name="dilation">Rows and columns from one element of a window to the next; 1 by default.</param>
    /// <param name="padding">Rows and columns of zeros added on each side; none by default.</param>
    /// <param name="stride">Rows and columns from one window to the next; 1 by default.</param>
    /// <returns>[N, C·kh·kw, windows] for this tensor's [N, C, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, H, W] or [C, H, W], or a window does not fit.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel, dilation or stride is below 1, or padding below 0.</exception>
    public Tensor Im2Col((int H, int W) kernel, (int H, int W)? dilation = null, (int H, int W)? padding = null, (int H, int W)? stride = null)
    {
        PoolSide.CheckInput(nameof(Im2Col), this, 2);
        if (Rank == 3) return Unsqueeze(0).Im2Col(kernel, dilation, padding, stride).Squeeze(0);
        var (d, p, s) = (dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1));
        var (rows, columns) = Columns(nameof(Im2Col), (Shape[2], Shape[3]), kernel, d, p, s);
        if (DType.IsNarrow()) return Widened().Im2Col(kernel, dilation, padding, stride).To(DType);
        var windows = Pad([p.W, p.W, p.H, p.H]).Unfold(2, d.H * (kernel.H - 1) + 1, s.H).Unfold(3, d.W * (kernel.W - 1) + 1, s.W);
        if (d.H > 1) windows = windows.Slice(4, 0, int.MaxValue, d.H);
        if (d.W > 1) windows = windows.Slice(5, 0, int.MaxValue, d.W);
        return windows.Permute(0, 1, 4, 5, 2, 3).Reshape(Shape[0], Shape[1] * kernel.H * kernel.W, rows * columns);
    }

    /// <summary>Adds columns up into images where their windows overlap: the transpose of <see cref="Im2Col"/>. Matches torch.nn.functional.fold.</summary>
    /// <param name="outputSize">Height and width of the images.</param>
    /// <param name="kernel">Rows and columns of a window.</param>
    /// <param name="dilation">Rows and columns from one element of a window to the next; 1 by default.</param>
    /// <param name="padding">Rows and columns on each side that are dropped; none by default.</param>
    /// <param name="stride">Rows and columns from one window to the next; 1 by default.</param>
    /// <returns>[N, C, H, W] for this tensor's [N, C·kh·kw, windows]; the same without N.</returns>
    /// <exception cref="ShapeException">The input does not have the shape that windows of the images have.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel, dilation or stride is below 1, or padding below 0.</exception>
    public Tensor Fold((int H, int W) outputSize, (int H, int W) kernel, (int H, int W)? dilation = null, (int H, int W)? padding = null, (int H, int W)? stride = null)
    {
        if (Rank == 2) return Unsqueeze(0).Fold(outputSize, kernel, dilation, padding, stride).Squeeze(0);
        var (d, p, s) = (dilation ?? (1, 1), padding ?? (0, 0), stride ?? (1, 1));
        Floating(DType, nameof(Fold));
        var (rows, columns) = Columns(nameof(Fold), outputSize, kernel, d, p, s);
        int window = kernel.H * kernel.W;
        if (Rank != 3 || Shape[1] % window != 0 || Shape[2] != rows * columns) throw new ShapeException($"Fold: for images {outputSize.H}×{outputSize.W} and windows {kernel.H}×{kernel.W} the input must be [N, C·{window}, {rows * columns}]; it is {Shape}.");
        if (DType.IsNarrow()) return Widened().Fold(outputSize, kernel, dilation, padding, stride).To(DType);
        int n = Shape[0], channels = Shape[1] / window, height = outputSize.H + 2 * p.H, width = outputSize.W + 2 * p.W;
        var parts = Reshape(n, channels, kernel.H, kernel.W, rows, columns).Permute(0, 1, 2, 4, 3, 5).Reshape(n, channels, kernel.H * rows, kernel.W * columns);
        var tall = Op.Apply(new IndexAdd(2, [n, channels, height, kernel.W * columns]), parts, WindowPlaces(kernel.H, rows, d.H, s.H).To(Device));
        var image = Op.Apply(new IndexAdd(3, [n, channels, height, width]), tall, WindowPlaces(kernel.W, columns, d.W, s.W).To(Device));
        return image.Pad([-p.W, -p.W, -p.H, -p.H]);
    }

    /// <summary>Where each element of each window lies, the windows running fastest.</summary>
    private static Tensor WindowPlaces(int kernel, int windows, int dilation, int stride)
    {
        var places = new long[kernel * windows];
        for (int i = 0; i < places.Length; i++) places[i] = i / windows * dilation + i % windows * stride;
        return From<long>(places);
    }

    private static (int Rows, int Columns) Columns(string name, (int H, int W) size, (int H, int W) kernel, (int H, int W) d, (int H, int W) p, (int H, int W) s)
    {
        if (kernel.H < 1 || kernel.W < 1 || d.H < 1 || d.W < 1 || s.H < 1 || s.W < 1 || p.H < 0 || p.W < 0) throw new ArgumentOutOfRangeException(nameof(kernel), $"{name}: kernel {kernel}, dilation {d} and stride {s} must be at least 1 and padding {p} at least 0.");
        long h = size.H + 2L * p.H - d.H * (kernel.H - 1L) - 1, w = size.W + 2L * p.W - d.W * (kernel.W - 1L) - 1;
        if (h < 0 || w < 0) throw new ShapeException($"{name}: a window {kernel.H}×{kernel.W} with dilation {d} does not fit the image {size.H}×{size.W} with padding {p}.");
        return ((int)(h / s.H) + 1, (int)(w / s.W) + 1);
    }
}
