using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// Divides the gradient by the root of the sum of all squared gradients so far (Duchi et al. 2011, "Adaptive Subgradient
/// Methods for Online Learning and Stochastic Optimization"). Matches torch.optim.Adagrad.
/// </summary>
public sealed class Adagrad : Optimizer
{
    private readonly double learningRateDecay;
    private readonly double initialSum;
    private readonly double epsilon;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="learningRateDecay">The learning rate is divided by 1 + this number times the steps before.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="initialSum">What the sum of squares starts with.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    public Adagrad(IEnumerable<Parameter> parameters, double learningRate = 1e-2, double learningRateDecay = 0, double weightDecay = 0, double initialSum = 0, double epsilon = 1e-10)
        : this([new ParameterGroup(parameters)], learningRate, learningRateDecay, weightDecay, initialSum, epsilon) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="learningRateDecay">The learning rate is divided by 1 + this number times the steps before.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="initialSum">What the sum of squares starts with.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    public Adagrad(IEnumerable<ParameterGroup> groups, double learningRate = 1e-2, double learningRateDecay = 0, double weightDecay = 0, double initialSum = 0, double epsilon = 1e-10)
        : base(groups, learningRate, weightDecay)
    {
        this.learningRateDecay = NotNegative(learningRateDecay, nameof(learningRateDecay));
        this.initialSum = NotNegative(initialSum, nameof(initialSum));
        this.epsilon = NotNegative(epsilon, nameof(epsilon));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["sum"];

    /// <inheritdoc/>
    protected override Tensor NewState(Parameter parameter, int index, ParameterGroup group) => Tensor.FullLike(parameter, initialSum);

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group) =>
        Fused(new AdagradUpdate(Rate(state, group), group.WeightDecay, epsilon), parameter, gradient, state[0]);

    /// <inheritdoc/>
    protected override void UpdateRows(Parameter parameter, RowSparseGradient gradient, ParameterState state, ParameterGroup group)
    {
        if (group.WeightDecay != 0) throw NotForRows(parameter, "weight decay on sparse gradients");
        FusedRows(new AdagradUpdate(Rate(state, group), 0, epsilon), parameter, gradient, state[0]);
    }

    private double Rate(ParameterState state, ParameterGroup group) => group.LearningRate / (1 + (state.Step - 1) * learningRateDecay);
}

/// <summary>g ← g + λp, v ← v + g², p ← p − η·g / (√v + ε).</summary>
/// <param name="Rate">η.</param>
/// <param name="Decay">λ.</param>
/// <param name="Epsilon">ε.</param>
public readonly record struct AdagradUpdate(double Rate, double Decay, double Epsilon) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 1;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        g += V.Const(Decay) * p;
        s0 += g * g;
        p -= V.Const(Rate) * g / (V.Sqrt(s0) + V.Const(Epsilon));
    }
}
