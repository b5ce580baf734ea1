namespace DeepNotes.Nn;

/// <summary>
/// −(1 − p)^γ·ln p with the probability p that logits give the right class: what is known already counts little (Lin et al. 2017,
/// "Focal Loss for Dense Object Detection").
/// </summary>
/// <param name="gamma">γ; 0 is the cross-entropy.</param>
/// <param name="weight"><c>[C]</c>: how much each class counts; all the same by default.</param>
/// <param name="ignoreIndex">A class that does not count, which need not exist.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
/// <exception cref="ArgumentOutOfRangeException">γ is negative.</exception>
public sealed partial class FocalLoss(double gamma = 2, Tensor? weight = null, long ignoreIndex = -100, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    private readonly double gamma = LayerArguments.NotNegative(nameof(FocalLoss), nameof(gamma), gamma);

    /// <summary>How much each class counts, <c>[C]</c>; null for none.</summary>
    [Buffer]
    public Tensor? Weight { get; set; } = weight;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.FocalLoss(target, gamma, Reduction, Weight, ignoreIndex);
}

/// <summary>The focal loss of two classes, by one logit each (Lin et al. 2017). Matches torchvision.ops.sigmoid_focal_loss, but for its default of the mean.</summary>
/// <param name="alpha">How much the class of target 1 counts, with 1 − α for the other; a negative one weighs neither.</param>
/// <param name="gamma">γ; 0 is the cross-entropy.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
/// <exception cref="ArgumentOutOfRangeException">γ is negative.</exception>
public sealed partial class SigmoidFocalLoss(double alpha = 0.25, double gamma = 2, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    private readonly double gamma = LayerArguments.NotNegative(nameof(SigmoidFocalLoss), nameof(gamma), gamma);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.SigmoidFocalLoss(target, alpha, gamma, Reduction);
}

/// <summary>1 − (2·Σ p·t + s)/(Σ p + Σ t + s): how little two masks overlap (Milletari et al. 2016, "V-Net").</summary>
/// <param name="smooth">s, which makes two empty masks overlap.</param>
/// <param name="batchDimensions">How many leading dimensions have a loss of their own: 1 for each sample, 2 for each sample and channel, 0 for all together.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
/// <exception cref="ArgumentOutOfRangeException">A number is negative.</exception>
public sealed partial class DiceLoss(double smooth = 1, int batchDimensions = 1, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    private readonly double smooth = LayerArguments.NotNegative(nameof(DiceLoss), nameof(smooth), smooth);

    private readonly int batchDimensions = LayerArguments.NotNegative(nameof(DiceLoss), nameof(batchDimensions), batchDimensions);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.DiceLoss(target, smooth, batchDimensions, Reduction);
}
