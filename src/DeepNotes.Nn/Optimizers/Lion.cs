using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// Steps of one length for every weight, in the direction of a running mean of the gradients (Chen et al. 2023, "Symbolic
/// Discovery of Optimization Algorithms"). It wants a learning rate three to ten times smaller, and a weight decay as many
/// times larger, than <see cref="AdamW"/>.
/// </summary>
public sealed class Lion : Optimizer
{
    private readonly double beta2;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">How much of the running mean is in the direction of a step.</param>
    /// <param name="beta2">The decay of the running mean.</param>
    /// <param name="weightDecay">By which part, times the learning rate, a step shrinks the weights.</param>
    public Lion(IEnumerable<Parameter> parameters, double learningRate = 1e-4, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, weightDecay) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">How much of the running mean is in the direction of a step.</param>
    /// <param name="beta2">The decay of the running mean.</param>
    /// <param name="weightDecay">By which part, times the learning rate, a step shrinks the weights.</param>
    public Lion(IEnumerable<ParameterGroup> groups, double learningRate = 1e-4, double beta1 = 0.9, double beta2 = 0.99, double weightDecay = 0)
        : base(groups, learningRate, weightDecay, beta1)
    {
        Fraction(beta1, nameof(beta1));
        this.beta2 = Fraction(beta2, nameof(beta2));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["exp_avg"];

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group) =>
        Fused(new LionUpdate(group.LearningRate, 1 - group.LearningRate * group.WeightDecay, group.Momentum, beta2), parameter, gradient, state[0]);
}

/// <summary>p ← κp − η·sign(β₁m + (1 − β₁)g), m ← β₂m + (1 − β₂)g.</summary>
/// <param name="Rate">η.</param>
/// <param name="Shrink">κ.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
public readonly record struct LionUpdate(double Rate, double Shrink, double Beta1, double Beta2) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 1;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        V c = V.Const(Beta1) * s0 + V.Const(1 - Beta1) * g, zero = V.Const(0), rate = V.Const(Rate);
        p = V.Const(Shrink) * p - V.Where(c > zero, rate, V.Where(c < zero, -rate, zero));
        s0 = V.Const(Beta2) * s0 + V.Const(1 - Beta2) * g;
    }
}
