namespace DeepNotes.Nn.Distributions;

/// <summary>One of K classes, as its number. Matches torch.distributions.Categorical.</summary>
public sealed class Categorical : Distribution
{
    private readonly Logits parameter;

    /// <summary>A distribution for each row of probabilities; give them, or their logits.</summary>
    /// <param name="probs">[batch…, K], at least 0 and not all 0; divided by their sum.</param>
    /// <param name="logits">[batch…, K], logarithms of probabilities up to a constant; −∞ for what cannot occur.</param>
    /// <exception cref="ArgumentException">Neither is given, or both.</exception>
    /// <exception cref="ShapeException">There is no dimension of classes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A probability is negative, all of a row are 0, or a logit is NaN or ∞.</exception>
    public Categorical(Tensor? probs = null, Tensor? logits = null) : this(Logits.OfOne(probs, logits, nameof(Categorical))) { }

    private Categorical(Logits parameter) : base(BatchOf(parameter.Given), [], parameter.Given)
    {
        Tensor given = parameter.Given;
        if (parameter.IsProbability)
        {
            Check(given, x => x >= 0, "probs", "0 or above");
            Check(given.Sum(-1), x => (x > 0) & x.IsFinite(), "probs", "finite, and not all 0");
        }
        else
        {
            Check(given, x => x < double.PositiveInfinity, "logits", "numbers below ∞");
            Check(given.AMax([-1]), x => x.IsFinite(), "logits", "not all −∞");
        }
        this.parameter = parameter;
    }

    /// <summary>The probabilities: [batch…, K].</summary>
    public Tensor Probs => parameter.IsProbability ? parameter.Given / parameter.Given.Sum(-1, keepDim: true) : parameter.Given.Softmax(-1);

    /// <summary>Their logarithms: [batch…, K]; of probabilities near 0 and 1 those of the nearest that differ from them.</summary>
    public Tensor LogProbs => parameter.IsProbability ? Logits.Inside(Probs).Log() : parameter.Given.LogSoftmax(-1);

    /// <summary>How many classes there are.</summary>
    public int Classes => parameter.Given.Shape[^1];

    /// <summary>NaN: numbers of classes have no mean.</summary>
    public override Tensor Mean => Tensor.Full(BatchShape, double.NaN, DType, Device);

    /// <summary>NaN: numbers of classes have no variance.</summary>
    public override Tensor Variance => Mean;

    /// <inheritdoc/>
    protected override string Support => $"whole numbers from 0 to {Classes - 1}";

    /// <inheritdoc/>
    public override Tensor Entropy() => -(Probs * LogProbs.Clamp(minimum: DType == DType.Float64 ? -double.MaxValue : -float.MaxValue)).Sum(-1);

    /// <inheritdoc/>
    protected override Tensor IsPossible(Tensor value) => (value >= 0) & (value < Classes) & value.Eq(value.Floor());

    /// <inheritdoc/>
    protected override Tensor LogDensity(Tensor value)
    {
        Shape batch = Shape.Broadcast(value.Shape, BatchShape, nameof(Categorical));
        Tensor logs = LogProbs.Expand([.. batch.AsSpan(), Classes]), places = value.To(DType.Int64).Expand(batch.ToArray());
        return logs.Gather(places.Unsqueeze(-1)).Squeeze(-1);
    }

    /// <inheritdoc/>
    protected override Tensor Draw(Shape shape, Rng rng)
    {
        var classes = new long[shape.ElementCount];
        double[] sums = Sums();
        int rows = sums.Length / Classes;
        for (int i = 0; i < classes.Length; i++) classes[i] = Pick(sums.AsSpan(i % rows * Classes, Classes), rng);
        return Tensor.From<long>(classes, shape).To(Device);
    }

    /// <summary>How often each class occurs in so many draws: [shape…, batch…, K].</summary>
    internal Tensor Counts(Shape shape, int draws, Rng rng)
    {
        var counts = new double[shape.ElementCount];
        double[] sums = Sums();
        for (int row = 0; row < counts.Length / Classes; row++)
        {
            var own = sums.AsSpan(row * Classes % sums.Length, Classes);
            for (int i = 0; i < draws; i++) counts[row * Classes + Pick(own, rng)]++;
        }
        return Tensor.From<double>(counts, shape).To(DType).To(Device);
    }

    private double[] Sums() => Probs.Detach().To(DType.Float64).CumSum(-1).ToArray<double>();

    /// <summary>A class by running sums of probabilities, which need not end in 1.</summary>
    private static int Pick(ReadOnlySpan<double> sums, Rng rng)
    {
        double u = rng.NextDouble() * sums[^1];
        int low = 0, high = sums.Length - 1;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (u < sums[middle]) high = middle;
            else low = middle + 1;
        }
        return low;
    }

    private static Shape BatchOf(Tensor rows) => rows.Rank > 0 ? Shape.Of(rows.Shape.ToArray()[..^1]) : throw new ShapeException("Categorical: the last dimension of the parameter is that of the classes; a single number has none.");
}
