namespace DeepNotes.Nn;

/// <summary>max(x, 0). Matches torch.nn.ReLU.</summary>
public sealed partial class ReLU : Layer, IEpilogueLayer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Relu();

    Tensor IEpilogueLayer.Forward(Linear linear, Tensor x) => linear.Forward(x, default(Ops.Relu));
}

/// <summary>min(max(x, 0), 6). Matches torch.nn.ReLU6.</summary>
public sealed partial class ReLU6 : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Relu6();
}

/// <summary>x above zero, slope·x below. Matches torch.nn.LeakyReLU.</summary>
/// <param name="negativeSlope">The slope below zero.</param>
public sealed partial class LeakyReLU(double negativeSlope = 0.01) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.LeakyRelu(negativeSlope);
}

/// <summary>
/// x above zero, slope·x below, where each element draws its slope while training and takes the mean of the bounds in evaluation
/// (Xu et al. 2015, "Empirical Evaluation of Rectified Activations in Convolutional Network"). Matches torch.nn.RReLU.
/// </summary>
/// <param name="lower">The smallest slope.</param>
/// <param name="upper">The largest slope.</param>
/// <exception cref="ArgumentOutOfRangeException">The smallest slope is above the largest.</exception>
public sealed partial class RReLU(double lower = 1.0 / 8, double upper = 1.0 / 3) : Layer
{
    private readonly (double Lower, double Upper) slopes = lower <= upper
        ? (lower, upper)
        : throw new ArgumentOutOfRangeException(nameof(lower), lower, $"RReLU: the lower slope must not be above the upper one, {upper}; it is {lower}.");

    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.RRelu(slopes.Lower, slopes.Upper, IsTraining);
}

/// <summary>
/// x above zero, slope·x below, with learned slopes (He et al. 2015, "Delving Deep into Rectifiers"). Matches torch.nn.PReLU.
/// </summary>
/// <param name="numParameters">1 for a common slope, or the number of channels, the input's second dimension, for one each.</param>
/// <param name="init">The slopes at first.</param>
/// <exception cref="ArgumentOutOfRangeException">There are fewer slopes than one.</exception>
public sealed partial class PReLU(int numParameters = 1, double init = 0.25) : Layer
{
    /// <summary>The slopes, <c>[numParameters]</c>.</summary>
    public Parameter Weight { get; set; } = Init.Constant([LayerArguments.Positive(nameof(PReLU), nameof(numParameters), numParameters)], init);

    /// <summary>Maps any shape to itself; with a slope for each channel <c>[N, C, …]</c>, or <c>[C]</c>.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has other channels than there are slopes.</exception>
    /// <exception cref="DTypeException">Input and slopes are not of one type.</exception>
    protected override Tensor Compute(Tensor x) => x.DType == Weight.DType
        ? x.PRelu(Weight)
        : throw new DTypeException($"PReLU: input and slopes must have one floating-point type; they are {x.DType} and {Weight.DType}.");
}

/// <summary>x above a limit, a constant up to it. Matches torch.nn.Threshold.</summary>
/// <param name="limit">Where the constant ends.</param>
/// <param name="value">The constant.</param>
public sealed partial class Threshold(double limit, double value) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Threshold(limit, value);
}
