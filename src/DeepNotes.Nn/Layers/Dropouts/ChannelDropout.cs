namespace DeepNotes.Nn;

/// <summary>
/// Dropout of whole channels, for inputs whose neighbouring elements say nearly the same (Tompson et al. 2014, "Efficient Object
/// Localization Using Convolutional Networks"): the base class of <see cref="Dropout1d"/>, <see cref="Dropout2d"/> and <see cref="Dropout3d"/>.
/// </summary>
public abstract partial class ChannelDropout : Layer
{
    private readonly string name;

    private protected ChannelDropout(string name, double probability) => (this.name, Probability) = (name, LayerArguments.Probability(name, nameof(probability), probability));

    /// <summary>The probability with which a channel is zero.</summary>
    public double Probability { get; }

    /// <summary>How many leading dimensions count the channels; 0 for an input that does not fit.</summary>
    private protected abstract int LeadingDimensions(int rank);

    private protected abstract string Expected { get; }

    /// <summary>Maps its input's shape to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has other dimensions.</exception>
    protected override Tensor Compute(Tensor x)
    {
        int leading = LeadingDimensions(x.Rank);
        if (leading == 0) throw new ShapeException($"{name}: the input must be {Expected}; it is {x.Shape}.");
        if (!x.DType.IsFloatingPoint()) throw new DTypeException($"{name}: the elements must be floating point, not {x.DType}.");
        if (!IsTraining) return x;
        var lengths = new int[x.Rank];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = i < leading ? x.Shape[i] : 1;
        return x * Tensor.Ones(Shape.Create(lengths), x.DType, x.Device).Dropout(Probability);
    }
}

/// <summary>Sets each channel of sequences to zero with some probability while training. Matches torch.nn.Dropout1d.</summary>
/// <param name="probability">The probability of a zero, from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
public sealed partial class Dropout1d(double probability = 0.5) : ChannelDropout(nameof(Dropout1d), probability)
{
    private protected override string Expected => "[N, C, L] or [C, L]";

    private protected override int LeadingDimensions(int rank) => rank is 2 or 3 ? rank - 1 : 0;
}

/// <summary>Sets each channel of images to zero with some probability while training. Matches torch.nn.Dropout2d, which takes three dimensions as [N, C, L].</summary>
/// <param name="probability">The probability of a zero, from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
public sealed partial class Dropout2d(double probability = 0.5) : ChannelDropout(nameof(Dropout2d), probability)
{
    private protected override string Expected => "[N, C, H, W] or [N, C, L]";

    private protected override int LeadingDimensions(int rank) => rank is 3 or 4 ? 2 : 0;
}

/// <summary>Sets each channel of volumes to zero with some probability while training. Matches torch.nn.Dropout3d.</summary>
/// <param name="probability">The probability of a zero, from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
public sealed partial class Dropout3d(double probability = 0.5) : ChannelDropout(nameof(Dropout3d), probability)
{
    private protected override string Expected => "[N, C, D, H, W] or [C, D, H, W]";

    private protected override int LeadingDimensions(int rank) => rank is 4 or 5 ? rank - 3 : 0;
}
