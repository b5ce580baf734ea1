namespace DeepNotes.Nn;

/// <summary>Multiplies the rate by a factor every so many steps. Matches torch.optim.lr_scheduler.StepLR.</summary>
public sealed class StepLR : LearningRateSchedule
{
    private readonly int stepSize;
    private readonly double gamma;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="stepSize">How many.</param>
    /// <param name="gamma">The factor.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public StepLR(Optimizer optimizer, int stepSize, double gamma = 0.1) : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stepSize, 1);
        this.stepSize = stepSize;
        this.gamma = gamma;
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate) => StepCount == 0 || StepCount % stepSize != 0 ? rate : rate * gamma;
}
