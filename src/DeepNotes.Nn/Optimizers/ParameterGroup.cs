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
    private double? momentum;

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

    /// <summary>
    /// How much of the last steps is in the next: the momentum of SGD and RMSprop, the first β of Adam and its relatives; NaN
    /// for an optimizer without.
    /// </summary>
    public double Momentum
    {
        get => momentum ?? double.NaN;
        set => momentum = Optimizer.NotNegative(value, nameof(Momentum));
    }

    /// <summary>The learning rate before the first schedule changed it; null while there is none.</summary>
    internal double? InitialLearningRate { get; set; }

    internal void SetDefaults(double learningRate, double weightDecay, double? momentum, string optimizer)
    {
        if (momentum is null && this.momentum is not null) throw new ArgumentException($"{optimizer}: a group sets a momentum, and this optimizer has none.");
        this.learningRate ??= learningRate;
        this.weightDecay ??= weightDecay;
        this.momentum ??= momentum;
    }

    /// <summary>What an optimizer's state holds of the group, under PyTorch's names.</summary>
    internal IEnumerable<(string Name, double Value)> Named()
    {
        yield return ("lr", LearningRate);
        yield return ("weight_decay", WeightDecay);
        if (momentum is { } own) yield return ("momentum", own);
    }

    internal void Set(string name, double value)
    {
        if (name == "lr") LearningRate = value;
        else if (name == "weight_decay") WeightDecay = value;
        else Momentum = value;
    }
}
