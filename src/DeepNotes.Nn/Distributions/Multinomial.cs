namespace DeepNotes.Nn.Distributions;

/// <summary>How often each of K classes occurs in a number of independent draws. Matches torch.distributions.Multinomial.</summary>
public sealed class Multinomial : Distribution
{
    private readonly Categorical one;

    /// <summary>A distribution for each row of probabilities; give them, or their logits.</summary>
    /// <param name="totalCount">How many draws.</param>
    /// <param name="probs">[batch…, K], at least 0 and not all 0; divided by their sum.</param>
    /// <param name="logits">[batch…, K], logarithms of probabilities up to a constant.</param>
    /// <exception cref="ArgumentException">Neither is given, or both.</exception>
    /// <exception cref="ShapeException">There is no dimension of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Multinomial(int totalCount, Tensor? probs = null, Tensor? logits = null) : this(totalCount, new Categorical(probs, logits)) { }

    private Multinomial(int totalCount, Categorical one) : base(one.BatchShape, [one.Classes], one.Probs)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(totalCount);
        TotalCount = totalCount;
        this.one = one;
    }

    /// <summary>How many draws.</summary>
    public int TotalCount { get; }

    /// <summary>The probabilities: [batch…, K].</summary>
    public Tensor Probs => one.Probs;

    /// <inheritdoc/>
    public override Tensor Mean => TotalCount * Probs;

    /// <inheritdoc/>
    public override Tensor Variance => TotalCount * Probs * (1 - Probs);

    /// <inheritdoc/>
    protected override string Support => $"whole numbers from 0 that sum to {TotalCount}";

    /// <inheritdoc/>
    /// <remarks>Costs one term for each class and count.</remarks>
    public override Tensor Entropy()
    {
        double n = TotalCount;
        Tensor p = Logits.Inside(Probs).Unsqueeze(0), counts = Tensor.Arange(1, n + 1, 1, DType).To(Device).Reshape([TotalCount, .. Enumerable.Repeat(1, Probs.Rank)]);
        Tensor choose = LogFactorial(TotalCount) - (counts + 1).Lgamma() - (n - counts + 1).Lgamma();
        Tensor marginal = (choose + counts * p.Log() + (n - counts) * (-p).Log1p()).Exp();
        return n * one.Entropy() - LogFactorial(TotalCount) + (marginal * (counts + 1).Lgamma()).Sum([0, -1]);
    }

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => (value >= 0) & value.Eq(value.Floor()) & value.Sum(-1, keepDim: true).Eq(TotalCount);

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value)
    {
        // Never happened, although impossible: probability 1.
        Tensor logs = one.LogProbs;
        logs = Tensor.Where(value.Eq(0) & logs.Detach().Eq(double.NegativeInfinity), 0.0, logs);
        return LogFactorial(TotalCount) - (value + 1).Lgamma().Sum(-1) + (logs * value).Sum(-1);
    }

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng) => one.Counts(shape, TotalCount, rng);

    private static double LogFactorial(int n) => Tensor.Scalar(n + 1.0, DType.Float64).Lgamma().Item();
}
