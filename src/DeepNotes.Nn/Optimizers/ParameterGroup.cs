namespace DeepNotes.Nn;

/// <summary>
/// Parameters that one optimizer trains alike: <c>new ParameterGroup(model.Head.Parameters()) { LearningRate = 1e-2 }</c>.
/// What is not set is the optimizer's own.
/// </summary>
/// <param name="parameters">The parameters.</param>
public sealed class ParameterGroup(IEnumerable<Parameter> parameters)
{
    private double? learningRate;
    private double? weightDecay;

    /// <summary>The parameters, in the order in which the optimizer's state names them.</summary>
    public IReadOnlyList<Parameter> Parameters { get; } = [.. parameters];

    /// <summary>The learning rate; NaN while neither it is set nor an optimizer has the group.</summary>
    public double LearningRate
    {
        get => learningRate ?? double.NaN;
        set => learningRate = Optimizer.NotNegative(value, nameof(LearningRate));
    }

    /// <summary>The weight decay; NaN while neither it is set nor an optimizer has the group.</summary>
    public double WeightDecay
    {
        get => weightDecay ?? double.NaN;
        set => weightDecay = Optimizer.NotNegative(value, nameof(WeightDecay));
    }

    internal void SetDefaults(double learningRate, double weightDecay)
    {
        this.learningRate ??= learningRate;
        this.weightDecay ??= weightDecay;
    }
}
