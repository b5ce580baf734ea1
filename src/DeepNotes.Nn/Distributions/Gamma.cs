namespace DeepNotes.Nn.Distributions;

/// <summary>The gamma distribution. Matches torch.distributions.Gamma.</summary>
public sealed class Gamma : Distribution
{
    private readonly (Tensor A, Tensor B) given;

    /// <summary>A distribution for each of the parameters, which broadcast against each other.</summary>
    /// <param name="concentration">The shape α, above 0.</param>
    /// <param name="rate">One over the scale, above 0.</param>
    /// <exception cref="ShapeException">The parameters do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public Gamma(Tensor concentration, Tensor rate) : this(Together(concentration, rate)) { }

    private Gamma((Tensor A, Tensor B) parameters) : base(BatchOf(parameters), [], parameters.A)
    {
        given = parameters;
        Check(Concentration, x => x > 0, "concentration", "above 0");
        Check(Rate, x => x > 0, "rate", "above 0");
    }

    /// <summary>The shape α, above 0.</summary>
    public Tensor Concentration => InBatch(given.A);

    /// <summary>One over the scale, above 0.</summary>
    public Tensor Rate => InBatch(given.B);

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => Concentration / Rate;

    /// <inheritdoc/>
    public override Tensor Variance => Concentration / Rate.Square();

    /// <inheritdoc/>
    protected override string Support => "numbers ≥ 0";

    /// <inheritdoc/>
    public override Tensor Entropy() => Concentration - Rate.Log() + Concentration.Lgamma() + (1 - Concentration) * Concentration.Digamma();

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => value >= 0;

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) =>
        Concentration.Xlogy(Rate) + (Concentration - 1).Xlogy(value) - Rate * value - Concentration.Lgamma();

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => Op.Apply(new StandardGamma(rng), Concentration.Expand(shape.ToArray())) / Rate;
}
