namespace DeepNotes.Nn;

/// <summary>How the height of <see cref="CyclicLR"/>'s cycles changes.</summary>
public enum CyclicMode
{
    /// <summary>Not at all.</summary>
    Triangular,

    /// <summary>Each is half as high as the one before.</summary>
    Triangular2,

    /// <summary>By a factor every step.</summary>
    ExpRange,
}

/// <summary>
/// Goes up and down between two rates in straight lines (Smith 2017, "Cyclical Learning Rates for Training Neural Networks"),
/// and the momentum the other way. Matches torch.optim.lr_scheduler.CyclicLR.
/// </summary>
public sealed class CyclicLR : LearningRateSchedule
{
    private readonly double maxRate;
    private readonly double total;
    private readonly double ratio;
    private readonly CyclicMode mode;
    private readonly double gamma;
    private readonly (double Low, double High)? momentum;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates, and momenta, change.</param>
    /// <param name="baseRate">The lower rate, of every group.</param>
    /// <param name="maxRate">The upper rate.</param>
    /// <param name="stepsUp">The steps from the lower to the upper.</param>
    /// <param name="stepsDown">The steps back; as many by default.</param>
    /// <param name="mode">How the cycles' height changes.</param>
    /// <param name="gamma">The factor of <see cref="CyclicMode.ExpRange"/>.</param>
    /// <param name="cycleMomentum">Whether the momentum goes down where the rate goes up.</param>
    /// <param name="baseMomentum">The lower momentum.</param>
    /// <param name="maxMomentum">The upper momentum.</param>
    /// <exception cref="ArgumentException">The momentum is to change, and the optimizer has none; give it one, or say cycleMomentum: false.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The steps are below 1.</exception>
    public CyclicLR(Optimizer optimizer, double baseRate, double maxRate, int stepsUp = 2000, int? stepsDown = null, CyclicMode mode = CyclicMode.Triangular, double gamma = 1, bool cycleMomentum = true, double baseMomentum = 0.8, double maxMomentum = 0.9)
        : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(stepsUp, 1);
        if (stepsDown is { } down) ArgumentOutOfRangeException.ThrowIfLessThan(down, 1, nameof(stepsDown));
        this.maxRate = maxRate;
        total = stepsUp + (stepsDown ?? stepsUp);
        ratio = stepsUp / total;
        this.mode = mode;
        this.gamma = gamma;
        if (cycleMomentum)
        {
            MomentumOf.Check(optimizer, nameof(CyclicLR));
            momentum = (baseMomentum, maxMomentum);
        }
        BaseRates = [.. optimizer.Groups.Select(_ => baseRate)];
        Begin();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate)
    {
        double cycle = Math.Floor(1 + StepCount / total), x = 1 + StepCount / total - cycle;
        double height = (x <= ratio ? x / ratio : (x - 1) / (ratio - 1)) * mode switch
        {
            CyclicMode.Triangular => 1,
            CyclicMode.Triangular2 => Math.Pow(2, 1 - cycle),
            _ => Math.Pow(gamma, StepCount),
        };
        if (momentum is var (low, high)) Optimizer.Groups[group].Momentum = high - (high - low) * height;
        return BaseRates[group] + (maxRate - BaseRates[group]) * height;
    }
}
