using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Nn;

/// <summary>
/// Divides the gradient by the root of its running mean square (Hinton's lecture 6e of "Neural Networks for Machine
/// Learning"; centered: Graves 2013, "Generating Sequences With Recurrent Neural Networks"). Matches torch.optim.RMSprop.
/// </summary>
public sealed class RMSprop : Optimizer
{
    private readonly double alpha;
    private readonly double epsilon;
    private readonly bool centered;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="alpha">The decay of the running means.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="momentum">How much of the last step is in the next.</param>
    /// <param name="centered">Divides by the running deviation: subtracts the square of the gradient's running mean.</param>
    public RMSprop(IEnumerable<Parameter> parameters, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0, double momentum = 0, bool centered = false)
        : this([new ParameterGroup(parameters)], learningRate, alpha, epsilon, weightDecay, momentum, centered) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="alpha">The decay of the running means.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="momentum">How much of the last step is in the next.</param>
    /// <param name="centered">Divides by the running deviation: subtracts the square of the gradient's running mean.</param>
    public RMSprop(IEnumerable<ParameterGroup> groups, double learningRate = 1e-2, double alpha = 0.99, double epsilon = 1e-8, double weightDecay = 0, double momentum = 0, bool centered = false)
        : base(groups, learningRate, weightDecay, momentum)
    {
        this.alpha = Fraction(alpha, nameof(alpha));
        this.epsilon = NotNegative(epsilon, nameof(epsilon));
        NotNegative(momentum, nameof(momentum));
        this.centered = centered;
        StateNames = (centered, Groups.Any(g => g.Momentum > 0)) switch
        {
            (false, false) => ["square_avg"],
            (false, true) => ["square_avg", "momentum_buffer"],
            (true, false) => ["square_avg", "grad_avg"],
            (true, true) => ["square_avg", "grad_avg", "momentum_buffer"],
        };
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames { get; }

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group)
    {
        var update = new RmsPropUpdate(group.LearningRate, group.WeightDecay, alpha, epsilon, group.Momentum);
        Tensor? first = StateNames.Count > 1 ? state[1] : null, second = StateNames.Count > 2 ? state[2] : null;
        if (centered) Fused(new CenteredRmsPropUpdate(update), parameter, gradient, state[0], first, second);
        else Fused(update, parameter, gradient, state[0], first);
    }
}

/// <summary>g ← g + λp, v ← αv + (1 − α)g², b ← μb + g / (√v + ε), p ← p − η·b; without momentum b is not kept.</summary>
/// <param name="Rate">η.</param>
/// <param name="Decay">λ.</param>
/// <param name="Alpha">α.</param>
/// <param name="Epsilon">ε.</param>
/// <param name="Momentum">μ.</param>
public readonly record struct RmsPropUpdate(double Rate, double Decay, double Alpha, double Epsilon, double Momentum) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => Momentum == 0 ? 1 : 2;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        g += V.Const(Decay) * p;
        s0 = V.Const(Alpha) * s0 + V.Const(1 - Alpha) * g * g;
        Move(ref p, g, V.Sqrt(s0), ref s1);
    }

    [MethodImpl(AggressiveInlining)]
    internal void Move<V>(ref V p, V g, V root, ref V b) where V : INumberLane<V>
    {
        V step = g / (root + V.Const(Epsilon));
        if (Momentum != 0) step = b = V.Const(Momentum) * b + step;
        p -= V.Const(Rate) * step;
    }
}

/// <summary>As <see cref="RmsPropUpdate"/> with m ← αm + (1 − α)g, and v − m² in the place of v under the root.</summary>
/// <param name="Plain">The step's numbers.</param>
public readonly record struct CenteredRmsPropUpdate(RmsPropUpdate Plain) : IUpdateOp
{
    /// <inheritdoc/>
    public int States => Plain.States + 1;

    /// <inheritdoc/>
    [MethodImpl(AggressiveInlining)]
    public void Apply<V>(ref V p, V g, ref V s0, ref V s1, ref V s2) where V : INumberLane<V>
    {
        g += V.Const(Plain.Decay) * p;
        s0 = V.Const(Plain.Alpha) * s0 + V.Const(1 - Plain.Alpha) * g * g;
        s1 = V.Const(Plain.Alpha) * s1 + V.Const(1 - Plain.Alpha) * g;
        Plain.Move(ref p, g, V.Sqrt(s0 - s1 * s1), ref s2);
    }
}
