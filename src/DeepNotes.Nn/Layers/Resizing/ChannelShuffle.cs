namespace DeepNotes.Nn;

/// <summary>
/// Deals the channels of each group out over all groups, so that what follows sees them all (Zhang et al. 2017, "ShuffleNet"). Matches
/// torch.nn.ChannelShuffle.
/// </summary>
/// <param name="groups">The number of groups; divides the channels.</param>
/// <exception cref="ArgumentOutOfRangeException">There are fewer groups than one.</exception>
public sealed partial class ChannelShuffle(int groups) : Layer
{
    private readonly int groups = LayerArguments.Positive(nameof(ChannelShuffle), nameof(groups), groups);

    /// <summary>Maps <c>[N, C, …]</c> to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input is not [N, C, L, …], or the groups do not divide its channels.</exception>
    protected override Tensor Compute(Tensor x) => x.Rank > 2 && x.Shape[1] % groups == 0
        ? x.Unflatten(1, groups, x.Shape[1] / groups).Transpose(1, 2).Flatten(1, 2)
        : throw new ShapeException($"ChannelShuffle: the input must be [N, C, L, …] with C a multiple of {groups}; it is {x.Shape}.");
}
