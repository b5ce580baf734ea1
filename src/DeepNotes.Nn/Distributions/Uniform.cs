namespace DeepNotes.Nn.Distributions;

/// <summary>The uniform distribution from a lower end up to an upper. Matches torch.distributions.Uniform.</summary>
public sealed class Uniform : Distribution
{
    private readonly (Tensor A, Tensor B) given;

    /// <summary>A distribution for each of the parameters, which broadcast against each other.</summary>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end, above the lower.</param>
    /// <exception cref="ShapeException">The parameters do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public Uniform(Tensor low, Tensor high) : this(Together(low, high)) { }

    private Uniform((Tensor A, Tensor B) parameters) : base(BatchOf(parameters), [], parameters.A)
    {
        given = parameters;
        Check(High, x => x > Low, "high", "above low");
    }

    /// <summary>The lower end.</summary>
    public Tensor Low => InBatch(given.A);

    /// <summary>The upper end, above the lower.</summary>
    public Tensor High => InBatch(given.B);

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => (Low + High) * 0.5;

    /// <inheritdoc/>
    public override Tensor Variance => (High - Low).Square() / 12;

    /// <inheritdoc/>
    protected override string Support => "numbers from low to high";

    /// <inheritdoc/>
    public override Tensor Entropy() => (High - Low).Log();

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => (value >= Low.Detach()) & (value <= High.Detach());

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) =>
        Tensor.Where((value >= Low.Detach()) & (value < High.Detach()), -(High - Low).Log(), double.NegativeInfinity);

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => (Low + Unit(shape, rng) * (High - Low)).To(DType);
}
