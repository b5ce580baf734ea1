namespace DeepNotes.Nn;

/// <summary>Steps several schedules of one optimizer together; their factors multiply. Matches torch.optim.lr_scheduler.ChainedScheduler.</summary>
public sealed class ChainedScheduler : LearningRateSchedule
{
    private readonly LearningRateSchedule[] schedules;

    /// <summary>A schedule of schedules.</summary>
    /// <param name="schedules">In the order in which they act.</param>
    /// <exception cref="ArgumentException">There are none, or they have several optimizers.</exception>
    public ChainedScheduler(params IReadOnlyList<LearningRateSchedule> schedules) : base(Parts.Optimizer(schedules, nameof(ChainedScheduler))) => this.schedules = [.. schedules];

    /// <inheritdoc/>
    public override void Step()
    {
        StepCount++;
        foreach (LearningRateSchedule schedule in schedules) schedule.Step();
    }

    /// <summary>The rate as it is: the parts have set it.</summary>
    protected override double Next(int group, double rate) => rate;

    /// <inheritdoc/>
    protected internal override void Restart()
    {
        StepCount = 0;
        for (int g = 0; g < BaseRates.Count; g++) Optimizer.Groups[g].LearningRate = BaseRates[g];
        foreach (LearningRateSchedule schedule in schedules) schedule.RestartFromCurrent();
    }

    internal override void RestartFromCurrent()
    {
        StepCount = 0;
        foreach (LearningRateSchedule schedule in schedules) schedule.RestartFromCurrent();
    }

    private protected override IEnumerable<(string Name, double[] Values)> State() => [.. base.State(), .. Parts.State(schedules)];

    private protected override void Restore(Func<string, double[]> numbers)
    {
        base.Restore(numbers);
        Parts.Restore(schedules, numbers);
    }
}
