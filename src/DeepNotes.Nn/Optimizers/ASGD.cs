using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// Gradient descent with falling steps that also keeps the mean of the weights on its way, <c>state.0.ax</c> of the state
/// dict (Polyak and Juditsky 1992, "Acceleration of Stochastic Approximation by Averaging"). Matches torch.optim.ASGD.
/// </summary>
public sealed class ASGD : Optimizer
{
    private readonly double lambda;
    private readonly double alpha;
    private readonly double start;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="lambda">By which part, times the step's length, a step shrinks the weights, and how fast steps fall.</param>
    /// <param name="alpha">The power by which steps fall.</param>
    /// <param name="start">After how many steps the mean begins; before, it is the weights themselves. PyTorch's t0.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    public ASGD(IEnumerable<Parameter> parameters, double learningRate = 1e-2, double lambda = 1e-4, double alpha = 0.75, double start = 1e6, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, lambda, alpha, start, weightDecay) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="lambda">By which part, times the step's length, a step shrinks the weights, and how fast steps fall.</param>
    /// <param name="alpha">The power by which steps fall.</param>
    /// <param name="start">After how many steps the mean begins; before, it is the weights themselves. PyTorch's t0.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    public ASGD(IEnumerable<ParameterGroup> groups, double learningRate = 1e-2, double lambda = 1e-4, double alpha = 0.75, double start = 1e6, double weightDecay = 0)
        : base(groups, learningRate, weightDecay)
    {
        this.lambda = NotNegative(lambda, nameof(lambda));
        this.alpha = NotNegative(alpha, nameof(alpha));
        this.start = NotNegative(start, nameof(start));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["ax"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> NumberNames => ["eta", "mu"];

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group)
    {
        Span<double> numbers = state.Numbers;
        // Length and weight of this step were fixed by the one before, whatever a schedule did since.
        if (state.Step == 1) (numbers[0], numbers[1]) = (group.LearningRate, 1);
        Fused(new AsgdUpdate(numbers[0], 1 - lambda * numbers[0], group.WeightDecay, numbers[1]), parameter, gradient, state[0]);
        numbers[0] = group.LearningRate / Math.Pow(1 + lambda * group.LearningRate * state.Step, alpha);
        numbers[1] = 1 / Math.Max(1, state.Step - start);
    }
}

/// <summary>g ← g + λp, p ← κp − η·g, a ← a + µ(p − a).</summary>
/// <param name="Rate">η.</param>
/// <param name="Shrink">κ.</param>
/// <param name="Decay">λ.</param>
/// <param name="Weight">µ.</param>
public readonly record struct AsgdUpdate(double Rate, double Shrink, double Decay, double Weight) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 1;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        g += V.Const(Decay) * p;
        p = V.Const(Shrink) * p - V.Const(Rate) * g;
        // With µ = 1 the mean is the weights, to the bit.
        s0 = Weight == 1 ? p : s0 + V.Const(Weight) * (p - s0);
    }
}
