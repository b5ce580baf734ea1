namespace DeepNotes.Nn.Distributions;

/// <summary>Random probabilities of K classes. Matches torch.distributions.Dirichlet.</summary>
public sealed class Dirichlet : Distribution
{
    /// <summary>A distribution for each row of concentrations.</summary>
    /// <param name="concentration">[batch…, K], above 0.</param>
    /// <exception cref="ShapeException">There is no dimension of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A concentration is not above 0.</exception>
    public Dirichlet(Tensor concentration) : base(Split(concentration).Batch, Split(concentration).Event, concentration)
    {
        Concentration = concentration;
        Check(concentration, x => x > 0, nameof(concentration), "above 0");
    }

    /// <summary>The concentrations: [batch…, K].</summary>
    public Tensor Concentration { get; }

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => Concentration / Total;

    /// <inheritdoc/>
    public override Tensor Variance => Concentration * (Total - Concentration) / (Total.Square() * (Total + 1));

    /// <inheritdoc/>
    protected override string Support => "probabilities, at least 0, that sum to 1";

    private Tensor Total => Concentration.Sum(-1, keepDim: true);

    /// <inheritdoc/>
    public override Tensor Entropy()
    {
        Tensor total = Concentration.Sum(-1);
        return Concentration.Lgamma().Sum(-1) - total.Lgamma() - (EventShape[0] - total) * total.Digamma() - ((Concentration - 1) * Concentration.Digamma()).Sum(-1);
    }

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => (value >= 0) & ((value.Sum(-1, keepDim: true) - 1).Abs() < 1e-6);

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) =>
        (Concentration - 1).Xlogy(value).Sum(-1) + Concentration.Sum(-1).Lgamma() - Concentration.Lgamma().Sum(-1);

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => RDraw(shape, rng);

    internal Tensor RDraw(Shape shape, Rng rng) => Op.Apply(new StandardDirichlet(rng), Concentration.Expand(shape.ToArray()));

    private static (Shape Batch, Shape Event) Split(Tensor concentration)
    {
        ArgumentNullException.ThrowIfNull(concentration);
        if (concentration.Rank == 0) throw new ShapeException("Dirichlet: the last dimension of the concentrations is that of the classes; a single number has none.");
        int[] lengths = concentration.Shape.ToArray();
        return (Shape.Of(lengths[..^1]), Shape.Of(lengths[^1..]));
    }
}
