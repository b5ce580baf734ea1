namespace DeepNotes.Nn.Distributions;

/// <summary>The distribution of the largest of many numbers (type I). Matches torch.distributions.Gumbel.</summary>
public sealed class Gumbel : Distribution
{
    private readonly (Tensor A, Tensor B) given;

    /// <summary>A distribution for each of the parameters, which broadcast against each other.</summary>
    /// <param name="loc">Where the density is highest.</param>
    /// <param name="scale">The width, above 0.</param>
    /// <exception cref="ShapeException">The parameters do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public Gumbel(Tensor loc, Tensor scale) : this(Together(loc, scale)) { }

    private Gumbel((Tensor A, Tensor B) parameters) : base(BatchOf(parameters), [], parameters.A)
    {
        given = parameters;
        Check(Loc, x => x.IsFinite(), "loc", "finite");
        Check(Scale, x => x > 0, "scale", "above 0");
    }

    /// <summary>Where the density is highest.</summary>
    public Tensor Loc => InBatch(given.A);

    /// <summary>The width, above 0.</summary>
    public Tensor Scale => InBatch(given.B);

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => Loc + Scale * Euler;

    /// <inheritdoc/>
    public override Tensor Variance => Scale.Square() * (Math.PI * Math.PI / 6);

    /// <inheritdoc/>
    protected override string Support => "finite numbers";

    /// <inheritdoc/>
    public override Tensor Entropy() => Scale.Log() + (1 + Euler);

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => value.IsFinite();

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value)
    {
        Tensor y = (Loc - value) / Scale;
        return y - y.Exp() - Scale.Log();
    }

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng)
    {
        Tensor u = Unit(shape, rng).Clamp(minimum: 1e-37);
        return (Loc - Scale * (-u.Log()).Log()).To(DType);
    }

    /// <summary>Euler and Mascheroni's constant.</summary>
    internal const double Euler = 0.57721566490153286;
}
