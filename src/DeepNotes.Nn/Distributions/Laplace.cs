namespace DeepNotes.Nn.Distributions;

/// <summary>The double exponential distribution. Matches torch.distributions.Laplace.</summary>
public sealed class Laplace : Distribution
{
    private readonly (Tensor A, Tensor B) given;

    /// <summary>A distribution for each of the parameters, which broadcast against each other.</summary>
    /// <param name="loc">The mean.</param>
    /// <param name="scale">The mean distance from it, above 0.</param>
    /// <exception cref="ShapeException">The parameters do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public Laplace(Tensor loc, Tensor scale) : this(Together(loc, scale)) { }

    private Laplace((Tensor A, Tensor B) parameters) : base(BatchOf(parameters), [], parameters.A)
    {
        given = parameters;
        Check(Loc, x => x.IsFinite(), "loc", "finite");
        Check(Scale, x => x > 0, "scale", "above 0");
    }

    /// <summary>The mean.</summary>
    public Tensor Loc => InBatch(given.A);

    /// <summary>The mean distance from it, above 0.</summary>
    public Tensor Scale => InBatch(given.B);

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => Loc;

    /// <inheritdoc/>
    public override Tensor Variance => 2 * Scale.Square();

    /// <inheritdoc/>
    public override Tensor StandardDeviation => Math.Sqrt(2) * Scale;

    /// <inheritdoc/>
    protected override string Support => "finite numbers";

    /// <inheritdoc/>
    public override Tensor Entropy() => 1 + (2 * Scale).Log();

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => value.IsFinite();

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) => -(value - Loc).Abs() / Scale - (2 * Scale).Log();

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng)
    {
        // The other end of what is drawn, −1, would be infinitely far away.
        Tensor u = (Unit(shape, rng) * 2 - 1).Clamp(minimum: FloatLimits.Spacing(DType) / 2 - 1);
        return (Loc - Scale * u.Sign() * (-u.Abs()).Log1p()).To(DType);
    }
}
