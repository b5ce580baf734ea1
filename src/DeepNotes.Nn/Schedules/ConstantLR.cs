namespace DeepNotes.Nn;

/// <summary>A smaller rate for the first steps, then the whole. Matches torch.optim.lr_scheduler.ConstantLR.</summary>
public sealed class ConstantLR : LearningRateSchedule
{
    private readonly double factor;
    private readonly long totalSteps;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="factor">What the rate is multiplied by, above 0 up to 1.</param>
    /// <param name="totalSteps">For how many steps.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public ConstantLR(Optimizer optimizer, double factor = 1.0 / 3, long totalSteps = 5) : base(optimizer)
    {
        this.factor = factor is > 0 and <= 1 ? factor : throw new ArgumentOutOfRangeException(nameof(factor), factor, "ConstantLR: the factor is above 0 and at most 1.");
        this.totalSteps = totalSteps;
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate) => StepCount == 0 ? rate * factor : StepCount == totalSteps ? rate / factor : rate;
}
