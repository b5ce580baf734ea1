namespace DeepNotes.Nn.Distributions;

/// <summary>The exponential distribution. Matches torch.distributions.Exponential.</summary>
public sealed class Exponential : Distribution
{
    /// <summary>A distribution for each parameter.</summary>
    /// <param name="rate">One over the mean, above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public Exponential(Tensor rate) : this(Together(rate, rate)) { }

    private Exponential((Tensor A, Tensor B) parameters) : base(parameters.A.Shape, [], parameters.A)
    {
        Rate = parameters.A;
        Check(Rate, x => x > 0, "rate", "above 0");
    }

    /// <summary>One over the mean, above 0.</summary>
    public Tensor Rate { get; }

    /// <inheritdoc/>
    public override bool HasRSample => true;

    /// <inheritdoc/>
    public override Tensor Mean => Rate.Reciprocal();

    /// <inheritdoc/>
    public override Tensor Variance => Rate.Square().Reciprocal();

    /// <inheritdoc/>
    protected override string Support => "numbers ≥ 0";

    /// <inheritdoc/>
    public override Tensor Entropy() => 1 - Rate.Log();

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => value >= 0;

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) => Rate.Log() - Rate * value;

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => (-(-Unit(shape, rng)).Log1p() / Rate).To(DType);
}
