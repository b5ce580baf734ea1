namespace DeepNotes.Nn;

/// <summary>Falls along half a cosine, and rises again with the other half (Loshchilov and Hutter 2017, "SGDR", without restarts). Matches torch.optim.lr_scheduler.CosineAnnealingLR.</summary>
public sealed class CosineAnnealingLR : LearningRateSchedule
{
    private readonly long halfPeriod;
    private readonly double minimum;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="halfPeriod">After how many steps it is lowest; PyTorch's T_max.</param>
    /// <param name="minimum">The lowest rate; eta_min.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public CosineAnnealingLR(Optimizer optimizer, long halfPeriod, double minimum = 0) : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(halfPeriod, 1);
        this.halfPeriod = halfPeriod;
        this.minimum = minimum;
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate)
    {
        if (StepCount == 0) return rate;
        // Nothing can be multiplied at the lowest point: the first step up from there adds.
        if ((StepCount - 1 - halfPeriod) % (2 * halfPeriod) == 0) return rate + (BaseRates[group] - minimum) * (1 - Math.Cos(Math.PI / halfPeriod)) / 2;
        return (1 + Math.Cos(Math.PI * StepCount / halfPeriod)) / (1 + Math.Cos(Math.PI * (StepCount - 1) / halfPeriod)) * (rate - minimum) + minimum;
    }
}
