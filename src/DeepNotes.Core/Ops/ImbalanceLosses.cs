using DeepNotes.Ops;

namespace DeepNotes;

/// <content>Losses for classes of which there is far less than of others.</content>
public partial class Tensor
{
    /// <summary>
    /// The cross-entropy between logits and the right classes, weighted by (1 − p)^γ for the probability p of the right one: what is easy counts little
    /// (Lin et al., arXiv:1708.02002).
    /// </summary>
    /// <param name="labels">The right classes: Int64 [N, …], from 0 to C − 1.</param>
    /// <param name="gamma">γ; 0 for <see cref="CrossEntropy"/>.</param>
    /// <param name="reduction">Mean by default: over the places that count, whatever their classes' weights.</param>
    /// <param name="weight">[C]: how much each class counts, the paper's α; all the same by default.</param>
    /// <param name="ignoreIndex">A class that does not count, which need not exist.</param>
    /// <returns>A scalar, or [N, …] without reduction. This tensor is [N, C, …], or [C] for one label.</returns>
    /// <exception cref="ShapeException">The shapes of logits, labels and weight do not fit.</exception>
    /// <exception cref="DTypeException">The labels are not Int64, or the logits are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is below 0 or not below C, or γ is negative.</exception>
    public Tensor FocalLoss(Tensor labels, double gamma = 2, Reduction reduction = Reduction.Mean, Tensor? weight = null, long ignoreIndex = -100)
    {
        CheckFocus(gamma, nameof(FocalLoss));
        ClassLabels.Check(nameof(FocalLoss), this, labels, weight);
        ClassLabels.CheckRange(nameof(FocalLoss), this, labels, ignoreIndex);
        if (DType.IsNarrow()) return Widened().FocalLoss(labels, gamma, reduction, weight?.Widened(), ignoreIndex).To(DType);
        var logs = LogSoftmax(Rank > 1 ? 1 : 0);
        var (entropy, counts) = logs.ClassLosses(labels, null, ignoreIndex);
        var losses = entropy * (-(-entropy).Expm1()).Pow(gamma);
        if (weight is not null) losses = losses * logs.ClassLosses(labels, weight, ignoreIndex).Weights;
        return reduction == Reduction.Mean ? losses.Sum() / counts.Sum() : ReduceLoss(losses, reduction, nameof(FocalLoss));
    }

    /// <summary>
    /// The cross-entropy between logits of two classes and the right ones, weighted by (1 − p)^γ for the probability p of the right one
    /// (Lin et al., arXiv:1708.02002). Matches torchvision.ops.sigmoid_focal_loss.
    /// </summary>
    /// <param name="target">The right probabilities, of this shape.</param>
    /// <param name="alpha">How much the class of target 1 counts, with 1 − α for the other; a negative one weighs neither.</param>
    /// <param name="gamma">γ.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or this shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">γ is negative, or α above 1.</exception>
    public Tensor SigmoidFocalLoss(Tensor target, double alpha = 0.25, double gamma = 2, Reduction reduction = Reduction.Mean)
    {
        CheckFocus(gamma, nameof(SigmoidFocalLoss));
        if (!(alpha <= 1)) throw new ArgumentOutOfRangeException(nameof(alpha), $"SigmoidFocalLoss: alpha must not be above 1; it is {alpha}.");
        CheckTarget(target, nameof(SigmoidFocalLoss));
        if (DType.IsNarrow()) return Widened().SigmoidFocalLoss(target.Widened(), alpha, gamma, reduction).To(DType);
        var entropy = BinaryCrossEntropyWithLogits(target, reduction: Reduction.None);
        var p = Sigmoid();
        var losses = entropy * (p + target - 2.0 * p * target).Pow(gamma);
        if (alpha >= 0) losses *= (2 * alpha - 1) * target + (1 - alpha);
        return ReduceLoss(losses, reduction, nameof(SigmoidFocalLoss));
    }

    /// <summary>1 − (2·Σ p·t + s) / (Σ p + Σ t + s): how little two masks overlap (Milletari et al., arXiv:1606.04797, with sums in place of squares).</summary>
    /// <param name="target">t: the right mask, of this shape; this tensor is p, probabilities.</param>
    /// <param name="smooth">s, which makes two empty masks overlap.</param>
    /// <param name="batchDimensions">How many leading dimensions have a loss of their own: 1 for each sample, 2 for each sample and channel, 0 for all together.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or the leading dimensions without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many dimensions.</exception>
    public Tensor DiceLoss(Tensor target, double smooth = 1, int batchDimensions = 1, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(target, nameof(DiceLoss));
        if (batchDimensions < 0 || batchDimensions >= Math.Max(1, Rank)) throw new ArgumentOutOfRangeException(nameof(batchDimensions), $"DiceLoss: {batchDimensions} leading dimensions leave nothing of {Shape} to sum over.");
        if (DType.IsNarrow()) return Widened().DiceLoss(target.Widened(), smooth, batchDimensions, reduction).To(DType);
        if (Rank == 0) return Unsqueeze(0).DiceLoss(target.Unsqueeze(0), smooth, 0, reduction);
        Tensor p = Flatten(batchDimensions), t = target.Flatten(batchDimensions);
        return ReduceLoss(1.0 - (2.0 * (p * t).Sum(-1) + smooth) / (p.Sum(-1) + t.Sum(-1) + smooth), reduction, nameof(DiceLoss));
    }

    private static void CheckFocus(double gamma, string name)
    {
        if (!(gamma >= 0)) throw new ArgumentOutOfRangeException(nameof(gamma), $"{name}: gamma must not be negative; it is {gamma}.");
    }
}
