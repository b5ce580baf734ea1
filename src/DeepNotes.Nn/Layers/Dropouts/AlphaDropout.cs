namespace DeepNotes.Nn;

/// <summary>
/// Dropout that keeps mean and variance, for networks of <see cref="SELU"/>: dropped elements become what SELU approaches on the
/// left, and all are scaled and shifted (Klambauer et al. 2017, "Self-Normalizing Neural Networks"). Matches torch.nn.AlphaDropout.
/// </summary>
/// <param name="probability">The probability of dropping an element, from 0 up to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
public sealed partial class AlphaDropout(double probability = 0.5) : Layer
{
    /// <summary>The probability of dropping an element.</summary>
    public double Probability { get; } = LayerArguments.Probability(nameof(AlphaDropout), nameof(probability), probability);

    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => IsTraining ? Drop(x, x.Shape, Probability) : x;

    /// <summary>Drops what a mask of a shape that broadcasts says.</summary>
    internal static Tensor Drop(Tensor x, Shape mask, double probability)
    {
        // −scale·α of SELU.
        const double Lowest = -1.7580993408473766;
        if (probability == 0) return x;
        if (probability == 1) return x * 0.0;
        double scale = 1 / Math.Sqrt((1 - probability) * (1 + probability * Lowest * Lowest)), shift = -scale * Lowest * probability;
        Tensor keep = Tensor.Bernoulli(mask, 1 - probability, x.DType).To(x.Device);
        return (x * keep + (1.0 - keep) * Lowest) * scale + shift;
    }
}

/// <summary><see cref="AlphaDropout"/> of whole channels. Matches torch.nn.FeatureAlphaDropout.</summary>
/// <param name="probability">The probability of dropping a channel, from 0 up to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
public sealed partial class FeatureAlphaDropout(double probability = 0.5) : Layer
{
    /// <summary>The probability of dropping a channel.</summary>
    public double Probability { get; } = LayerArguments.Probability(nameof(FeatureAlphaDropout), nameof(probability), probability);

    /// <summary>Maps <c>[N, C, …]</c> to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has fewer than two dimensions.</exception>
    protected override Tensor Compute(Tensor x)
    {
        if (x.Rank < 2) throw new ShapeException($"FeatureAlphaDropout: the input must be [N, C, …]; it is {x.Shape}.");
        var channels = new int[x.Rank];
        Array.Fill(channels, 1);
        (channels[0], channels[1]) = (x.Shape[0], x.Shape[1]);
        return IsTraining ? AlphaDropout.Drop(x, Shape.Create(channels), Probability) : x;
    }
}
