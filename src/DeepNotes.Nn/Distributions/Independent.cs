namespace DeepNotes.Nn.Distributions;

/// <summary>Takes the last dimensions of a batch as parts of one event, whose densities multiply. Matches torch.distributions.Independent.</summary>
public sealed class Independent : Distribution
{
    /// <summary>The same distributions, put together.</summary>
    /// <param name="inner">The distributions.</param>
    /// <param name="dimensions">How many of the last dimensions of their batch become parts of an event.</param>
    /// <exception cref="ArgumentOutOfRangeException">The batch has fewer dimensions.</exception>
    public Independent(Distribution inner, int dimensions) : base(Split(inner, dimensions).Batch, Split(inner, dimensions).Event, Tensor.Empty([0], inner.DType, inner.Device))
    {
        Inner = inner;
        Dimensions = dimensions;
    }

    /// <summary>The distributions as they were.</summary>
    public Distribution Inner { get; }

    /// <summary>How many dimensions of their batch are parts of an event.</summary>
    public int Dimensions { get; }

    /// <inheritdoc/>
    public override bool HasRSample => Inner.HasRSample;

    /// <inheritdoc/>
    public override Tensor Mean => Inner.Mean;

    /// <inheritdoc/>
    public override Tensor Variance => Inner.Variance;

    /// <inheritdoc/>
    protected override string Support => Inner.Possible;

    /// <inheritdoc/>
    public override Tensor Entropy() => SumLast(Inner.Entropy(), Dimensions);

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => Inner.Contains(value);

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) => SumLast(Inner.Density(value), Dimensions);

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => Inner.DrawWhole(shape, rng);

    private static (Shape Batch, Shape Event) Split(Distribution inner, int dimensions)
    {
        ArgumentNullException.ThrowIfNull(inner);
        if (dimensions < 0 || dimensions > inner.BatchShape.Rank)
            throw new ArgumentOutOfRangeException(nameof(dimensions), dimensions, $"Independent: {dimensions} dimensions cannot be taken from a batch {inner.BatchShape}.");
        int[] batch = inner.BatchShape.ToArray();
        return (Shape.Of(batch[..^dimensions]), Shape.Of([.. batch[^dimensions..], .. inner.EventShape.AsSpan()]));
    }
}
