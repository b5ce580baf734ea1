namespace DeepNotes.Nn;

/// <summary>From one part of the rate to another in a straight line. Matches torch.optim.lr_scheduler.LinearLR.</summary>
public sealed class LinearLR : LearningRateSchedule
{
    private readonly double startFactor;
    private readonly double endFactor;
    private readonly long totalSteps;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="startFactor">The part at first, above 0 up to 1.</param>
    /// <param name="endFactor">The part in the end, from 0 to 1.</param>
    /// <param name="totalSteps">How many steps it takes.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public LinearLR(Optimizer optimizer, double startFactor = 1.0 / 3, double endFactor = 1, long totalSteps = 5) : base(optimizer)
    {
        this.startFactor = startFactor is > 0 and <= 1 ? startFactor : throw new ArgumentOutOfRangeException(nameof(startFactor), startFactor, "LinearLR: the first factor is above 0 and at most 1; the steps multiply what is there.");
        this.endFactor = endFactor is >= 0 and <= 1 ? endFactor : throw new ArgumentOutOfRangeException(nameof(endFactor), endFactor, "LinearLR: the last factor is from 0 to 1.");
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        this.totalSteps = totalSteps;
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate)
    {
        if (StepCount == 0) return rate * startFactor;
        if (StepCount > totalSteps) return rate;
        double change = endFactor - startFactor;
        return rate * (1 + change / (totalSteps * startFactor + (StepCount - 1) * change));
    }
}
