namespace DeepNotes.Nn.Distributions;

/// <summary>
/// A probability distribution, or a batch of independent ones: its parameters broadcast to a <see cref="BatchShape"/>, and one
/// draw has an <see cref="EventShape"/>, which is [] for a single number. Matches torch.distributions.Distribution.
/// </summary>
/// <remarks>Gradients flow from densities, entropies, divergences and <see cref="RSample"/> to the parameters. Parameters and values are checked.</remarks>
public abstract class Distribution
{
    /// <summary>A distribution of some shapes.</summary>
    /// <param name="batchShape">That of the independent distributions.</param>
    /// <param name="eventShape">That of one draw of each.</param>
    /// <param name="like">A parameter, whose element type and device draws have.</param>
    protected Distribution(Shape batchShape, Shape eventShape, Tensor like)
    {
        ArgumentNullException.ThrowIfNull(like);
        BatchShape = batchShape;
        EventShape = eventShape;
        DType = like.DType;
        Device = like.Device;
    }

    /// <summary>The shape of the independent distributions.</summary>
    public Shape BatchShape { get; }

    /// <summary>The shape of one draw of each of them.</summary>
    public Shape EventShape { get; }

    /// <summary>The element type of the parameters.</summary>
    public DType DType { get; }

    /// <summary>Where the parameters are.</summary>
    public Device Device { get; }

    /// <summary>Whether <see cref="RSample"/> is there: whether draws have gradients.</summary>
    public virtual bool HasRSample => false;

    /// <summary>The mean: [batch…, event…].</summary>
    public abstract Tensor Mean { get; }

    /// <summary>The variance: [batch…, event…].</summary>
    public abstract Tensor Variance { get; }

    /// <summary>The standard deviation: [batch…, event…].</summary>
    public virtual Tensor StandardDeviation => Variance.Sqrt();

    /// <summary>Draws without a gradient.</summary>
    /// <param name="shape">How many of each distribution; [] for one.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    /// <returns>[shape…, batch…, event…].</returns>
    public Tensor Sample(Shape shape = default, Rng? rng = null)
    {
        using Grad.Scope off = Grad.Off();
        return Draw(Extended(shape), rng ?? Rng.Default);
    }

    /// <summary>Draws that depend differentiably on the parameters (Kingma and Welling 2014; Figurnov et al. 2018 for those without a closed form).</summary>
    /// <param name="shape">How many of each distribution; [] for one.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    /// <returns>[shape…, batch…, event…].</returns>
    /// <exception cref="NotSupportedException">Draws of this distribution have no gradient.</exception>
    public Tensor RSample(Shape shape = default, Rng? rng = null) => HasRSample
        ? Draw(Extended(shape), rng ?? Rng.Default)
        : throw new NotSupportedException($"{Name}: its draws do not depend differentiably on its parameters; use Sample, and the gradient of LogProb.");

    /// <summary>The logarithm of the density, or of the probability, of values.</summary>
    /// <param name="value">Broadcasts against [batch…, event…].</param>
    /// <returns>[…, batch…].</returns>
    /// <exception cref="ShapeException">The value does not broadcast against the distribution's shapes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A value cannot occur.</exception>
    public Tensor LogProb(Tensor value)
    {
        ArgumentNullException.ThrowIfNull(value);
        int rank = EventShape.Rank;
        if (value.Rank < rank || !value.Shape.AsSpan()[(value.Rank - rank)..].SequenceEqual(EventShape.AsSpan()))
            throw new ShapeException($"{Name}: a value {value.Shape} does not end in the shape of an event, {EventShape}.");
        var whole = Extended(default);
        try
        {
            Shape.Broadcast(value.Shape, whole, Name);
        }
        catch (ShapeException e)
        {
            throw new ShapeException($"{Name}: a value {value.Shape} does not broadcast against batch and event {whole}.", e);
        }
        using (Grad.Off())
        {
            if (!IsPossible(value.Detach()).All().Item<bool>()) throw new ArgumentOutOfRangeException(nameof(value), $"{Name}: a value is not among those that can occur: {Support}.");
        }
        return LogDensity(value);
    }

    /// <summary>The entropy, in natural units: [batch…].</summary>
    /// <exception cref="NotSupportedException">It has no closed form.</exception>
    public abstract Tensor Entropy();

