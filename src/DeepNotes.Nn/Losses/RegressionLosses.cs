namespace DeepNotes.Nn;

/// <summary>|x − t|. Matches torch.nn.L1Loss.</summary>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class L1Loss(Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.L1Loss(target, Reduction);
}

/// <summary>(x − t)². Matches torch.nn.MSELoss.</summary>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class MSELoss(Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.MseLoss(target, Reduction);
}

/// <summary>(x − t)²/(2·β) where |x − t| is below β, |x − t| − β/2 elsewhere. Matches torch.nn.SmoothL1Loss.</summary>
/// <param name="beta">β; with 0 the loss is |x − t|.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class SmoothL1Loss(double beta = 1, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <summary>Where the square ends.</summary>
    public double Beta { get; } = LayerArguments.NotNegative(nameof(SmoothL1Loss), nameof(beta), beta);

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.SmoothL1Loss(target, Reduction, Beta);
}

/// <summary>(x − t)²/2 where |x − t| is below δ, δ·(|x − t| − δ/2) elsewhere. Matches torch.nn.HuberLoss.</summary>
/// <param name="delta">δ; above 0.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class HuberLoss(double delta = 1, Reduction reduction = Reduction.Mean) : Loss(reduction)
{
    /// <summary>Where the square ends.</summary>
    public double Delta { get; } = delta > 0 ? delta : throw new ArgumentOutOfRangeException(nameof(delta), delta, $"HuberLoss: delta must be above 0; it is {delta}.");

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor input, Tensor target) => input.HuberLoss(target, Reduction, Delta);
}
