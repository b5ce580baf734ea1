namespace DeepNotes.Nn.Distributions;

/// <summary>1 with a probability, otherwise 0. Matches torch.distributions.Bernoulli.</summary>
public sealed class Bernoulli : Distribution
{
    private readonly Logits parameter;

    /// <summary>A distribution for each probability; give them, or their logits.</summary>
    /// <param name="probs">The probabilities of 1, from 0 to 1.</param>
    /// <param name="logits">log(p / (1 − p)).</param>
    /// <exception cref="ArgumentException">Neither is given, or both.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability is not from 0 to 1, or a logit is not finite.</exception>
    public Bernoulli(Tensor? probs = null, Tensor? logits = null) : this(Logits.OfOne(probs, logits, nameof(Bernoulli))) { }

    private Bernoulli(Logits parameter) : base(parameter.Given.Shape, [], parameter.Given)
    {
        this.parameter = parameter;
        if (parameter.IsProbability) Check(parameter.Given, x => (x >= 0) & (x <= 1), "probs", "from 0 to 1");
        else Check(parameter.Given, x => x.IsFinite(), "logits", "finite");
    }

    /// <summary>The probabilities of 1.</summary>
    public Tensor Probs => parameter.IsProbability ? parameter.Given : parameter.Given.Sigmoid();

    /// <summary>log(p / (1 − p)); of probabilities near 0 and 1 that of the nearest that differs from them.</summary>
    public Tensor LogOdds
    {
        get
        {
            if (!parameter.IsProbability) return parameter.Given;
            Tensor p = Logits.Inside(parameter.Given);
            return p.Log() - (-p).Log1p();
        }
    }

    /// <inheritdoc/>
    public override Tensor Mean => Probs;

    /// <inheritdoc/>
    public override Tensor Variance => Probs * (1 - Probs);

    /// <inheritdoc/>
    protected override string Support => "0 and 1";

    /// <inheritdoc/>
    public override Tensor Entropy() => -Weighted(Probs);

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => value.Eq(0) | value.Eq(1);

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value) => Weighted(value);

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => (Unit(shape, rng) < Probs).To(DType);

    /// <summary>w·log p + (1 − w)·log(1 − p), exact at both ends.</summary>
    private Tensor Weighted(Tensor weight)
    {
        Tensor logits = LogOdds;
        return weight * logits.LogSigmoid() + (1 - weight) * (-logits).LogSigmoid();
    }
}
