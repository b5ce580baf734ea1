namespace DeepNotes.Nn;

/// <summary>Falls to zero like a power of the steps that are left. Matches torch.optim.lr_scheduler.PolynomialLR.</summary>
public sealed class PolynomialLR : LearningRateSchedule
{
    private readonly long totalSteps;
    private readonly double power;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="totalSteps">After how many steps it is zero.</param>
    /// <param name="power">The power.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public PolynomialLR(Optimizer optimizer, long totalSteps = 5, double power = 1) : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        this.totalSteps = totalSteps;
        this.power = power;
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate)
    {
        if (StepCount == 0 || StepCount > totalSteps) return rate;
        double total = totalSteps;
        return rate * Math.Pow((1 - StepCount / total) / (1 - (StepCount - 1) / total), power);
    }
}
