namespace DeepNotes.Ops;

/// <summary>What convolutions of one to three dimensions may be called with, with a batch or without; the number of strides is the number of dimensions.</summary>
internal static class ConvolutionArguments
{
    /// <summary>Checks the arguments of a convolution.</summary>
    public static void Check(string name, Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> stride, ReadOnlySpan<int> padding, ReadOnlySpan<int> dilation, int groups)
    {
        CheckCommon(name, x, weight, stride, padding, dilation, "[out, in/groups,");
        int n = stride.Length, channels = x.Shape[^(n + 1)];
        if (groups < 1 || channels % groups != 0 || weight.Shape[0] % groups != 0) throw new ShapeException($"{name}: {groups} groups do not divide the {channels} input and {weight.Shape[0]} output channels.");
        if (weight.Shape[1] != channels / groups) throw new ShapeException($"{name}: the input {x.Shape} has {channels} channels; with {groups} groups the weight {weight.Shape} takes {weight.Shape[1] * groups}.");
        CheckBias(name, weight, bias, weight.Shape[0]);
        for (int i = 0; i < n; i++)
        {
            if (dilation[i] * (weight.Shape[i + 2] - 1L) + 1 > x.Shape[^(n - i)] + 2L * padding[i])
                throw new ShapeException($"{name}: a window {Sides(weight, n)} with dilation {Text(dilation)} does not fit the input {Sides(x, n)} with padding {Text(padding)}.");
        }
    }

    /// <summary>Checks the arguments of a transposed convolution; returns the lengths of the result.</summary>
    public static int[] CheckTransposed(string name, Tensor x, Tensor weight, Tensor? bias, ReadOnlySpan<int> stride, ReadOnlySpan<int> padding, ReadOnlySpan<int> outputPadding, int groups, ReadOnlySpan<int> dilation)
    {
        CheckCommon(name, x, weight, stride, padding, dilation, "[in, out/groups,");
        int n = stride.Length, channels = x.Shape[^(n + 1)];
        if (weight.Shape[0] != channels) throw new ShapeException($"{name}: the input {x.Shape} has {channels} channels; the weight {weight.Shape} takes {weight.Shape[0]}.");
        if (groups < 1 || channels % groups != 0) throw new ShapeException($"{name}: {groups} groups do not divide the {channels} input channels.");
        CheckBias(name, weight, bias, weight.Shape[1] * groups);
        var lengths = new int[n];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (outputPadding[i] < 0 || outputPadding[i] >= Math.Max(stride[i], dilation[i]))
                throw new ArgumentOutOfRangeException(nameof(outputPadding), $"{name}: the output padding {Text(outputPadding)} must be smaller than the stride {Text(stride)} or the dilation {Text(dilation)}, and not negative.");
            long length = (x.Shape[^(n - i)] - 1L) * stride[i] - 2L * padding[i] + dilation[i] * (weight.Shape[i + 2] - 1L) + outputPadding[i] + 1;
            if (x.Shape[^(n - i)] < 1 || length < 1) throw new ShapeException($"{name}: nothing is left of the result for the input {Sides(x, n)}, the window {Sides(weight, n)} and the padding {Text(padding)}.");
            lengths[i] = checked((int)length);
        }
        return lengths;
    }

    private static void CheckCommon(string name, Tensor x, Tensor weight, ReadOnlySpan<int> stride, ReadOnlySpan<int> padding, ReadOnlySpan<int> dilation, string weightStart)
    {
        int n = stride.Length;
        string sides = n == 1 ? "L" : n == 2 ? "H, W" : "D, H, W";
        if (x.Rank != n + 2 && x.Rank != n + 1) throw new ShapeException($"{name}: the input must be [N, C, {sides}] or [C, {sides}]; it is {x.Shape}.");
        if (weight.Rank != n + 2) throw new ShapeException($"{name}: the weight must be {weightStart} {Kernel(n)}]; it is {weight.Shape}.");
        Op.CheckDevices(name, x, weight);
        if (!x.DType.IsFloatingPoint() || weight.DType != x.DType) throw new DTypeException($"{name}: input and weight must have one floating-point type; they are {x.DType} and {weight.DType}.");
        for (int i = 0; i < n; i++)
        {
            if (stride[i] < 1 || dilation[i] < 1 || padding[i] < 0) throw new ArgumentOutOfRangeException(nameof(stride), $"{name}: stride {Text(stride)} and dilation {Text(dilation)} must be at least 1 and padding {Text(padding)} at least 0.");
            if (weight.Shape[i + 2] < 1) throw new ShapeException($"{name}: the weight {weight.Shape} has an empty window.");
        }
    }

    private static void CheckBias(string name, Tensor weight, Tensor? bias, int channels)
    {
        if (bias is null) return;
        if (bias.Rank != 1 || bias.Shape[0] != channels) throw new ShapeException($"{name}: for the weight {weight.Shape} the bias must be [{channels}]; it is {bias.Shape}.");
        if (bias.DType != weight.DType) throw new DTypeException($"{name}: the weight is {weight.DType} and the bias {bias.DType}; they must have one type.");
    }

    private static string Kernel(int dimensions) => dimensions == 1 ? "k" : dimensions == 2 ? "kh, kw" : "kd, kh, kw";

    private static string Sides(Tensor t, int count) => string.Join("×", t.Shape.ToArray()[^count..]);

    private static string Text(ReadOnlySpan<int> numbers) => $"({string.Join(", ", numbers.ToArray())})";
}
