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

    public static Size3d Size(string layer, string argument, Size3d size)
    {
        AllPositive(layer, argument, size.Lengths);
        return size;
    }

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
