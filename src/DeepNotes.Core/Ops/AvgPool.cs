using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The mean of each window of a sequence. Matches torch.nn.functional.avg_pool1d.</summary>
    /// <param name="kernel">The length of a window.</param>
    /// <param name="stride">From one window to the next; the window's length by default.</param>
    /// <param name="padding">Zeros added on each side; at most half a window.</param>
    /// <param name="ceilMode">True to let the last window reach beyond the end instead of dropping it.</param>
    /// <param name="countIncludePad">Whether the zeros that were added count in the mean.</param>
    /// <returns>[N, C, OL] for this tensor's [N, C, L]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, L] or [C, L], or a window does not fit.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, or padding below 0.</exception>
    public Tensor AvgPool1d(int kernel, int? stride = null, int padding = 0, bool ceilMode = false, bool countIncludePad = true) =>
        Average(PoolSide.Of(nameof(AvgPool1d), this, [kernel], [stride ?? kernel], [padding], [1], ceilMode), countIncludePad, null);

    /// <summary>The mean of each window of an image. Matches torch.nn.functional.avg_pool2d.</summary>
    /// <param name="kernel">Rows and columns of a window.</param>
    /// <param name="stride">Rows and columns from one window to the next; the window's size by default.</param>
    /// <param name="padding">Rows and columns of zeros added on each side; at most half a window; none by default.</param>
    /// <param name="ceilMode">True to let the last windows reach beyond the edge instead of dropping them.</param>
    /// <param name="countIncludePad">Whether the zeros that were added count in the mean.</param>
    /// <param name="divisorOverride">What a window's sum is divided by instead of its size; not 0.</param>
    /// <returns>[N, C, OH, OW] for this tensor's [N, C, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, H, W] or [C, H, W], or a window does not fit.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, padding below 0, or the divisor 0.</exception>
    public Tensor AvgPool2d((int H, int W) kernel, (int H, int W)? stride = null, (int H, int W)? padding = null, bool ceilMode = false, bool countIncludePad = true, int? divisorOverride = null)
    {
        var (s, p) = (stride ?? kernel, padding ?? (0, 0));
        return Average(PoolSide.Of(nameof(AvgPool2d), this, [kernel.H, kernel.W], [s.H, s.W], [p.H, p.W], [1, 1], ceilMode), countIncludePad, divisorOverride);
    }

    /// <summary>The mean of each window of a volume. Matches torch.nn.functional.avg_pool3d.</summary>
    /// <param name="kernel">Planes, rows and columns of a window.</param>
    /// <param name="stride">Planes, rows and columns from one window to the next; the window's size by default.</param>
    /// <param name="padding">Planes, rows and columns of zeros added on each side; at most half a window; none by default.</param>
    /// <param name="ceilMode">True to let the last windows reach beyond the edge instead of dropping them.</param>
    /// <param name="countIncludePad">Whether the zeros that were added count in the mean.</param>
    /// <param name="divisorOverride">What a window's sum is divided by instead of its size; not 0.</param>
    /// <returns>[N, C, OD, OH, OW] for this tensor's [N, C, D, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, D, H, W] or [C, D, H, W], or a window does not fit.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Kernel or stride is below 1, padding below 0, or the divisor 0.</exception>
    public Tensor AvgPool3d((int D, int H, int W) kernel, (int D, int H, int W)? stride = null, (int D, int H, int W)? padding = null, bool ceilMode = false, bool countIncludePad = true, int? divisorOverride = null)
    {
        var (s, p) = (stride ?? kernel, padding ?? (0, 0, 0));
        return Average(PoolSide.Of(nameof(AvgPool3d), this, [kernel.D, kernel.H, kernel.W], [s.D, s.H, s.W], [p.D, p.H, p.W], [1, 1, 1], ceilMode), countIncludePad, divisorOverride);
    }

    /// <summary>The p-norm of each window of a sequence: (Σ xᵖ)^(1/p), without the magnitude. Matches torch.nn.functional.lp_pool1d.</summary>
    /// <param name="normType">p; not 0.</param>
    /// <param name="kernel">The length of a window.</param>
    /// <param name="stride">From one window to the next; the window's length by default.</param>
    /// <param name="ceilMode">True to let the last window reach beyond the end; what it holds is scaled up to a whole window.</param>
    /// <returns>[N, C, OL] for this tensor's [N, C, L]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, L] or [C, L], or a window does not fit.</exception>
    public Tensor LpPool1d(double normType, int kernel, int? stride = null, bool ceilMode = false) =>
        (Widened().Pow(normType).Average(PoolSide.Of(nameof(LpPool1d), this, [kernel], [stride ?? kernel], [0], [1], ceilMode), true, null) * (double)kernel).Pow(1 / normType).To(DType);

    /// <summary>The p-norm of each window of an image: (Σ xᵖ)^(1/p), without the magnitude. Matches torch.nn.functional.lp_pool2d.</summary>
    /// <param name="normType">p; not 0.</param>
    /// <param name="kernel">Rows and columns of a window.</param>
    /// <param name="stride">Rows and columns from one window to the next; the window's size by default.</param>
    /// <param name="ceilMode">True to let the last windows reach beyond the edge; what they hold is scaled up to a whole window.</param>
    /// <returns>[N, C, OH, OW] for this tensor's [N, C, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, H, W] or [C, H, W], or a window does not fit.</exception>
    public Tensor LpPool2d(double normType, (int H, int W) kernel, (int H, int W)? stride = null, bool ceilMode = false)
    {
        var s = stride ?? kernel;
        var sides = PoolSide.Of(nameof(LpPool2d), this, [kernel.H, kernel.W], [s.H, s.W], [0, 0], [1, 1], ceilMode);
        return (Widened().Pow(normType).Average(sides, true, null) * ((double)kernel.H * kernel.W)).Pow(1 / normType).To(DType);
    }

    /// <summary>The p-norm of each window of a volume: (Σ xᵖ)^(1/p), without the magnitude. Matches torch.nn.functional.lp_pool3d.</summary>
    /// <param name="normType">p; not 0.</param>
    /// <param name="kernel">Planes, rows and columns of a window.</param>
    /// <param name="stride">Planes, rows and columns from one window to the next; the window's size by default.</param>
    /// <param name="ceilMode">True to let the last windows reach beyond the edge; what they hold is scaled up to a whole window.</param>
    /// <returns>[N, C, OD, OH, OW] for this tensor's [N, C, D, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, D, H, W] or [C, D, H, W], or a window does not fit.</exception>
    public Tensor LpPool3d(double normType, (int D, int H, int W) kernel, (int D, int H, int W)? stride = null, bool ceilMode = false)
    {
        var s = stride ?? kernel;
        var sides = PoolSide.Of(nameof(LpPool3d), this, [kernel.D, kernel.H, kernel.W], [s.D, s.H, s.W], [0, 0, 0], [1, 1, 1], ceilMode);
        return (Widened().Pow(normType).Average(sides, true, null) * ((double)kernel.D * kernel.H * kernel.W)).Pow(1 / normType).To(DType);
    }

    private Tensor Average(PoolSide[] sides, bool countIncludePad, int? divisorOverride)
    {
        if (divisorOverride == 0) throw new ArgumentOutOfRangeException(nameof(divisorOverride), "A mean cannot be divided by 0.");
        if (DType.IsNarrow()) return Widened().Average(sides, countIncludePad, divisorOverride).To(DType);
        var sums = WindowSums(sides);
        if (divisorOverride is { } divisor) return sums / (double)divisor;
        Tensor? counts = null;
        double all = 1;
        foreach (var side in sides)
        {
            var along = new double[side.Count];
            for (int i = 0; i < along.Length; i++)
            {
                int from = i * side.Stride - side.Padding, to = Math.Min(from + side.Kernel, side.Length + side.Padding);
                along[i] = countIncludePad ? to - from : Math.Min(to, side.Length) - Math.Max(from, 0);
            }
            all = all > 0 && Array.TrueForAll(along, n => n == along[0]) ? all * along[0] : 0;
            var line = From<double>(along);
            counts = counts is null ? line : counts.Unsqueeze(-1) * line;
        }
        return all > 0 ? sums / all : sums / counts!.To(DType).To(Device);
    }

    /// <summary>The sums of windows over the last dimensions: convolutions with ones, two dimensions at a time.</summary>
    private Tensor WindowSums(PoolSide[] sides)
    {
        int planes = 1, n = sides.Length;
        int[] outer = Shape.ToArray()[..^n];
        foreach (int length in outer) planes *= length;
        var rows = n == 1 ? new PoolSide(1, 1, 1, 0, 1, 1) : sides[^2];
        var columns = sides[^1];
        int depth = n == 3 ? sides[0].Length : 1;
        var sums = Reshape(planes * depth, 1, rows.Length, columns.Length).PlaneSums(rows, columns);
        if (n == 3) sums = sums.Reshape(planes, 1, depth, rows.Count * columns.Count).PlaneSums(sides[0], new PoolSide(rows.Count * columns.Count, 1, 1, 0, 1, rows.Count * columns.Count));
        return sums.Reshape([.. outer, .. sides.Select(side => side.Count)]);
    }

    private Tensor PlaneSums(PoolSide h, PoolSide w)
    {
        var ones = Ones([1, 1, h.Kernel, w.Kernel], DType, Device);
        return Pad([0, w.Extra, 0, h.Extra]).Conv2d(ones, null, (h.Stride, w.Stride), (h.Padding, w.Padding));
    }
}
