using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// <see cref="Adam"/> with the largest decayed gradient in place of the root mean square (Kingma and Ba 2015, section
/// 7.1). Matches torch.optim.Adamax.
/// </summary>
public sealed class Adamax : Optimizer
{
    private readonly double beta2;
    private readonly double epsilon;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the largest gradient.</param>
    /// <param name="epsilon">Added to the magnitude of each gradient.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    public Adamax(IEnumerable<Parameter> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, epsilon, weightDecay) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the largest gradient.</param>
    /// <param name="epsilon">Added to the magnitude of each gradient.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    public Adamax(IEnumerable<ParameterGroup> groups, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0)
        : base(groups, learningRate, weightDecay, beta1)
    {
        Fraction(beta1, nameof(beta1));
        this.beta2 = Fraction(beta2, nameof(beta2));
        this.epsilon = NotNegative(epsilon, nameof(epsilon));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["exp_avg", "exp_inf"];

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group) =>
        Fused(
            new AdamaxUpdate(group.LearningRate / (1 - Math.Pow(group.Momentum, state.Step)), group.WeightDecay, group.Momentum, beta2, epsilon),
            parameter, gradient, state[0], state[1]);
}

/// <summary>g ← g + λp, m ← β₁m + (1 − β₁)g, u ← max(β₂u, |g| + ε), p ← p − η·m / u.</summary>
/// <param name="Rate">η, the learning rate divided by the first moment's bias correction.</param>
/// <param name="Decay">λ.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="Epsilon">ε.</param>
public readonly record struct AdamaxUpdate(double Rate, double Decay, double Beta1, double Beta2, double Epsilon) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 2;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        g += V.Const(Decay) * p;
        s0 = V.Const(Beta1) * s0 + V.Const(1 - Beta1) * g;
        s1 = V.Max(V.Const(Beta2) * s1, V.Abs(g) + V.Const(Epsilon));
        p -= V.Const(Rate) * s0 / s1;
    }
}
