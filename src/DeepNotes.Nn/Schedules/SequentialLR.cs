namespace DeepNotes.Nn;

/// <summary>One schedule after the other; each begins from the first rates when its turn comes. Matches torch.optim.lr_scheduler.SequentialLR.</summary>
public sealed class SequentialLR : LearningRateSchedule
{
    private readonly LearningRateSchedule[] schedules;
    private readonly long[] milestones;

    /// <summary>A schedule of schedules.</summary>
    /// <param name="schedules">In their order.</param>
    /// <param name="milestones">After how many steps each but the first has its turn, rising.</param>
    /// <exception cref="ArgumentException">There are no schedules, they have several optimizers, or the milestones are not one fewer or do not rise.</exception>
    public SequentialLR(IReadOnlyList<LearningRateSchedule> schedules, IReadOnlyList<long> milestones) : base(Parts.Optimizer(schedules, nameof(SequentialLR)))
    {
        ArgumentNullException.ThrowIfNull(milestones);
        if (milestones.Count != schedules.Count - 1) throw new ArgumentException($"SequentialLR: {schedules.Count} schedules need {schedules.Count - 1} milestones, not {milestones.Count}.", nameof(milestones));
        for (int i = 0; i < milestones.Count; i++)
            if (milestones[i] <= (i == 0 ? 0 : milestones[i - 1])) throw new ArgumentException($"SequentialLR: the milestones must rise from above 0; number {i} is {milestones[i]}.", nameof(milestones));
        this.schedules = [.. schedules];
        this.milestones = [.. milestones];
        Restart();
    }

    /// <inheritdoc/>
    public override void Step()
    {
        StepCount++;
        int index = milestones.Count(m => m <= StepCount);
        if (index > 0 && milestones[index - 1] == StepCount) schedules[index].Restart();
        else schedules[index].Step();
    }

    /// <summary>The rate as it is: the parts have set it.</summary>
    protected override double Next(int group, double rate) => rate;

    /// <inheritdoc/>
    protected internal override void Restart()
    {
        StepCount = 0;
        for (int g = 0; g < BaseRates.Count; g++) Optimizer.Groups[g].LearningRate = BaseRates[g];
        schedules[0].Restart();
    }

    private protected override IEnumerable<(string Name, double[] Values)> State() => [.. base.State(), .. Parts.State(schedules)];

    private protected override void Restore(Func<string, double[]> numbers)
    {
        base.Restore(numbers);
        Parts.Restore(schedules, numbers);
    }
}
