namespace DeepNotes.Nn;

/// <summary>Multiplies the rate by a factor at given steps. Matches torch.optim.lr_scheduler.MultiStepLR.</summary>
public sealed class MultiStepLR : LearningRateSchedule
{
    private readonly long[] milestones;
    private readonly double gamma;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="milestones">After which steps; one that is given twice counts twice.</param>
    /// <param name="gamma">The factor.</param>
    public MultiStepLR(Optimizer optimizer, IEnumerable<long> milestones, double gamma = 0.1) : base(optimizer)
    {
        ArgumentNullException.ThrowIfNull(milestones);
        this.milestones = [.. milestones];
        this.gamma = gamma;
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate) => rate * Math.Pow(gamma, milestones.Count(m => m == StepCount));
}
