using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// <see cref="Adam"/> with Nesterov's momentum (Dozat 2016, "Incorporating Nesterov Momentum into Adam"). Matches
/// torch.optim.NAdam.
/// </summary>
public sealed class NAdam : Optimizer
{
    private readonly double beta2;
    private readonly double epsilon;
    private readonly double momentumDecay;
    private readonly bool decoupledWeightDecay;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the squared gradient's running mean.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="momentumDecay">How fast the momentum rises from half of β₁ to all of it.</param>
    /// <param name="decoupledWeightDecay">Whether weight decay shrinks the weights directly, as in <see cref="AdamW"/>, instead of being part of the gradient.</param>
    public NAdam(IEnumerable<Parameter> parameters, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, double momentumDecay = 4e-3, bool decoupledWeightDecay = false)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, epsilon, weightDecay, momentumDecay, decoupledWeightDecay) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the squared gradient's running mean.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="momentumDecay">How fast the momentum rises from half of β₁ to all of it.</param>
    /// <param name="decoupledWeightDecay">Whether weight decay shrinks the weights directly, as in <see cref="AdamW"/>, instead of being part of the gradient.</param>
    public NAdam(IEnumerable<ParameterGroup> groups, double learningRate = 2e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, double momentumDecay = 4e-3, bool decoupledWeightDecay = false)
        : base(groups, learningRate, weightDecay, beta1)
    {
        Fraction(beta1, nameof(beta1));
        this.beta2 = Fraction(beta2, nameof(beta2));
        this.epsilon = NotNegative(epsilon, nameof(epsilon));
        this.momentumDecay = NotNegative(momentumDecay, nameof(momentumDecay));
        this.decoupledWeightDecay = decoupledWeightDecay;
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["exp_avg", "exp_avg_sq"];

    /// <inheritdoc/>
    protected override IReadOnlyList<string> NumberNames => ["mu_product"];

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group)
    {
        double beta1 = group.Momentum, rate = group.LearningRate;
        double mu = beta1 * (1 - 0.5 * Math.Pow(0.96, state.Step * momentumDecay));
        double next = beta1 * (1 - 0.5 * Math.Pow(0.96, (state.Step + 1) * momentumDecay));
        double product = mu * (state.Step == 1 ? 1 : state.Numbers[0]);
        state.Numbers[0] = product;
        var update = new NAdamUpdate(
            GradientRate: rate * (1 - mu) / (1 - product),
            // PyTorch has µ twice in the product of the step to come; so has this.
            MomentRate: rate * next / (1 - product * mu * next),
            Shrink: decoupledWeightDecay ? 1 - rate * group.WeightDecay : 1,
            Decay: decoupledWeightDecay ? 0 : group.WeightDecay,
            Beta1: beta1,
            Beta2: beta2,
            RootCorrection: Math.Sqrt(1 - Math.Pow(beta2, state.Step)),
            Epsilon: epsilon);
        Fused(update, parameter, gradient, state[0], state[1]);
    }
}

/// <summary>p ← κp, g ← g + λp, m ← β₁m + (1 − β₁)g, v ← β₂v + (1 − β₂)g², p ← p − (η·g + ν·m) / (√v / r + ε).</summary>
/// <param name="GradientRate">η.</param>
/// <param name="MomentRate">ν.</param>
/// <param name="Shrink">κ; 1 where λ is not 0.</param>
/// <param name="Decay">λ.</param>
/// <param name="Beta1">β₁.</param>
/// <param name="Beta2">β₂.</param>
/// <param name="RootCorrection">r, the root of the second moment's bias correction.</param>
/// <param name="Epsilon">ε.</param>
public readonly record struct NAdamUpdate(double GradientRate, double MomentRate, double Shrink, double Decay, double Beta1, double Beta2, double RootCorrection, double Epsilon) : IUpdateOp
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
        p -= (V.Const(GradientRate) * g + V.Const(MomentRate) * s0) / (V.Sqrt(s1) / V.Const(RootCorrection) + V.Const(Epsilon));
    }
}
