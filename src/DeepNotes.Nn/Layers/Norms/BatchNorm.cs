namespace DeepNotes.Nn;

/// <summary>
/// Normalises each channel with mean and variance over the batch and all places while training, and with the running ones in
/// evaluation; then a learned scale and shift (Ioffe and Szegedy 2015, "Batch Normalization"): the base class of
/// <see cref="BatchNorm1d"/>, <see cref="BatchNorm2d"/> and <see cref="BatchNorm3d"/>.
/// </summary>
public abstract partial class BatchNorm : RunningNorm
{
    private protected BatchNorm(string name, int numFeatures, double epsilon, double? momentum, bool affine, bool trackRunningStats, string expected, int least, int most)
        : base(name, numFeatures, epsilon, momentum, affine, trackRunningStats, expected, least, most)
    {
    }

    /// <summary>Maps its input's shape to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input has other dimensions or channels, or, while training, one number a channel.</exception>
    /// <exception cref="DTypeException">The input is not of the layer's type.</exception>
    protected override Tensor Compute(Tensor x)
    {
        bool isNormalizing = IsTraining || RunningMean is null;
        Check(x, 1, isNormalizing, isEachAlone: false);
        bool isUpdating = IsTraining && NumBatchesTracked is not null;
        if (isUpdating) NumBatchesTracked!.AddInPlace(1);
        double momentum = Momentum ?? (isUpdating ? 1.0 / NumBatchesTracked!.Item<long>() : 0);
        return x.BatchNorm(RunningMean, RunningVar, Weight, Bias, isNormalizing, momentum, Epsilon);
    }
}

/// <summary>Batch normalization of vectors and sequences, <c>[N, C]</c> or <c>[N, C, L]</c>. Matches torch.nn.BatchNorm1d.</summary>
/// <param name="numFeatures">The number of channels C.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">How much of the running statistics a batch replaces; null for the mean over all batches so far.</param>
/// <param name="affine">False for a layer without scale and shift.</param>
/// <param name="trackRunningStats">False for a layer without running statistics, which evaluates with those of the batch.</param>
/// <exception cref="ArgumentOutOfRangeException">There are no channels, ε is negative, or the momentum not from 0 to 1.</exception>
public sealed partial class BatchNorm1d(int numFeatures, double epsilon = 1e-5, double? momentum = 0.1, bool affine = true, bool trackRunningStats = true)
    : BatchNorm(nameof(BatchNorm1d), numFeatures, epsilon, momentum, affine, trackRunningStats, "[N, C] or [N, C, L]", 2, 3);

/// <summary>Batch normalization of images, <c>[N, C, H, W]</c>. Matches torch.nn.BatchNorm2d.</summary>
/// <param name="numFeatures">The number of channels C.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">How much of the running statistics a batch replaces; null for the mean over all batches so far.</param>
/// <param name="affine">False for a layer without scale and shift.</param>
/// <param name="trackRunningStats">False for a layer without running statistics, which evaluates with those of the batch.</param>
/// <exception cref="ArgumentOutOfRangeException">There are no channels, ε is negative, or the momentum not from 0 to 1.</exception>
public sealed partial class BatchNorm2d(int numFeatures, double epsilon = 1e-5, double? momentum = 0.1, bool affine = true, bool trackRunningStats = true)
    : BatchNorm(nameof(BatchNorm2d), numFeatures, epsilon, momentum, affine, trackRunningStats, "[N, C, H, W]", 4, 4);

/// <summary>Batch normalization of volumes, <c>[N, C, D, H, W]</c>. Matches torch.nn.BatchNorm3d.</summary>
/// <param name="numFeatures">The number of channels C.</param>
/// <param name="epsilon">Added to the variance.</param>
/// <param name="momentum">How much of the running statistics a batch replaces; null for the mean over all batches so far.</param>
/// <param name="affine">False for a layer without scale and shift.</param>
/// <param name="trackRunningStats">False for a layer without running statistics, which evaluates with those of the batch.</param>
/// <exception cref="ArgumentOutOfRangeException">There are no channels, ε is negative, or the momentum not from 0 to 1.</exception>
public sealed partial class BatchNorm3d(int numFeatures, double epsilon = 1e-5, double? momentum = 0.1, bool affine = true, bool trackRunningStats = true)
    : BatchNorm(nameof(BatchNorm3d), numFeatures, epsilon, momentum, affine, trackRunningStats, "[N, C, D, H, W]", 5, 5);
