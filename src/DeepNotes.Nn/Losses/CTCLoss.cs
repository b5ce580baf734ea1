namespace DeepNotes.Nn;

/// <summary>
/// −ln of the probability that a sequence of classes, repeated ones joined and blanks left out, spells a label (Graves et al. 2006,
/// "Connectionist Temporal Classification"). Matches torch.nn.CTCLoss.
/// </summary>
/// <param name="blank">The class that stands for nothing.</param>
/// <param name="reduction">The mean by default: each loss divided by its label's length, and then the mean over the batch.</param>
/// <param name="zeroInfinity">True to count a label that no path can spell as 0, gradient too, instead of ∞.</param>
/// <exception cref="ArgumentOutOfRangeException">The blank is negative.</exception>
public sealed partial class CTCLoss(int blank = 0, Reduction reduction = Reduction.Mean, bool zeroInfinity = false) : Module
{
    private readonly int blank = LayerArguments.NotNegative(nameof(CTCLoss), nameof(blank), blank);

    /// <summary>Computes the loss.</summary>
    /// <param name="logProbabilities"><c>[T, N, C]</c>, or <c>[T, C]</c> for one label.</param>
    /// <param name="targets">Labels: Int64 <c>[N, S]</c>, padded, or one after another in a vector.</param>
    /// <param name="inputLengths">How many times count, for each of N; at most T.</param>
    /// <param name="targetLengths">The length of each label.</param>
    /// <returns>A scalar, or <c>[N]</c> without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit, or a length is out of range.</exception>
    /// <exception cref="DTypeException">The probabilities are not floating point, or the labels not Int64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is out of range, or the blank.</exception>
    public Tensor Forward(Tensor logProbabilities, Tensor targets, ReadOnlySpan<int> inputLengths, ReadOnlySpan<int> targetLengths)
    {
        try
        {
            return logProbabilities.CtcLoss(targets, inputLengths, targetLengths, blank, reduction, zeroInfinity);
        }
        catch (Exception e) when (NamedErrors.IsNameless(e, this))
        {
            throw NamedErrors.With(e, this);
        }
    }
}
