namespace DeepNotes.Nn;

/// <summary>
/// Normalises each channel of each element of the batch with mean and variance over its places (Ulyanov et al. 2016, "Instance
/// Normalization"): the base class of <see cref="InstanceNorm1d"/>, <see cref="InstanceNorm2d"/> and <see cref="InstanceNorm3d"/>.
/// </summary>
public abstract partial class InstanceNorm : RunningNorm
{
    private readonly int batched;

    private protected InstanceNorm(string name, int numFeatures, double epsilon, double? momentum, bool affine, bool trackRunningStats, string expected, int batched)
        : base(name, numFeatures, epsilon, momentum, affine, trackRunningStats, expected, batched - 1, batched) => this.batched = batched;

    /// <summary>Maps its input's shape to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has other dimensions or channels, or one number a channel.</exception>
    /// <exception cref="DTypeException">The input is not of the layer's type.</exception>
    protected override Tensor Compute(Tensor x)
    {
        bool isSingle = x.Rank == batched - 1, isNormalizing = IsTraining || RunningMean is null;
        Check(x, isSingle ? 0 : 1, isNormalizing, isEachAlone: true);
        Tensor y = (isSingle ? x.Unsqueeze(0) : x).InstanceNorm(RunningMean, RunningVar, Weight, Bias, isNormalizing, Momentum ?? 0, Epsilon);
        return isSingle ? y.Squeeze(0) : y;
    }
}

/// <summary>Instance normalization of sequences, <c>[N, C, L]</c> or <c>[C, L]</c>. Matches torch.nn.InstanceNorm1d.</summary>
/// <param name="numFeatures">The number of channels C.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">How much of the running statistics a batch replaces.</param>
/// <param name="affine">True for a layer with a learned scale and shift.</param>
/// <param name="trackRunningStats">True for a layer with running statistics, which evaluates with them.</param>
/// <exception cref="ArgumentOutOfRangeException">There are no channels, ε is negative, or the momentum not from 0 to 1.</exception>
public sealed partial class InstanceNorm1d(int numFeatures, double epsilon = 1e-5, double momentum = 0.1, bool affine = false, bool trackRunningStats = false)
    : InstanceNorm(nameof(InstanceNorm1d), numFeatures, epsilon, momentum, affine, trackRunningStats, "[N, C, L] or [C, L]", 3);

/// <summary>Instance normalization of images, <c>[N, C, H, W]</c> or <c>[C, H, W]</c>. Matches torch.nn.InstanceNorm2d.</summary>
/// <param name="numFeatures">The number of channels C.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">How much of the running statistics a batch replaces.</param>
/// <param name="affine">True for a layer with a learned scale and shift.</param>
/// <param name="trackRunningStats">True for a layer with running statistics, which evaluates with them.</param>
/// <exception cref="ArgumentOutOfRangeException">There are no channels, ε is negative, or the momentum not from 0 to 1.</exception>
public sealed partial class InstanceNorm2d(int numFeatures, double epsilon = 1e-5, double momentum = 0.1, bool affine = false, bool trackRunningStats = false)
    : InstanceNorm(nameof(InstanceNorm2d), numFeatures, epsilon, momentum, affine, trackRunningStats, "[N, C, H, W] or [C, H, W]", 4);

/// <summary>Instance normalization of volumes, <c>[N, C, D, H, W]</c> or <c>[C, D, H, W]</c>. Matches torch.nn.InstanceNorm3d.</summary>
/// <param name="numFeatures">The number of channels C.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">How much of the running statistics a batch replaces.</param>
/// <param name="affine">True for a layer with a learned scale and shift.</param>
/// <param name="trackRunningStats">True for a layer with running statistics, which evaluates with them.</param>
/// <exception cref="ArgumentOutOfRangeException">There are no channels, ε is negative, or the momentum not from 0 to 1.</exception>
public sealed partial class InstanceNorm3d(int numFeatures, double epsilon = 1e-5, double momentum = 0.1, bool affine = false, bool trackRunningStats = false)
    : InstanceNorm(nameof(InstanceNorm3d), numFeatures, epsilon, momentum, affine, trackRunningStats, "[N, C, D, H, W] or [C, D, H, W]", 5);
