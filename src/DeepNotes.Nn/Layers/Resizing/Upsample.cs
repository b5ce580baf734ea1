namespace DeepNotes.Nn;

/// <summary>Resizes sequences, images or volumes to a size or by factors. Matches torch.nn.Upsample.</summary>
public sealed partial class Upsample : Layer
{
    private readonly int[]? size;
    private readonly double[]? scaleFactor;
    private readonly InterpolationMode mode;
    private readonly bool alignCorners;
    private readonly bool recomputeScaleFactor;

    /// <summary>To a size, or by factors: one of both.</summary>
    /// <param name="size">The new lengths of the dimensions after the second.</param>
    /// <param name="scaleFactor">New over old length for each dimension after the second, or one for all.</param>
    /// <param name="mode">How the input is read between its elements; Linear is PyTorch's linear, bilinear and trilinear, by the number of dimensions.</param>
    /// <param name="alignCorners">True to let the middles of the corner elements stay in place, false to let their outer edges; only for linear and bicubic.</param>
    /// <param name="recomputeScaleFactor">True to read with the factor that the rounded length makes, false with the given one.</param>
    /// <exception cref="ArgumentException">Both or none of size and factors are given, or the corners are aligned in a mode that has no such thing.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length or factor is not above 0.</exception>
    public Upsample(Shape? size = null, double[]? scaleFactor = null, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false, bool recomputeScaleFactor = false)
    {
        if (size is null == scaleFactor is null) throw new ArgumentException($"Upsample: it takes a size or factors; {(size is null ? "neither is" : "both are")} given.", nameof(size));
        if (alignCorners && mode is not (InterpolationMode.Linear or InterpolationMode.Bicubic)) throw new ArgumentException($"Upsample: corners are aligned in the modes Linear and Bicubic, not {mode}.", nameof(alignCorners));
        this.size = size?.ToArray();
        LayerArguments.AllPositive(nameof(Upsample), nameof(size), this.size);
        this.scaleFactor = scaleFactor?.ToArray();
        foreach (double factor in this.scaleFactor ?? [])
        {
            if (!(factor > 0)) throw new ArgumentOutOfRangeException(nameof(scaleFactor), factor, $"Upsample: a factor must be above 0; it is {factor}.");
        }
        (this.mode, this.alignCorners, this.recomputeScaleFactor) = (mode, alignCorners, recomputeScaleFactor);
    }

    /// <summary>By one factor for all dimensions after the second.</summary>
    /// <param name="scaleFactor">New over old length.</param>
    /// <param name="mode">How the input is read between its elements.</param>
    /// <param name="alignCorners">True to let the middles of the corner elements stay in place, false to let their outer edges.</param>
    /// <inheritdoc cref="Upsample(Shape?, double[], InterpolationMode, bool, bool)" path="/exception"/>
    public Upsample(double scaleFactor, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false) : this(null, [scaleFactor], mode, alignCorners)
    {
    }

    /// <summary>Maps <c>[N, C, …]</c> to <c>[N, C, …size]</c>.</summary>
    /// <param name="x">Sequences, images or volumes.</param>
    /// <exception cref="ShapeException">The input has other dimensions than sizes or factors are given for.</exception>
    protected override Tensor Compute(Tensor x)
    {
        int given = size?.Length ?? scaleFactor!.Length;
        if (x.Rank is < 3 or > 5 || (given != x.Rank - 2 && (size is not null || given != 1)))
            throw new ShapeException($"Upsample: with {given} {(size is null ? "factors" : "lengths")} the input must be {(given == 1 && size is null ? "[N, C, …] with three to five dimensions" : $"[N, C, …] with {given + 2} dimensions")}; it is {x.Shape}.");
        return size is not null
            ? x.Interpolate(size, mode, alignCorners)
            : x.Interpolate(scaleFactor, mode, alignCorners, recomputeScaleFactor);
    }
}
