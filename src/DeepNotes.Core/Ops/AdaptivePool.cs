using DeepNotes.Ops;

namespace DeepNotes;

/// <content>Pooling to a given size: of length L and n results, window i reaches from ⌊i·L/n⌋ up to ⌈(i + 1)·L/n⌉.</content>
public partial class Tensor
{
    /// <summary>The means of so many windows that cover a sequence. Matches torch.nn.functional.adaptive_avg_pool1d.</summary>
    /// <param name="outputSize">The number of windows.</param>
    /// <returns>[N, C, outputSize] for this tensor's [N, C, L]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, L] or [C, L], or it is empty.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The size is below 1.</exception>
    public Tensor AdaptiveAvgPool1d(int outputSize) => AdaptiveAverage(nameof(AdaptiveAvgPool1d), [outputSize]);

    /// <summary>The means of so many windows that cover an image. Matches torch.nn.functional.adaptive_avg_pool2d.</summary>
    /// <param name="outputSize">Rows and columns of windows.</param>
    /// <returns>[N, C, OH, OW] for this tensor's [N, C, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, H, W] or [C, H, W], or it is empty.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Tensor AdaptiveAvgPool2d((int H, int W) outputSize) => AdaptiveAverage(nameof(AdaptiveAvgPool2d), [outputSize.H, outputSize.W]);

    /// <summary>The means of so many windows that cover a volume. Matches torch.nn.functional.adaptive_avg_pool3d.</summary>
    /// <param name="outputSize">Planes, rows and columns of windows.</param>
    /// <returns>[N, C, OD, OH, OW] for this tensor's [N, C, D, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">The input is not [N, C, D, H, W] or [C, D, H, W], or it is empty.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1.</exception>
    public Tensor AdaptiveAvgPool3d((int D, int H, int W) outputSize) => AdaptiveAverage(nameof(AdaptiveAvgPool3d), [outputSize.D, outputSize.H, outputSize.W]);

    /// <summary>The largest elements of so many windows that cover a sequence, with their places in it as Int64. Matches torch.nn.functional.adaptive_max_pool1d with return_indices=True.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool1d"/>
    public (Tensor Values, Tensor Indices) AdaptiveMaxPool1d(int outputSize) => AdaptiveMax(nameof(AdaptiveMaxPool1d), [outputSize]);

    /// <summary>The largest elements of so many windows that cover an image, with their places row·W + column as Int64. Matches torch.nn.functional.adaptive_max_pool2d with return_indices=True.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool2d"/>
    public (Tensor Values, Tensor Indices) AdaptiveMaxPool2d((int H, int W) outputSize) => AdaptiveMax(nameof(AdaptiveMaxPool2d), [outputSize.H, outputSize.W]);

    /// <summary>The largest elements of so many windows that cover a volume, with their places (plane·H + row)·W + column as Int64. Matches torch.nn.functional.adaptive_max_pool3d with return_indices=True.</summary>
    /// <inheritdoc cref="AdaptiveAvgPool3d"/>
    public (Tensor Values, Tensor Indices) AdaptiveMaxPool3d((int D, int H, int W) outputSize) => AdaptiveMax(nameof(AdaptiveMaxPool3d), [outputSize.D, outputSize.H, outputSize.W]);

    private Tensor AdaptiveAverage(string name, int[] sizes)
    {
        CheckAdaptive(name, sizes);
        if (DType.IsNarrow()) return Widened().AdaptiveAverage(name, sizes).To(DType);
        var result = this;
        for (int i = 1; i <= sizes.Length; i++) result = result.AdaptiveAverage(Rank - i, sizes[^i]);
        return result;
    }

    private Tensor AdaptiveAverage(int dimension, int size)
    {
        int length = Shape[dimension];
        if (size == length) return this;
        if (length % size == 0) return Unflatten(dimension, size, length / size).Mean(dimension + 1);
        List<long> places = [], windows = [];
        var counts = new double[size];
        for (int i = 0; i < size; i++)
        {
            var (from, to) = AdaptiveWindow(i, length, size);
            for (int place = from; place < to; place++)
            {
                places.Add(place);
                windows.Add(i);
            }
            counts[i] = to - from;
        }
        var lengths = Shape.ToArray();
        lengths[dimension] = size;
        var picked = IndexSelect(dimension, From<long>(places.ToArray()).To(Device));
        var sums = Op.Apply(new IndexAdd(dimension, Shape.Create(lengths)), picked, From<long>(windows.ToArray()).To(Device));
        return sums / From<double>(counts).To(DType).To(Device).Reshape(Along(dimension, size));
    }

    private (Tensor Values, Tensor Indices) AdaptiveMax(string name, int[] sizes)
    {
        CheckAdaptive(name, sizes);
        int n = sizes.Length;
        int[] outer = Shape.ToArray()[..^n], lengths = Shape.ToArray()[^n..];
        // Every window as a row of places; a window shorter than the longest names its last element again.
        long[][] rows = [[0]];
        for (int i = 0; i < n; i++)
        {
            int longest = 0;
            for (int w = 0; w < sizes[i]; w++) longest = Math.Max(longest, AdaptiveWindow(w, lengths[i], sizes[i]).To - AdaptiveWindow(w, lengths[i], sizes[i]).From);
            var next = new long[rows.Length * sizes[i]][];
            for (int r = 0; r < next.Length; r++)
            {
                var (from, to) = AdaptiveWindow(r % sizes[i], lengths[i], sizes[i]);
                var before = rows[r / sizes[i]];
                next[r] = new long[before.Length * longest];
                for (int k = 0; k < next[r].Length; k++) next[r][k] = before[k / longest] * lengths[i] + Math.Min(from + k % longest, to - 1);
            }
            rows = next;
        }
        int count = rows.Length, window = rows[0].Length, planes = 1, area = 1;
        foreach (int length in outer) planes *= length;
        foreach (int length in lengths) area *= length;
        var flat = Reshape(planes, area);
        Tensor indices;
        using (DeepNotes.Grad.Off())
        {
            var places = From<long>(rows.SelectMany(row => row).ToArray()).To(Device);
            var winner = flat.Detach().IndexSelect(1, places).Reshape(planes, count, window).Max(2).Indices;
            indices = places.Take(winner + Arange(count, DType.Int64, Device) * window);
        }
        int[] to1 = [.. outer, .. sizes];
        return (flat.Gather(indices).Reshape(to1), indices.Reshape(to1));
    }

    private void CheckAdaptive(string name, int[] outputSize)
    {
        PoolSide.CheckInput(name, this, outputSize.Length);
        for (int i = 1; i <= outputSize.Length; i++)
        {
            if (outputSize[^i] < 1) throw new ArgumentOutOfRangeException(nameof(outputSize), $"{name}: the output size ({string.Join(", ", outputSize)}) must be at least 1.");
            if (Shape[^i] < 1) throw new ShapeException($"{name}: there is nothing to pool in {Shape}.");
        }
    }

    private static (int From, int To) AdaptiveWindow(int window, int length, int size) =>
        ((int)((long)window * length / size), (int)(((window + 1L) * length + size - 1) / size));

    /// <summary>A shape that runs along one dimension of this tensor and broadcasts over the others.</summary>
    private Shape Along(int dimension, int length)
    {
        var lengths = new int[Rank];
        Array.Fill(lengths, 1);
        lengths[dimension] = length;
        return Shape.Create(lengths);
    }
}