    /// <summary>The Kullback-Leibler divergence ∫ p·log(p/q): [batch…]. Matches torch.distributions.kl_divergence.</summary>
    /// <param name="p">The distribution that the mean is taken under.</param>
    /// <param name="q">The other.</param>
    /// <exception cref="NotSupportedException">There is no formula for the pair.</exception>
    public static Tensor Kl(Distribution p, Distribution q) => Divergences.Of(p, q);

    // What a distribution made of another asks of it.
    internal string Possible => Support;

    internal Tensor Contains(Tensor value) => IsPossible(value);

    internal Tensor Density(Tensor value) => LogDensity(value);

    internal Tensor DrawWhole(Shape shape, Rng rng) => Draw(shape, rng);

    /// <summary>The name in error messages.</summary>
    private protected string Name => GetType().Name;

    /// <summary>The values that can occur, in words.</summary>
    protected abstract string Support { get; }

    /// <summary>Bool: which values can occur.</summary>
    /// <param name="value">Values whose shapes have been checked.</param>
    protected abstract Tensor IsPossible(Tensor value);

    /// <summary>As <see cref="LogProb"/>, of values that have been checked.</summary>
    /// <param name="value">The values.</param>
    protected abstract Tensor LogDensity(Tensor value);

    /// <summary>Draws; with a gradient if there is one.</summary>
    /// <param name="shape">[…, batch…, event…].</param>
    /// <param name="rng">The stream to draw from.</param>
    protected abstract Tensor Draw(Shape shape, Rng rng);

    /// <summary>Checks a condition on a parameter.</summary>
    /// <param name="parameter">The parameter.</param>
    /// <param name="isRight">The condition, Bool; false for NaN.</param>
    /// <param name="argument">The parameter's name.</param>
    /// <param name="condition">The condition in words.</param>
    /// <exception cref="ArgumentOutOfRangeException">It does not hold everywhere.</exception>
    private protected void Check(Tensor parameter, Func<Tensor, Tensor> isRight, string argument, string condition)
    {
        if (!parameter.DType.IsFloatingPoint()) throw new DTypeException($"{Name}: {argument} must be floating point, not {parameter.DType}.");
        using Grad.Scope off = Grad.Off();
        if (!isRight(parameter.Detach()).All().Item<bool>()) throw new ArgumentOutOfRangeException(argument, $"{Name}: {argument} must be {condition}.");
    }

    /// <summary>Uniform numbers from 0 to 1, 1 not included; in Float32 for 16-bit distributions, where they could be rounded to 1.</summary>
    private protected Tensor Unit(Shape shape, Rng rng) => Tensor.Rand(shape, DType.IsNarrow() ? DType.Float32 : DType, rng).To(Device);

    /// <summary>[shape…, batch…, event…].</summary>
    private protected Shape Extended(Shape shape) => Shape.Of([.. shape.AsSpan(), .. BatchShape.AsSpan(), .. EventShape.AsSpan()]);

    /// <summary>Two parameters in their common type.</summary>
    private protected static (Tensor A, Tensor B) Together(Tensor a, Tensor b)
    {
        ArgumentNullException.ThrowIfNull(a);
        ArgumentNullException.ThrowIfNull(b);
        (a, b) = Op.Align(a, b, integers: false);
        // A C# number becomes a tensor like any other.
        return (a.Reshape(a.Shape), b.Reshape(b.Shape));
    }

    /// <summary>The common shape of two parameters.</summary>
    private protected static Shape BatchOf((Tensor A, Tensor B) parameters) => Shape.Broadcast(parameters.A.Shape, parameters.B.Shape, "The parameters of a distribution");

    /// <summary>A parameter in the shape of the batch, made when it is asked for: nothing that is recorded belongs to two results.</summary>
    private protected Tensor InBatch(Tensor parameter) => parameter.Shape == BatchShape ? parameter : parameter.Expand(BatchShape.ToArray());

    /// <summary>The sum over the last dimensions.</summary>
    internal static Tensor SumLast(Tensor x, int dimensions) => dimensions == 0 ? x : x.Sum([.. Enumerable.Range(x.Rank - dimensions, dimensions)]);
}
