namespace DeepNotes.Nn;

/// <content>The windows of pooling layers.</content>
internal static partial class LayerArguments
{
    /// <summary>That a window can be slid; gives it back.</summary>
    public static int Window(string layer, int kernel, int? stride, int padding = 0, int dilation = 1)
    {
        CheckWindow(layer, [kernel], [stride ?? kernel], [padding], [dilation]);
        return kernel;
    }

    /// <inheritdoc cref="Window(string, int, int?, int, int)"/>
    public static Size2d Window(string layer, Size2d kernel, Size2d? stride, Size2d? padding = null, Size2d? dilation = null, int? divisor = null)
    {
        CheckWindow(layer, kernel.Lengths, (stride ?? kernel).Lengths, (padding ?? 0).Lengths, (dilation ?? 1).Lengths, divisor);
        return kernel;
    }

    /// <inheritdoc cref="Window(string, int, int?, int, int)"/>
    public static Size3d Window(string layer, Size3d kernel, Size3d? stride, Size3d? padding = null, Size3d? dilation = null, int? divisor = null)
    {
        CheckWindow(layer, kernel.Lengths, (stride ?? kernel).Lengths, (padding ?? 0).Lengths, (dilation ?? 1).Lengths, divisor);
        return kernel;
    }

    /// <summary>That windows can be cut out and put together; gives them back.</summary>
    public static Size2d Tile(string layer, Size2d kernel, Size2d? dilation, Size2d? padding, Size2d? stride)
    {
        AllPositive(layer, nameof(kernel), kernel.Lengths);
        AllPositive(layer, nameof(dilation), (dilation ?? 1).Lengths);
        AllNotNegative(layer, nameof(padding), (padding ?? 0).Lengths);
        AllPositive(layer, nameof(stride), (stride ?? 1).Lengths);
        return kernel;
    }

    /// <summary>That an input is large enough for what shall be mirrored or repeated around it.</summary>
    /// <param name="layer">The layer's name.</param>
    /// <param name="x">The input.</param>
    /// <param name="mode">What the border is filled with.</param>
    /// <param name="widths">In pairs from the last dimension on.</param>
    public static void Border(string layer, Tensor x, PadMode mode, ReadOnlySpan<int> widths)
    {
        for (int i = 0; i < widths.Length; i++)
        {
            int length = x.Shape[^(i / 2 + 1)], most = mode switch { PadMode.Reflect => length - 1, PadMode.Circular => length, _ => int.MaxValue };
            if (widths[i] > most || length + widths[i] < 0)
                throw new ShapeException($"{layer}: the input {x.Shape} is too small for a padding of {widths[i]} ({mode}) along the dimension of length {length}.");
        }
    }

    public static Size2d Size(string layer, string argument, Size2d size)
    {
        AllPositive(layer, argument, size.Lengths);
        return size;
    }

    /// <summary>That the lengths of an adaptive pooling's output are above 0, or null for the input's; gives them back.</summary>
    public static (int? Height, int? Width) OutputSize(string layer, int? height, int? width)
    {
        AllPositive(layer, "outputSize", height ?? 1, width ?? 1);
        return (height, width);
    }

    /// <inheritdoc cref="OutputSize(string, int?, int?)"/>
    public static (int? Depth, int? Height, int? Width) OutputSize(string layer, int? depth, int? height, int? width)
    {
        AllPositive(layer, "outputSize", depth ?? 1, height ?? 1, width ?? 1);
        return (depth, height, width);
    }

    /// <summary>The lengths, the input's in place of null.</summary>
    public static (int, int) OrInput(Tensor x, (int? Height, int? Width) size) => (size.Height ?? FromEnd(x, 2), size.Width ?? FromEnd(x, 1));

    /// <inheritdoc cref="OrInput(Tensor, ValueTuple{int?, int?})"/>
    public static (int, int, int) OrInput(Tensor x, (int? Depth, int? Height, int? Width) size) => (size.Depth ?? FromEnd(x, 3), size.Height ?? FromEnd(x, 2), size.Width ?? FromEnd(x, 1));

    /// <summary>An input without the dimension is refused by the pooling itself.</summary>
    private static int FromEnd(Tensor x, int place) => x.Rank >= place ? x.Shape[^place] : 1;

    private static void CheckWindow(string layer, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride, ReadOnlySpan<int> padding, ReadOnlySpan<int> dilation, int? divisor = null)
    {
        AllPositive(layer, nameof(kernel), kernel);
        AllPositive(layer, nameof(stride), stride);
        AllPositive(layer, nameof(dilation), dilation);
        AllNotNegative(layer, nameof(padding), padding);
        for (int i = 0; i < kernel.Length; i++)
        {
            if (padding[i] > kernel[i] / 2) throw new ArgumentOutOfRangeException(nameof(padding), $"{layer}: the padding is at most half the window; it is ({string.Join(", ", padding.ToArray())}) around ({string.Join(", ", kernel.ToArray())}).");
        }
        if (divisor == 0) throw new ArgumentOutOfRangeException(nameof(divisor), $"{layer}: divisorOverride divides, so it must not be 0.");
    }
}
