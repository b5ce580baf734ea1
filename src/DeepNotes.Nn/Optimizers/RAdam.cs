using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// <see cref="Adam"/> that trusts its running mean square only as far as the steps so far allow, and is plain momentum in
/// the first few (Liu et al. 2020, "On the Variance of the Adaptive Learning Rate and Beyond"). Matches torch.optim.RAdam.
/// </summary>
public sealed class RAdam : Optimizer
{
    private readonly double beta2;
    private readonly double epsilon;
    private readonly bool decoupledWeightDecay;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the squared gradient's running mean.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="decoupledWeightDecay">Whether weight decay shrinks the weights directly, as in <see cref="AdamW"/>, instead of being part of the gradient.</param>
    public RAdam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool decoupledWeightDecay = false)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, epsilon, weightDecay, decoupledWeightDecay) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the squared gradient's running mean.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="decoupledWeightDecay">Whether weight decay shrinks the weights directly, as in <see cref="AdamW"/>, instead of being part of the gradient.</param>
    public RAdam(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool decoupledWeightDecay = false)
        : base(groups, learningRate, weightDecay, beta1)
    {
        Fraction(beta1, nameof(beta1));
        this.beta2 = Fraction(beta2, nameof(beta2));
        this.epsilon = NotNegative(epsilon, nameof(epsilon));
        this.decoupledWeightDecay = decoupledWeightDecay;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["exp_avg", "exp_avg_sq"];

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group)
    {
        double beta1 = group.Momentum, rate = group.LearningRate / (1 - Math.Pow(beta1, state.Step));
        double power = Math.Pow(beta2, state.Step), correction2 = 1 - power;
        // The length of the simple moving average that the running mean square is worth, in the end and now.
        double limit = 2 / (1 - beta2) - 1, length = limit - 2 * state.Step * power / correction2;
        bool isTrusted = length > 5;
        if (isTrusted) rate *= Math.Sqrt(correction2) * Math.Sqrt((length - 4) * (length - 2) * limit / ((limit - 4) * (limit - 2) * length));
        var update = new RAdamUpdate(
            Rate: rate,
            Shrink: decoupledWeightDecay ? 1 - group.LearningRate * group.WeightDecay : 1,
            Decay: decoupledWeightDecay ? 0 : group.WeightDecay,
            Beta1: beta1,
            Beta2: beta2,
            Root: isTrusted ? 1 : 0,
            Epsilon: isTrusted ? epsilon : 1);
        Fused(update, parameter, gradient, state[0], state[1]);
    }
}

/// <summary>p ← κp, g ← g + λp, m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − η·m / (ρ√v + ε).</summary>
/// <param name="Rate">η, with the correction of the bias and the rectification.</param>
/// <param name="Shrink">κ; 1 where λ is not 0.</param>
/// <param name="Decay">λ.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="Root">ρ: 1, or 0 for a step without the root.</param>
/// <param name="Epsilon">ε, or 1 for a step without the root.</param>
public readonly record struct RAdamUpdate(double Rate, double Shrink, double Decay, double Beta1, double Beta2, double Root, double Epsilon) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 2;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        g += V.Const(Decay) * p;
        p *= V.Const(Shrink);
        s0 = V.Const(Beta1) * s0 + V.Const(1 - Beta1) * g;
        s1 = V.Const(Beta2) * s1 + V.Const(1 - Beta2) * g * g;
        p -= V.Const(Rate) * s0 / (V.Const(Root) * V.Sqrt(s1) + V.Const(Epsilon));
    }
}
