namespace DeepNotes.Nn;

/// <summary>Multiplies the rate by a factor every step. Matches torch.optim.lr_scheduler.ExponentialLR.</summary>
public sealed class ExponentialLR : LearningRateSchedule
{
    private readonly double gamma;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="gamma">The factor.</param>
    public ExponentialLR(Optimizer optimizer, double gamma) : base(optimizer)
    {
        this.gamma = gamma;
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate) => StepCount == 0 ? rate : rate * gamma;
}
