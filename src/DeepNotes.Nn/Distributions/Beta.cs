namespace DeepNotes.Nn.Distributions;

/// <summary>The beta distribution. Matches torch.distributions.Beta.</summary>
public sealed class Beta : Distribution
{
    private readonly (Tensor A, Tensor B) given;

    /// <summary>A distribution for each of the parameters, which broadcast against each other.</summary>
    /// <param name="concentration1">The α of x, above 0.</param>
    /// <param name="concentration0">The β of 1 − x, above 0.</param>
    /// <exception cref="ShapeException">The parameters do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public Beta(Tensor concentration1, Tensor concentration0) : this(Together(concentration1, concentration0)) { }

    private Beta((Tensor A, Tensor B) parameters) : base(BatchOf(parameters), [], parameters.A)
    {
        given = parameters;
        Check(Concentration1, x => x > 0, "concentration1", "above 0");
        Check(Concentration0, x => x > 0, "concentration0", "above 0");
    }

    /// <summary>The α of x, above 0.</summary>
    public Tensor Concentration1 => InBatch(given.A);

    /// <summary>The β of 1 − x, above 0.</summary>
    public Tensor Concentration0 => InBatch(given.B);

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => Concentration1 / (Concentration1 + Concentration0);

    /// <inheritdoc/>
    public override Tensor Variance => Concentration1 * Concentration0 / ((Concentration1 + Concentration0).Square() * (Concentration1 + Concentration0 + 1));

    private Dirichlet Pair => new(Tensor.Stack([Concentration1, Concentration0], -1));

    /// <inheritdoc/>
    protected override string Support => "numbers from 0 to 1";

    /// <inheritdoc/>
    public override Tensor Entropy() => Pair.Entropy();

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => (value >= 0) & (value <= 1);

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) =>
        (Concentration1 - 1).Xlogy(value) + (Concentration0 - 1).Xlogy(1 - value) - LogNormalizer(Concentration1, Concentration0);

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => Pair.RDraw(Shape.Of([.. shape.AsSpan(), 2]), rng).Select(-1, 0);

    /// <summary>The logarithm of Euler's beta function.</summary>
    internal static Tensor LogNormalizer(Tensor a, Tensor b) => a.Lgamma() + b.Lgamma() - (a + b).Lgamma();
}
