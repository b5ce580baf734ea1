using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// Scales the gradient by the ratio of the running mean squares of past steps and of gradients (Zeiler 2012, "ADADELTA:
/// An Adaptive Learning Rate Method"). Matches torch.optim.Adadelta.
/// </summary>
public sealed class Adadelta : Optimizer
{
    private readonly double rho;
    private readonly double epsilon;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="rho">The decay of the running means.</param>
    /// <param name="epsilon">Added below both roots.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    public Adadelta(IEnumerable<Parameter> parameters, double learningRate = 1, double rho = 0.9, double epsilon = 1e-6, double weightDecay = 0)
        : this([new ParameterGroup(parameters)], learningRate, rho, epsilon, weightDecay) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="rho">The decay of the running means.</param>
    /// <param name="epsilon">Added below both roots.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    public Adadelta(IEnumerable<ParameterGroup> groups, double learningRate = 1, double rho = 0.9, double epsilon = 1e-6, double weightDecay = 0)
        : base(groups, learningRate, weightDecay)
    {
        this.rho = Fraction(rho, nameof(rho));
        this.epsilon = NotNegative(epsilon, nameof(epsilon));
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames => ["square_avg", "acc_delta"];

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group) =>
        Fused(new AdadeltaUpdate(group.LearningRate, group.WeightDecay, rho, epsilon), parameter, gradient, state[0], state[1]);
}

/// <summary>g ← g + λp, v ← ρv + (1 − ρ)g², d = g·√(u + ε) / √(v + ε), u ← ρu + (1 − ρ)d², p ← p − η·d.</summary>
/// <param name="Rate">η.</param>
/// <param name="Decay">λ.</param>
/// <param name="Rho">ρ.</param>
/// <param name="Epsilon">ε.</param>
public readonly record struct AdadeltaUpdate(double Rate, double Decay, double Rho, double Epsilon) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => 2;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        g += V.Const(Decay) * p;
        s0 = V.Const(Rho) * s0 + V.Const(1 - Rho) * g * g;
        V step = V.Sqrt(s1 + V.Const(Epsilon)) / V.Sqrt(s0 + V.Const(Epsilon)) * g;
        s1 = V.Const(Rho) * s1 + V.Const(1 - Rho) * step * step;
        p -= V.Const(Rate) * step;
    }
}
