namespace DeepNotes.Ops;

/// <summary>One dimension of a pooling: its length, its windows and how many of them there are.</summary>
internal readonly record struct PoolSide(int Length, int Kernel, int Stride, int Padding, int Dilation, int Count)
{
    /// <summary>How far the last window reaches beyond the padded end, which rounding up allows.</summary>
    public int Extra => Math.Max(0, (Count - 1) * Stride + Dilation * (Kernel - 1) + 1 - Length - 2 * Padding);

    /// <summary>Checks the arguments of a pooling over the last dimensions of a shape [N, C, …] or [C, …], as many as there are kernels.</summary>
    public static PoolSide[] Of(string name, Tensor x, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride, ReadOnlySpan<int> padding, ReadOnlySpan<int> dilation, bool ceilMode)
    {
        int n = kernel.Length;
        CheckInput(name, x, n);
        string Text(ReadOnlySpan<int> numbers) => numbers.Length == 1 ? $"{numbers[0]}" : $"({string.Join(", ", numbers.ToArray())})";
        var sides = new PoolSide[n];
        for (int i = 0; i < n; i++)
        {
            if (kernel[i] < 1 || stride[i] < 1 || dilation[i] < 1 || padding[i] < 0) throw new ArgumentOutOfRangeException(nameof(kernel), $"{name}: kernel {Text(kernel)}, stride {Text(stride)} and dilation {Text(dilation)} must be at least 1 and padding {Text(padding)} at least 0.");
            if (padding[i] > kernel[i] / 2) throw new ShapeException($"{name}: the padding {Text(padding)} is more than half of the window {Text(kernel)}.");
            int length = x.Shape[x.Rank - n + i];
            long free = length + 2L * padding[i] - dilation[i] * (kernel[i] - 1L) - 1;
            long count = (long)Math.Floor((double)(free + (ceilMode ? stride[i] - 1 : 0)) / stride[i]) + 1;
            // A window has to begin before the end of the elements.
            if (ceilMode && (count - 1) * stride[i] >= length + padding[i]) count--;
            if (count < 1) throw new ShapeException($"{name}: a window {Text(kernel)} with dilation {Text(dilation)} does not fit the input {string.Join("×", x.Shape.ToArray()[^n..])} with padding {Text(padding)}.");
            sides[i] = new PoolSide(length, kernel[i], stride[i], padding[i], dilation[i], (int)count);
        }
        return sides;
    }

    /// <summary>Checks that a tensor is floating point and [N, C, …] or [C, …] with so many last dimensions.</summary>
    public static void CheckInput(string name, Tensor x, int dimensions)
    {
        string sides = dimensions switch { 1 => "L", 2 => "H, W", _ => "D, H, W" };
        if (x.Rank != dimensions + 2 && x.Rank != dimensions + 1) throw new ShapeException($"{name}: the input must be [N, C, {sides}] or [C, {sides}]; it is {x.Shape}.");
        if (!x.DType.IsFloatingPoint()) throw new DTypeException($"{name}: the elements must be floating point, not {x.DType}.");
    }
}
