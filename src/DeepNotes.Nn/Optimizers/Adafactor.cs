namespace DeepNotes.Nn;

/// <summary>
/// Adaptive steps with little memory: the running mean square of a matrix is kept as one number a row and one a column
/// (Shazeer and Stern 2018, "Adafactor: Adaptive Learning Rates with Sublinear Memory Cost"). Matches torch.optim.Adafactor.
/// </summary>
/// <remarks>Vectors keep a whole mean square; of tensors with more than two dimensions the last two are factored. A step takes several passes, since it is measured before it is taken.</remarks>
public sealed class Adafactor : Optimizer
{
    private readonly double beta2Decay;
    private readonly double? epsilon1;
    private readonly double epsilon2;
    private readonly double threshold;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The largest relative step: steps are in proportion to the weights' root mean square.</param>
    /// <param name="beta2Decay">In step t, the running mean square takes in t to this power of the new one; at most 0.</param>
    /// <param name="epsilon1">The smallest root mean square that is divided by; null for the spacing of the element type at 1.</param>
    /// <param name="epsilon2">The smallest root mean square of the weights that a step is in proportion to.</param>
    /// <param name="threshold">The largest root mean square of a step, before it is scaled; PyTorch's d.</param>
    /// <param name="weightDecay">By which part, times the learning rate, a step shrinks the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Adafactor(IEnumerable<Parameter> parameters, double learningRate = 1e-2, double beta2Decay = -0.8, double? epsilon1 = null, double epsilon2 = 1e-3, double threshold = 1, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, beta2Decay, epsilon1, epsilon2, threshold, weightDecay) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The largest relative step: steps are in proportion to the weights' root mean square.</param>
    /// <param name="beta2Decay">In step t, the running mean square takes in t to this power of the new one; at most 0.</param>
    /// <param name="epsilon1">The smallest root mean square that is divided by; null for the spacing of the element type at 1.</param>
    /// <param name="epsilon2">The smallest root mean square of the weights that a step is in proportion to.</param>
    /// <param name="threshold">The largest root mean square of a step, before it is scaled; PyTorch's d.</param>
    /// <param name="weightDecay">By which part, times the learning rate, a step shrinks the weights.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Adafactor(IEnumerable<ParameterGroup> groups, double learningRate = 1e-2, double beta2Decay = -0.8, double? epsilon1 = null, double epsilon2 = 1e-3, double threshold = 1, double weightDecay = 0)
        : base(groups, learningRate, weightDecay)
    {
        if (!(beta2Decay <= 0 && double.IsFinite(beta2Decay))) throw new ArgumentOutOfRangeException(nameof(beta2Decay), $"Adafactor: beta2Decay is a number ≤ 0, not {beta2Decay}.");
        if (!(threshold >= 1)) throw new ArgumentOutOfRangeException(nameof(threshold), $"Adafactor: the threshold of a step is at least 1, not {threshold}.");
        this.beta2Decay = beta2Decay;
        this.epsilon1 = epsilon1 is { } e ? NotNegative(e, nameof(epsilon1)) : null;
        this.epsilon2 = NotNegative(epsilon2, nameof(epsilon2));
        this.threshold = threshold;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["row_var", "col_var"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNamesOf(Parameter parameter) => parameter.Rank > 1 ? StateNames : ["variance"];

    /// <inheritdoc/>
    protected override Tensor NewState(Parameter parameter, int index, ParameterGroup group)
    {
        int[] lengths = parameter.Shape.ToArray();
        if (lengths.Length > 1) lengths[index == 0 ? ^1 : ^2] = 1;
        return Tensor.Zeros(Shape.Of(lengths), parameter.DType, parameter.Device);
    }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group)
    {
        if (Maximize) gradient = -gradient;
        double smallest = epsilon1 ?? FloatLimits.Spacing(parameter.DType), intake = Math.Pow(state.Step, beta2Decay);
        double rate = Math.Min(group.LearningRate, 1 / Math.Sqrt(state.Step)) * Math.Max(epsilon2, RootMeanSquare(parameter));
        Tensor square = gradient.Square(), variance;
        if (parameter.Rank > 1)
        {
            Take(state[0], square.Mean(-1, keepDim: true), intake);
            Take(state[1], square.Mean(-2, keepDim: true), intake);
            variance = state[0] * state[1] / state[0].Mean(-2, keepDim: true).Clamp(minimum: smallest);
        }
        else
        {
            Take(state[0], square, intake);
            variance = state[0];
        }
        Tensor step = gradient * variance.Clamp(minimum: smallest * smallest).Rsqrt();
        double scale = rate / Math.Max(1, RootMeanSquare(step) / threshold);
        Op.Update(new AddScaled(1 - group.LearningRate * group.WeightDecay, -scale), parameter, step);
    }

    private static void Take(Tensor mean, Tensor next, double intake) => Op.Update(new AddScaled(1 - intake, intake), mean, next);

    private static double RootMeanSquare(Tensor x) => x.Count == 0 ? 0 : x.Norm().Item() / Math.Sqrt(x.Count);
}
