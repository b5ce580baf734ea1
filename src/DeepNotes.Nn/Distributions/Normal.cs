namespace DeepNotes.Nn.Distributions;

/// <summary>The normal distribution. Matches torch.distributions.Normal.</summary>
public sealed class Normal : Distribution
{
    private readonly (Tensor A, Tensor B) given;

    /// <summary>A distribution for each of the parameters, which broadcast against each other.</summary>
    /// <param name="loc">The mean.</param>
    /// <param name="scale">The standard deviation, above 0.</param>
    /// <exception cref="ShapeException">The parameters do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public Normal(Tensor loc, Tensor scale) : this(Together(loc, scale)) { }

    private Normal((Tensor A, Tensor B) parameters) : base(BatchOf(parameters), [], parameters.A)
    {
        given = parameters;
        Check(Loc, x => x.IsFinite(), "loc", "finite");
        Check(Scale, x => x > 0, "scale", "above 0");
    }

    /// <summary>The mean.</summary>
    public Tensor Loc => InBatch(given.A);

    /// <summary>The standard deviation, above 0.</summary>
    public Tensor Scale => InBatch(given.B);

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => Loc;

    /// <inheritdoc/>
    public override Tensor Variance => Scale.Square();

    /// <inheritdoc/>
    public override Tensor StandardDeviation => Scale;

    /// <inheritdoc/>
    protected override string Support => "finite numbers";

    /// <inheritdoc/>
    public override Tensor Entropy() => 0.5 * (1 + Math.Log(2 * Math.PI)) + Scale.Log();

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => value.IsFinite();

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value)
    {
        Tensor z = (value - Loc) / Scale;
        return -0.5 * z.Square() - Scale.Log() - 0.5 * Math.Log(2 * Math.PI);
    }

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => Loc + Scale * Tensor.Randn(shape, DType, rng).To(Device);
}
