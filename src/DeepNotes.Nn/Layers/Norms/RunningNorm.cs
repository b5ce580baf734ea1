namespace DeepNotes.Nn;

/// <summary>
/// The base class of layers that normalise channels and may keep running statistics of them: <see cref="BatchNorm1d"/>,
/// <see cref="InstanceNorm1d"/> and their kin.
/// </summary>
public abstract partial class RunningNorm : Layer
{
    private readonly string name;
    private readonly int numFeatures;
    private readonly string expected;
    private readonly (int Least, int Most) ranks;

    private protected RunningNorm(string name, int numFeatures, double epsilon, double? momentum, bool affine, bool trackRunningStats, string expected, int least, int most)
    {
        LayerArguments.Positive(name, nameof(numFeatures), numFeatures);
        LayerArguments.NotNegative(name, nameof(epsilon), epsilon);
        if (momentum is { } m) LayerArguments.Probability(name, nameof(momentum), m);
        (this.name, this.numFeatures, this.expected, ranks) = (name, numFeatures, expected, (least, most));
        (Epsilon, Momentum) = (epsilon, momentum);
        if (affine) (Weight, Bias) = (Init.Ones([numFeatures]), Init.Zeros([numFeatures]));
        if (trackRunningStats) (RunningMean, RunningVar, NumBatchesTracked) = (Tensor.Zeros([numFeatures]), Tensor.Ones([numFeatures]), Tensor.Zeros([], DType.Int64));
    }

    /// <summary>Added to the variance.</summary>
    public double Epsilon { get; }

    /// <summary>How much of the running statistics a batch replaces; null for the mean over all batches so far.</summary>
    public double? Momentum { get; }

    /// <summary>The scale of each channel, <c>[numFeatures]</c>; ones at first, null without affine.</summary>
    public Parameter? Weight { get; set; }

    /// <summary>The shift of each channel, <c>[numFeatures]</c>; zeros at first, null without affine.</summary>
    public Parameter? Bias { get; set; }

    /// <summary>The mean of each channel that evaluation uses; null if none is kept.</summary>
    [Buffer]
    public Tensor? RunningMean { get; set; }

    /// <summary>The variance of each channel that evaluation uses; null if none is kept.</summary>
    [Buffer]
    public Tensor? RunningVar { get; set; }

    /// <summary>How many batches the running statistics come from, Int64; null if none are kept.</summary>
    [Buffer]
    public Tensor? NumBatchesTracked { get; set; }

    /// <param name="x">The input.</param>
    /// <param name="channelDimension">Which of its dimensions counts the channels.</param>
    /// <param name="isNormalizing">Whether mean and variance are taken from the input.</param>
    /// <param name="isEachAlone">Whether that is done for each element of the batch alone.</param>
    private protected void Check(Tensor x, int channelDimension, bool isNormalizing, bool isEachAlone)
    {
        if (x.Rank < ranks.Least || x.Rank > ranks.Most) throw new ShapeException($"{name}: the input must be {expected}; it is {x.Shape}.");
        int channels = x.Shape[channelDimension];
        if (channels != numFeatures) throw new ShapeException($"{name}: the layer has {numFeatures} channels; the input {x.Shape} has {channels}.");
        int groups = channels * (isEachAlone && channelDimension == 1 ? x.Shape[0] : 1);
        if (isNormalizing && x.Count == groups && groups > 0) throw new ShapeException($"{name}: mean and variance take more than one number; the input {x.Shape} has one for each channel.");
        DType type = Weight?.DType ?? RunningMean?.DType ?? x.DType;
        if ((Weight ?? RunningMean) is { } own) Op.CheckDevices(name, x, own);
        if (!x.DType.IsFloatingPoint() || (x.DType != type && !x.DType.IsNarrow())) throw new DTypeException($"{name}: input and layer must have one floating-point type; they are {x.DType} and {type}.");
    }
}
