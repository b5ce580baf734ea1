namespace DeepNotes.Nn;

/// <summary>
/// Falls along half a cosine and jumps back up, again and again (Loshchilov and Hutter 2017, "SGDR: Stochastic Gradient Descent
/// with Warm Restarts"). Matches torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.
/// </summary>
public sealed class CosineAnnealingWarmRestarts : LearningRateSchedule
{
    private readonly long firstPeriod;
    private readonly int periodFactor;
    private readonly double minimum;
    private long period;
    private long since;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="firstPeriod">The steps to the first restart; PyTorch's T_0.</param>
    /// <param name="periodFactor">How many times longer each period is than the one before; T_mult.</param>
    /// <param name="minimum">The rate that it falls to; eta_min.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public CosineAnnealingWarmRestarts(Optimizer optimizer, long firstPeriod, int periodFactor = 1, double minimum = 0) : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(firstPeriod, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(periodFactor, 1);
        (this.firstPeriod, this.periodFactor, this.minimum, period) = (firstPeriod, periodFactor, minimum, firstPeriod);
        Begin();
    }

    /// <inheritdoc/>
    public override void Step()
    {
        if (++since >= period)
        {
            since -= period;
            period *= periodFactor;
        }
        base.Step();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate) => minimum + (BaseRates[group] - minimum) * (1 + Math.Cos(Math.PI * since / period)) / 2;

    /// <inheritdoc/>
    protected internal override void Restart()
    {
        (since, period) = (0, firstPeriod);
        base.Restart();
    }

    internal override void RestartFromCurrent() => Restart();

    private protected override IEnumerable<(string Name, double[] Values)> State() => [.. base.State(), ("T_cur", [since]), ("T_i", [period])];

    private protected override void Restore(Func<string, double[]> numbers)
    {
        base.Restore(numbers);
        (since, period) = ((long)numbers("T_cur")[0], (long)numbers("T_i")[0]);
    }
}
