namespace DeepNotes.Nn;

/// <summary>
/// A mean of a model's weights in which older ones count less and less: m ← d·m + (1 − d)·w. Matches
/// torch.optim.swa_utils.AveragedModel with an exponential avg_fn.
/// </summary>
public sealed class ExponentialMovingAverage : WeightAverage
{
    private readonly double decay;
    private readonly bool warmUp;

    /// <summary>A mean that begins as a copy of the model's weights.</summary>
    /// <param name="model">The model.</param>
    /// <param name="decay">d, from 0 to below 1.</param>
    /// <param name="warmUp">Begins with a smaller d, min(d, (1 + n) / (10 + n)) after n updates, so that the first weights are soon forgotten.</param>
    /// <param name="useBuffers">Whether floating-point buffers, such as running statistics, are averaged too.</param>
    /// <exception cref="ArgumentOutOfRangeException">The decay is not from 0 to below 1.</exception>
    public ExponentialMovingAverage(Module model, double decay = 0.999, bool warmUp = false, bool useBuffers = false) : base(model, useBuffers)
    {
        this.decay = decay is >= 0 and < 1 ? decay : throw new ArgumentOutOfRangeException(nameof(decay), decay, "ExponentialMovingAverage: the decay lies in [0, 1).");
        this.warmUp = warmUp;
    }

    private protected override double Share(long count) => 1 - (warmUp ? Math.Min(decay, (1.0 + count) / (10 + count)) : decay);
}
