using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// Stochastic gradient descent, with momentum if asked for (Sutskever et al. 2013, "On the importance of initialization
/// and momentum in deep learning", for Nesterov's form). Matches torch.optim.SGD.
/// </summary>
public sealed class SGD : Optimizer
{
    private readonly double dampening;
    private readonly bool nesterov;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="momentum">How much of the last step is in the next, from 0 to below 1.</param>
    /// <param name="dampening">How much of the gradient is left out of the momentum, from its second step on.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="nesterov">Looks ahead by one step of the momentum; needs momentum and no dampening.</param>
    public SGD(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double momentum = 0, double dampening = 0, double weightDecay = 0, bool nesterov = false)
        : this([new ParameterGroup(parameters)], learningRate, momentum, dampening, weightDecay, nesterov) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="momentum">How much of the last step is in the next, from 0 to below 1.</param>
    /// <param name="dampening">How much of the gradient is left out of the momentum, from its second step on.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="nesterov">Looks ahead by one step of the momentum; needs momentum and no dampening.</param>
    public SGD(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double momentum = 0, double dampening = 0, double weightDecay = 0, bool nesterov = false)
        : base(groups, learningRate, weightDecay, momentum)
    {
        NotNegative(momentum, nameof(momentum));
        this.dampening = dampening;
        this.nesterov = nesterov;
        if (nesterov && (momentum == 0 || dampening != 0)) throw new ArgumentException("SGD: Nesterov's form needs a momentum above 0 and no dampening.", nameof(nesterov));
        StateNames = Groups.All(g => g.Momentum == 0) ? [] : ["momentum_buffer"];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames { get; }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group)
    {
        double rate = group.LearningRate, decay = group.WeightDecay, momentum = group.Momentum;
        // The first step takes the gradient whole, dampening or not.
        double intake = state.Step == 1 ? 1 : 1 - dampening;
        if (momentum == 0) Fused(new SgdUpdate(rate, decay), parameter, gradient);
        else if (nesterov) Fused(new NesterovUpdate(rate, decay, momentum), parameter, gradient, state[0]);
        else Fused(new MomentumUpdate(rate, decay, momentum, intake), parameter, gradient, state[0]);
    }

    /// <inheritdoc/>
    protected override void UpdateRows(Parameter parameter, RowSparseGradient gradient, ParameterState state, ParameterGroup group)
    {
        if (group.Momentum != 0) throw NotForRows(parameter, "momentum on sparse gradients");
        if (group.WeightDecay != 0) throw NotForRows(parameter, "weight decay on sparse gradients");
        FusedRows(new SgdUpdate(group.LearningRate, 0), parameter, gradient);
    }
}

/// <summary>p ← p − η·(g + λp).</summary>
/// <param name="Rate">η.</param>
/// <param name="Decay">λ.</param>
public readonly record struct SgdUpdate(double Rate, double Decay) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 0;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V> =>
        p -= V.Const(Rate) * (g + V.Const(Decay) * p);
}

/// <summary>v ← μv + τ·(g + λp), p ← p − η·v.</summary>
/// <param name="Rate">η.</param>
/// <param name="Decay">λ.</param>
/// <param name="Momentum">μ.</param>
/// <param name="Intake">τ.</param>
public readonly record struct MomentumUpdate(double Rate, double Decay, double Momentum, double Intake) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 1;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        s0 = V.Const(Momentum) * s0 + V.Const(Intake) * (g + V.Const(Decay) * p);
        p -= V.Const(Rate) * s0;
    }
}

/// <summary>v ← μv + (g + λp), p ← p − η·(g + λp + μv).</summary>
/// <param name="Rate">η.</param>
/// <param name="Decay">λ.</param>
/// <param name="Momentum">μ.</param>
public readonly record struct NesterovUpdate(double Rate, double Decay, double Momentum) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 1;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        g += V.Const(Decay) * p;
        s0 = V.Const(Momentum) * s0 + g;
        p -= V.Const(Rate) * (g + V.Const(Momentum) * s0);
    }
}
