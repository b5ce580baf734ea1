namespace DeepNotes.Nn;

/// <summary>
/// Normalises groups of channels of each element of the batch over their places, then a learned scale and shift of each channel
/// (Wu and He 2018, "Group Normalization"). Matches torch.nn.GroupNorm.
/// </summary>
/// <param name="numGroups">The number of groups; divides the channels.</param>
/// <param name="numChannels">The number of channels.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="affine">False for a layer without scale and shift.</param>
/// <exception cref="ArgumentOutOfRangeException">There are no groups or channels, or ε is negative.</exception>
/// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
public sealed partial class GroupNorm(int numGroups, int numChannels, double epsilon = 1e-5, bool affine = true) : Layer
{
    private readonly int channelsPerGroup = LayerArguments.Groups(nameof(GroupNorm), nameof(numChannels), numChannels, numGroups);

    private readonly double epsilon = LayerArguments.NotNegative(nameof(GroupNorm), nameof(epsilon), epsilon);

    /// <summary>The scale of each channel, <c>[numChannels]</c>; ones at first.</summary>
    public Parameter? Weight { get; set; } = affine ? Init.Ones([numChannels]) : null;

    /// <summary>The shift of each channel, <c>[numChannels]</c>; zeros at first.</summary>
    public Parameter? Bias { get; set; } = affine ? Init.Zeros([numChannels]) : null;

    /// <summary>Maps <c>[N, numChannels, …]</c> to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has other channels.</exception>
    protected override Tensor Compute(Tensor x) => x.Rank > 1 && x.Shape[1] == numGroups * channelsPerGroup
        ? x.GroupNorm(numGroups, Weight, Bias, epsilon)
        : throw new ShapeException($"GroupNorm: the input must be [N, {numGroups * channelsPerGroup}, …]; it is {x.Shape}.");
}
