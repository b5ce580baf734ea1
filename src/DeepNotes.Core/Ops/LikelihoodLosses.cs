namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The Kullback-Leibler divergence of a distribution, given by its logarithm, from a target: Σ t·(ln t − x). Matches torch.nn.functional.kl_div.</summary>
    /// <param name="target">Probabilities of this shape, or their logarithms.</param>
    /// <param name="reduction">The mean over all elements by default; the divergence itself is <see cref="Reduction.BatchMean"/>.</param>
    /// <param name="logTarget">Whether the target holds logarithms.</param>
    /// <returns>A scalar, or this shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ, or there is no batch to take the mean over.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor KlDiv(Tensor target, Reduction reduction = Reduction.Mean, bool logTarget = false)
    {
        CheckTarget(target, nameof(KlDiv));
        if (DType.IsNarrow()) return Widened().KlDiv(target.Widened(), reduction, logTarget).To(DType);
        var losses = logTarget ? target.Exp() * (target - this) : target.Xlogy(target) - target * this;
        if (reduction != Reduction.BatchMean) return ReduceLoss(losses, reduction, nameof(KlDiv));
        return Rank == 0 ? throw new ShapeException("KlDiv: a scalar has no batch to take the mean over.") : losses.Sum() / (double)Shape[0];
    }

    /// <summary>The negative log-likelihood of counts under Poisson distributions. Matches torch.nn.functional.poisson_nll_loss.</summary>
    /// <param name="target">The counts, of this shape.</param>
    /// <param name="logInput">Whether this tensor holds the logarithms of the expected counts: then eˣ − t·x, otherwise x − t·ln(x + ε).</param>
    /// <param name="full">Whether to add Stirling's approximation of ln t! for counts above 1, which has no influence on the gradient of the input.</param>
    /// <param name="epsilon">ε.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or this shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor PoissonNllLoss(Tensor target, bool logInput = true, bool full = false, double epsilon = 1e-8, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(target, nameof(PoissonNllLoss));
        if (DType.IsNarrow()) return Widened().PoissonNllLoss(target.Widened(), logInput, full, epsilon, reduction).To(DType);
        var losses = logInput ? Exp() - target * this : this - target * (this + epsilon).Log();
        if (full)
        {
            var counts = target > 1.0;
            var large = Where(counts, target, 1.0);
            losses += Where(counts, large * large.Log() - large + (large * (2 * Math.PI)).Log() * 0.5, 0.0);
        }
        return ReduceLoss(losses, reduction, nameof(PoissonNllLoss));
    }

    /// <summary>The negative log-likelihood of a target under normal distributions with this mean: (ln v + (x − t)²/v)/2. Matches torch.nn.functional.gaussian_nll_loss.</summary>
    /// <param name="target">Broadcasts with this tensor.</param>
    /// <param name="variance">v: of this shape, or with 1 as its last length or without the last dimension for one variance for all of it.</param>
    /// <param name="full">Whether to add the constant ln(2π)/2.</param>
    /// <param name="epsilon">What v is at least taken for; this has no influence on its gradient.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or this shape without reduction.</returns>
    /// <exception cref="ShapeException">The variance has another shape.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor GaussianNllLoss(Tensor target, Tensor variance, bool full = false, double epsilon = 1e-6, Reduction reduction = Reduction.Mean)
    {
        if (!DType.IsFloatingPoint() || target.DType != DType || variance.DType != DType) throw new DTypeException($"GaussianNllLoss: input, target and variance must have one floating-point type; they are {DType}, {target.DType} and {variance.DType}.");
        if (variance.Shape != Shape)
        {
            bool isWithoutLast = Rank > 0 && variance.Shape.AsSpan().SequenceEqual(Shape.AsSpan()[..^1]);
            bool isOne = Rank > 0 && variance.Rank == Rank && variance.Shape[^1] == 1 && variance.Shape.AsSpan()[..^1].SequenceEqual(Shape.AsSpan()[..^1]);
            if (!isWithoutLast && !isOne) throw new ShapeException($"GaussianNllLoss: for the input {Shape} the variance must have this shape, 1 as its last length, or no last dimension; it is {variance.Shape}.");
            if (isWithoutLast) variance = variance.Unsqueeze(-1);
        }
        if (DType.IsNarrow()) return Widened().GaussianNllLoss(target.Widened(), variance.Widened(), full, epsilon, reduction).To(DType);
        Tensor lift;
        using (DeepNotes.Grad.Off()) lift = variance.Detach().Clamp(epsilon) - variance.Detach();
        variance += lift;
        var losses = (variance.Log() + (this - target).Square() / variance) * 0.5;
        return ReduceLoss(full ? losses + 0.5 * Math.Log(2 * Math.PI) : losses, reduction, nameof(GaussianNllLoss));
    }
}
