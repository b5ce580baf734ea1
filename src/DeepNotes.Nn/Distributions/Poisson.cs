namespace DeepNotes.Nn.Distributions;

/// <summary>The Poisson distribution. Matches torch.distributions.Poisson.</summary>
public sealed class Poisson : Distribution
{
    /// <summary>A distribution for each parameter.</summary>
    /// <param name="rate">The mean, at least 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">A parameter is out of its range.</exception>
    public Poisson(Tensor rate) : this(Together(rate, rate)) { }

    private Poisson((Tensor A, Tensor B) parameters) : base(parameters.A.Shape, [], parameters.A)
    {
        Rate = parameters.A;
        Check(Rate, x => x >= 0, "rate", "0 or above");
    }

    /// <summary>The mean, at least 0.</summary>
    public Tensor Rate { get; }

    /// <inheritdoc/>
    public override Tensor Mean => Rate;

    /// <inheritdoc/>
    public override Tensor Variance => Rate;

    /// <inheritdoc/>
    protected override string Support => "whole numbers from 0";

    /// <inheritdoc/>
    public override Tensor Entropy() => throw new NotSupportedException("Poisson: its entropy has no closed form.");

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => (value >= 0) & value.Eq(value.Floor());

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) => value.Xlogy(Rate) - Rate - (value + 1).Lgamma();

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => PoissonSampler.Draw(Rate.Expand(shape.ToArray()), rng);
}
