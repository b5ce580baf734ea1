namespace DeepNotes.Nn;

/// <summary>
/// t·(ln t − x) of log-probabilities x: the divergence of Kullback and Leibler, whose mean for a batch is <see cref="Reduction.BatchMean"/>.
/// Matches torch.nn.KLDivLoss.
/// </summary>
/// <param name="logTarget">Whether the targets are logarithms, too.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class KLDivLoss(Reduction reduction = Reduction.Mean, bool logTarget = false) : Loss(reduction)
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.KlDiv(target, Reduction, logTarget);
}

/// <summary>eˣ − t·x: −ln of the probability of the count t where eˣ are expected, without the part that does not depend on x. Matches torch.nn.PoissonNLLLoss.</summary>
/// <param name="logInput">False for predictions that are the expected counts themselves.</param>
/// <param name="full">Whether to add Stirling's approximation of ln t!.</param>
/// <param name="epsilon">Added to the counts before their logarithm is taken.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class PoissonNLLLoss(bool logInput = true, bool full = false, double epsilon = 1e-8, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.PoissonNllLoss(target, logInput, full, epsilon, Reduction);
}

/// <summary>
/// (ln v + (x − t)²/v)/2: −ln of the normal density with mean x and variance v at t, without a constant. Matches torch.nn.GaussianNLLLoss.
/// </summary>
/// <param name="full">Whether to add the constant ln(2π)/2.</param>
/// <param name="epsilon">What a variance is at least taken for.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class GaussianNLLLoss(bool full = false, double epsilon = 1e-6, Reduction reduction = Reduction.Mean) : Module
{
    /// <summary>Computes the loss.</summary>
    /// <param name="input">The means.</param>
    /// <param name="target">What was found.</param>
    /// <param name="variance">The variances: of the input's shape, or with 1 as last length, or without the last dimension.</param>
    /// <returns>A scalar, or the losses without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">The element types do not fit each other.</exception>
    public Tensor Forward(Tensor input, Tensor target, Tensor variance)
    {
        try
        {
            return input.GaussianNllLoss(target, variance, full, epsilon, reduction);
        }
        catch (Exception e) when (NamedErrors.IsNameless(e, this))
        {
            throw NamedErrors.With(e, this);
        }
    }
}
