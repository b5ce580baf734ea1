namespace DeepNotes.Nn;

/// <summary>The base rate times a function of the step. Matches torch.optim.lr_scheduler.LambdaLR.</summary>
public sealed class LambdaLR : LearningRateSchedule
{
    private readonly Func<long, double>[] factors;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="factors">Of the number of steps taken: one for all groups, or one for each. Functions are not part of the state.</param>
    /// <exception cref="ArgumentException">There are neither one function nor as many as groups.</exception>
    public LambdaLR(Optimizer optimizer, params IReadOnlyList<Func<long, double>> factors) : base(optimizer)
    {
        ArgumentNullException.ThrowIfNull(factors);
        this.factors = [.. factors];
        if (factors.Count != 1 && factors.Count != optimizer.Groups.Count) throw new ArgumentException($"LambdaLR: there are {factors.Count} functions for {optimizer.Groups.Count} groups; give one for all or one for each.", nameof(factors));
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate) => BaseRates[group] * factors[factors.Length == 1 ? 0 : group](StepCount);
}
