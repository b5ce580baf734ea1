namespace DeepNotes.Nn;

/// <summary>Multiplies the rate, from the first step on, by a function of the step. Matches torch.optim.lr_scheduler.MultiplicativeLR.</summary>
public sealed class MultiplicativeLR : LearningRateSchedule
{
    private readonly Func<long, double>[] factors;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="factors">Of the number of steps taken: one for all groups, or one for each. Functions are not part of the state.</param>
    /// <exception cref="ArgumentException">There are neither one function nor as many as groups.</exception>
    public MultiplicativeLR(Optimizer optimizer, params IReadOnlyList<Func<long, double>> factors) : base(optimizer)
    {
        ArgumentNullException.ThrowIfNull(factors);
        this.factors = [.. factors];
        if (factors.Count != 1 && factors.Count != optimizer.Groups.Count) throw new ArgumentException($"MultiplicativeLR: there are {factors.Count} functions for {optimizer.Groups.Count} groups; give one for all or one for each.", nameof(factors));
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate) => StepCount == 0 ? rate : rate * factors[factors.Length == 1 ? 0 : group](StepCount);

    /// <summary>Begins again from the rates as they are: a factor says nothing about where to start.</summary>
    protected internal override void Restart() => StepCount = 0;
}
