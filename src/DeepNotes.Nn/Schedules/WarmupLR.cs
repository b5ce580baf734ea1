namespace DeepNotes.Nn;

/// <summary>
/// Rises from zero in a straight line, and then stays or falls to zero: the schedules that transformers are trained with.
/// Matches get_constant_, get_linear_ and get_cosine_schedule_with_warmup of Hugging Face's transformers.
/// </summary>
public sealed class WarmupLR : LearningRateSchedule
{
    private readonly long warmupSteps;
    private readonly long? totalSteps;
    private readonly Annealing annealing;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates change.</param>
    /// <param name="warmupSteps">After how many steps the rate is whole. The first step has none of it.</param>
    /// <param name="totalSteps">After how many steps it is zero again; null to stay where it is.</param>
    /// <param name="annealing">How it falls.</param>
    /// <exception cref="ArgumentOutOfRangeException">The steps are negative, or the total is less than the warm-up.</exception>
    public WarmupLR(Optimizer optimizer, long warmupSteps, long? totalSteps = null, Annealing annealing = Annealing.Cosine) : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(warmupSteps);
        if (totalSteps < warmupSteps) throw new ArgumentOutOfRangeException(nameof(totalSteps), totalSteps, $"WarmupLR: {totalSteps} steps in all cannot have {warmupSteps} for the warm-up.");
        (this.warmupSteps, this.totalSteps, this.annealing) = (warmupSteps, totalSteps, annealing);
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate)
    {
        if (StepCount < warmupSteps) return BaseRates[group] * StepCount / warmupSteps;
        if (totalSteps is not { } total) return BaseRates[group];
        double part = Math.Min(1, (StepCount - warmupSteps) / (double)Math.Max(1, total - warmupSteps));
        return BaseRates[group] * (annealing == Annealing.Linear ? 1 - part : (1 + Math.Cos(Math.PI * part)) / 2);
    }
}
