namespace DeepNotes.Nn;

/// <summary>
/// What a convolution adds at each side of its input: one number for all dimensions, one for each (<c>(1, 2)</c>), or
/// <see cref="ConvPadding.Same"/> for as much as keeps the lengths. None by default.
/// </summary>
public readonly struct ConvolutionPadding : IEquatable<ConvolutionPadding>
{
    private readonly int[]? widths;
    private readonly bool isSame;

    private ConvolutionPadding(params int[] widths) => this.widths = widths;

    private ConvolutionPadding(ConvPadding name) => isSame = name == ConvPadding.Same;

    /// <summary>The same width for all dimensions.</summary>
    public static implicit operator ConvolutionPadding(int width) => new(width);

    /// <summary>Rows and columns.</summary>
    public static implicit operator ConvolutionPadding((int Height, int Width) widths) => new(widths.Height, widths.Width);

    /// <summary>Planes, rows and columns.</summary>
    public static implicit operator ConvolutionPadding((int Depth, int Height, int Width) widths) => new(widths.Depth, widths.Height, widths.Width);

    /// <summary>Rows and columns.</summary>
    public static implicit operator ConvolutionPadding(Size2d widths) => new(widths.Height, widths.Width);

    /// <summary>Planes, rows and columns.</summary>
    public static implicit operator ConvolutionPadding(Size3d widths) => new(widths.Depth, widths.Height, widths.Width);

    /// <summary>A padding by name.</summary>
    public static implicit operator ConvolutionPadding(ConvPadding name) => new(name);

    /// <summary>True if both say the same.</summary>
    public static bool operator ==(ConvolutionPadding left, ConvolutionPadding right) => left.Equals(right);

    /// <summary>True if they differ.</summary>
    public static bool operator !=(ConvolutionPadding left, ConvolutionPadding right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(ConvolutionPadding other) => isSame == other.isSame && widths.AsSpan().SequenceEqual(other.widths);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is ConvolutionPadding other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(isSame, widths?.Length, widths?[0], widths?[^1]);

    /// <summary>The border for a kernel.</summary>
    /// <exception cref="ArgumentException">The numbers are not one for each dimension, or the lengths are to be kept with a stride above 1.</exception>
    internal ConvolutionBorder Around(string layer, int channels, PadMode mode, ReadOnlySpan<int> kernel, ReadOnlySpan<int> stride, ReadOnlySpan<int> dilation)
    {
        LayerArguments.AllPositive(layer, nameof(kernel), kernel);
        LayerArguments.AllPositive(layer, nameof(stride), stride);
        LayerArguments.AllPositive(layer, nameof(dilation), dilation);
        LayerArguments.AllNotNegative(layer, "padding", widths);
        int n = kernel.Length;
        int[] front = new int[n], back = new int[n];
        if (isSame)
        {
            if (stride.ContainsAnyExcept(1)) throw new ArgumentException($"{layer}: padding that keeps the lengths goes with stride 1 only; it is ({string.Join(", ", stride.ToArray())}).", nameof(stride));
            for (int i = 0; i < n; i++)
            {
                int total = dilation[i] * (kernel[i] - 1);
                (front[i], back[i]) = (total / 2, total - total / 2);
            }
        }
        else if (widths is not null)
        {
            if (widths.Length != 1 && widths.Length != n) throw new ArgumentException($"{layer}: the padding has {widths.Length} numbers; it takes one, or one for each of {n} dimensions.", nameof(kernel));
            for (int i = 0; i < n; i++) front[i] = back[i] = widths.Length == 1 ? widths[0] : widths[i];
        }
        return new ConvolutionBorder(layer, channels, mode, front, back);
    }
}

/// <summary>A convolution's padding, divided into what must be written around the input and the zeros that the convolution itself supposes there.</summary>
internal readonly struct ConvolutionBorder
{
    private readonly string layer;
    private readonly int channels;
    private readonly PadMode mode;
    private readonly int[]? written;

    public ConvolutionBorder(string layer, int channels, PadMode mode, int[] front, int[] back)
    {
        (this.layer, this.channels, this.mode) = (layer, channels, mode);
        bool isImplied = mode == PadMode.Constant && front.AsSpan().SequenceEqual(back);
        Zeros = isImplied ? front : new int[front.Length];
        if (isImplied || (!front.AsSpan().ContainsAnyExcept(0) && !back.AsSpan().ContainsAnyExcept(0))) return;
        written = new int[2 * front.Length];
        // From the last dimension on.
        for (int i = 0; i < front.Length; i++) (written[2 * i], written[2 * i + 1]) = (front[^(i + 1)], back[^(i + 1)]);
    }

    /// <summary>The zeros on each side that the convolution adds.</summary>
    public int[] Zeros { get; }

    /// <summary>The input with the rest around it. One of other dimensions or channels is left to the convolution to refuse.</summary>
    public Tensor Add(Tensor x)
    {
        int n = (written?.Length ?? 0) / 2;
        if (written is null || (x.Rank != n + 1 && x.Rank != n + 2) || x.Shape[^(n + 1)] != channels) return x;
        LayerArguments.Border(layer, x, mode, written);
        return x.Pad(written, mode);
    }
}
