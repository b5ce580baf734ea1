namespace DeepNotes.Nn;

/// <summary>−ln softmax(x)[t] of logits x and the right class t, or −Σ t·ln softmax(x) with probabilities t. Matches torch.nn.CrossEntropyLoss.</summary>
/// <param name="weight"><c>[C]</c>: how much each class counts; all the same by default.</param>
/// <param name="ignoreIndex">A class that does not count, which need not exist.</param>
/// <param name="labelSmoothing">How much of the right class is given to all alike, from 0 to 1.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class CrossEntropyLoss(Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    private readonly double smoothing = LayerArguments.Probability(nameof(CrossEntropyLoss), nameof(labelSmoothing), labelSmoothing);

    /// <summary>How much each class counts, <c>[C]</c>; null for none.</summary>
    [Buffer]
    public Tensor? Weight { get; set; } = weight;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.CrossEntropy(target, Reduction, Weight, ignoreIndex, smoothing);
}

/// <summary>−x[t] of log-probabilities x and the right class t. Matches torch.nn.NLLLoss.</summary>
/// <param name="weight"><c>[C]</c>: how much each class counts; all the same by default.</param>
/// <param name="ignoreIndex">A class that does not count, which need not exist.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class NLLLoss(Tensor? weight = null, long ignoreIndex = -100, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <summary>How much each class counts, <c>[C]</c>; null for none.</summary>
    [Buffer]
    public Tensor? Weight { get; set; } = weight;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.NllLoss(target, Reduction, Weight, ignoreIndex);
}

/// <summary>−t·ln p − (1 − t)·ln(1 − p) of probabilities p. Matches torch.nn.BCELoss.</summary>
/// <param name="weight">How much each element counts; broadcasts; all the same by default.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class BCELoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <summary>How much each element counts; null for none.</summary>
    [Buffer]
    public Tensor? Weight { get; set; } = weight;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.BinaryCrossEntropy(target, Weight, Reduction);
}

/// <summary><see cref="BCELoss"/> of the probabilities σ(x), computed without overflow. Matches torch.nn.BCEWithLogitsLoss.</summary>
/// <param name="weight">How much each element counts; broadcasts; all the same by default.</param>
/// <param name="posWeight">How much the class of target 1 counts against the other; broadcasts; 1 by default.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class BCEWithLogitsLoss(Tensor? weight = null, Tensor? posWeight = null, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <summary>How much each element counts; null for none.</summary>
    [Buffer]
    public Tensor? Weight { get; set; } = weight;

    /// <summary>How much the class of target 1 counts; null for none.</summary>
    [Buffer]
    public Tensor? PosWeight { get; set; } = posWeight;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.BinaryCrossEntropyWithLogits(target, Weight, Reduction, PosWeight);
}

/// <summary>Σ over wrong classes i of max(0, margin − x[t] + x[i])ᵖ, divided by the number of classes. Matches torch.nn.MultiMarginLoss.</summary>
/// <param name="p">The power, 1 or 2.</param>
/// <param name="margin">The margin.</param>
/// <param name="weight"><c>[C]</c>: how much each class counts; all the same by default.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class MultiMarginLoss(int p = 1, double margin = 1, Tensor? weight = null, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    private readonly int power = p is 1 or 2 ? p : throw new ArgumentOutOfRangeException(nameof(p), p, $"MultiMarginLoss: the power is 1 or 2, not {p}.");

    /// <summary>How much each class counts, <c>[C]</c>; null for none.</summary>
    [Buffer]
    public Tensor? Weight { get; set; } = weight;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.MultiMarginLoss(target, power, margin, Weight, Reduction);
}

/// <summary>
/// Σ over right classes i and wrong ones j of max(0, 1 − x[i] + x[j]), divided by the number of classes; the target names the right classes in front, ended by −1.
/// Matches torch.nn.MultiLabelMarginLoss.
/// </summary>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class MultiLabelMarginLoss(Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.MultilabelMarginLoss(target, Reduction);
}

/// <summary><see cref="BCEWithLogitsLoss"/>, its mean over the classes taken first. Matches torch.nn.MultiLabelSoftMarginLoss.</summary>
/// <param name="weight"><c>[C]</c>: how much each class counts; all the same by default.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class MultiLabelSoftMarginLoss(Tensor? weight = null, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <summary>How much each class counts, <c>[C]</c>; null for none.</summary>
    [Buffer]
    public Tensor? Weight { get; set; } = weight;

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.MultilabelSoftMarginLoss(target, Weight, Reduction);
}

/// <summary>ln(1 + e^(−t·x)) with targets 1 and −1. Matches torch.nn.SoftMarginLoss.</summary>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class SoftMarginLoss(Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.SoftMarginLoss(target, Reduction);
}

/// <summary>x where the target is 1, max(0, margin − x) where it is −1. Matches torch.nn.HingeEmbeddingLoss.</summary>
/// <param name="margin">The margin.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class HingeEmbeddingLoss(double margin = 1, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.HingeEmbeddingLoss(target, margin, Reduction);
}
