namespace DeepNotes.Nn;

/// <summary>How a rate gets from one value to another.</summary>
public enum Annealing
{
    /// <summary>Along half a cosine.</summary>
    Cosine,

    /// <summary>In a straight line.</summary>
    Linear,
}

/// <summary>
/// Up to a high rate and down to nearly none, once, and the momentum the other way (Smith and Topin 2019, "Super-Convergence:
/// Very Fast Training of Neural Networks Using Large Learning Rates"). To be stepped after every batch. Matches
/// torch.optim.lr_scheduler.OneCycleLR.
/// </summary>
public sealed class OneCycleLR : LearningRateSchedule
{
    private readonly double maxRate;
    private readonly long totalSteps;
    private readonly Annealing annealing;
    private readonly double divFactor;
    private readonly double finalDivFactor;
    private readonly bool cycleMomentum;
    private readonly (double End, Level From, Level To)[] phases;
    private readonly (double Low, double High) momentum;

    /// <summary>A schedule for an optimizer.</summary>
    /// <param name="optimizer">Whose learning rates, and momenta, change.</param>
    /// <param name="maxRate">The highest rate, of every group.</param>
    /// <param name="totalSteps">How many steps the training has.</param>
    /// <param name="riseFraction">Which part of them goes up; PyTorch's pct_start.</param>
    /// <param name="annealing">How the rate goes up and down.</param>
    /// <param name="cycleMomentum">Whether the momentum (Adam's first β) goes down where the rate goes up.</param>
    /// <param name="baseMomentum">The lowest momentum.</param>
    /// <param name="maxMomentum">The highest momentum.</param>
    /// <param name="divFactor">The first rate is the highest divided by this.</param>
    /// <param name="finalDivFactor">The last rate is the first divided by this.</param>
    /// <param name="threePhase">Goes back down to the first rate as fast as it came up, and then on to the last.</param>
    /// <exception cref="ArgumentException">The momentum is to change, and the optimizer has none; give it one, or say cycleMomentum: false.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public OneCycleLR(Optimizer optimizer, double maxRate, long totalSteps, double riseFraction = 0.3, Annealing annealing = Annealing.Cosine, bool cycleMomentum = true, double baseMomentum = 0.85, double maxMomentum = 0.95, double divFactor = 25, double finalDivFactor = 1e4, bool threePhase = false)
        : base(optimizer)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(totalSteps, 1);
        if (!(riseFraction is >= 0 and <= 1)) throw new ArgumentOutOfRangeException(nameof(riseFraction), riseFraction, "OneCycleLR: the rising part is from 0 to 1.");
        if (cycleMomentum) MomentumOf.Check(optimizer, nameof(OneCycleLR));
        (this.maxRate, this.totalSteps, this.annealing, this.divFactor, this.finalDivFactor, this.cycleMomentum) = (maxRate, totalSteps, annealing, divFactor, finalDivFactor, cycleMomentum);
        momentum = (baseMomentum, maxMomentum);
        double rise = riseFraction * totalSteps;
        phases = threePhase
            ? [(rise - 1, Level.First, Level.Top), (2 * rise - 2, Level.Top, Level.First), (totalSteps - 1, Level.First, Level.Last)]
            : [(rise - 1, Level.First, Level.Top), (totalSteps - 1, Level.Top, Level.Last)];
        BaseRates = [.. optimizer.Groups.Select(_ => maxRate / divFactor)];
        foreach (ParameterGroup group in optimizer.Groups) group.InitialLearningRate = maxRate / divFactor;
        Begin();
    }

    private enum Level
    {
        First,
        Top,
        Last,
    }

    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">All steps have been taken.</exception>
    public override void Step()
    {
        if (StepCount >= totalSteps) throw new InvalidOperationException($"OneCycleLR: all its {totalSteps} steps have been taken; make it for as many as the training has.");
        base.Step();
    }

    /// <inheritdoc/>
    protected override double Next(int group, double rate)
    {
        int i = 0;
        double start = 0;
        while (i < phases.Length - 1 && StepCount > phases[i].End) start = phases[i++].End;
        var (end, from, to) = phases[i];
        double part = end == start ? 1 : (StepCount - start) / (end - start);
        if (cycleMomentum) Optimizer.Groups[group].Momentum = Between(MomentumAt(from), MomentumAt(to), part);
        return Between(RateAt(from), RateAt(to), part);
    }

    private double RateAt(Level level) => level switch
    {
        Level.First => maxRate / divFactor,
        Level.Top => maxRate,
        _ => maxRate / divFactor / finalDivFactor,
    };

    private double MomentumAt(Level level) => level == Level.Top ? momentum.Low : momentum.High;

    private double Between(double from, double to, double part) =>
        annealing == Annealing.Linear ? (to - from) * part + from : to + (from - to) / 2 * (Math.Cos(Math.PI * part) + 1);
}
