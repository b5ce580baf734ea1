using DeepNotes.Autograd;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Nn;

/// <summary>
/// Adaptive moment estimation (Kingma and Ba 2015, "Adam: A Method for Stochastic Optimization"). Its weight decay is
/// added to the gradient; <see cref="AdamW"/> is the one that is not. Matches torch.optim.Adam.
/// </summary>
public class Adam : Optimizer
{
    private readonly double beta2;
    private readonly double epsilon;
    private readonly bool amsGrad;

    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the squared gradient's running mean.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="amsGrad">Divides by the largest mean square so far (Reddi et al. 2018).</param>
    public Adam(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool amsGrad = false)
        : this([new ParameterGroup(parameters)], learningRate, beta1, beta2, epsilon, weightDecay, amsGrad) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the squared gradient's running mean.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">The factor of the squared weights (L2) that is added to the loss.</param>
    /// <param name="amsGrad">Divides by the largest mean square so far (Reddi et al. 2018).</param>
    public Adam(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0, bool amsGrad = false)
        : base(groups, learningRate, weightDecay, beta1)
    {
        Fraction(beta1, nameof(beta1));
        this.beta2 = Fraction(beta2, nameof(beta2));
        this.epsilon = NotNegative(epsilon, nameof(epsilon));
        this.amsGrad = amsGrad;
        StateNames = amsGrad ? ["exp_avg", "exp_avg_sq", "max_exp_avg_sq"] : ["exp_avg", "exp_avg_sq"];
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<string> StateNames { get; }

    /// <summary>Whether weight decay shrinks the weights beside the step instead of being part of the gradient.</summary>
    private protected virtual bool IsDecayDecoupled => false;

    /// <inheritdoc/>
    protected override void Update(Parameter parameter, Tensor gradient, ParameterState state, ParameterGroup group)
    {
        double beta1 = group.Momentum;
        double correction1 = 1 - Math.Pow(beta1, state.Step);
        double correction2 = 1 - Math.Pow(beta2, state.Step);
        var update = new AdamUpdate(
            Rate: group.LearningRate / correction1,
            Shrink: IsDecayDecoupled ? 1 - group.LearningRate * group.WeightDecay : 1,
            Decay: IsDecayDecoupled ? 0 : group.WeightDecay,
            Beta1: beta1,
            Beta2: beta2,
            RootCorrection: Math.Sqrt(correction2),
            Epsilon: epsilon);
        if (amsGrad) Fused(new AmsGradUpdate(update), parameter, gradient, state[0], state[1], state[2]);
        else Fused(update, parameter, gradient, state[0], state[1]);
    }

    /// <inheritdoc/>
    /// <remarks>The moments of rows without a gradient do not decay, and ε is not corrected. Matches torch.optim.SparseAdam.</remarks>
    protected override void UpdateRows(Parameter parameter, RowSparseGradient gradient, ParameterState state, ParameterGroup group)
    {
        if (amsGrad) throw NotForRows(parameter, "AMSGrad on sparse gradients");
        if (group.WeightDecay != 0) throw NotForRows(parameter, "weight decay on sparse gradients");
        double beta1 = group.Momentum;
        double rate = group.LearningRate * Math.Sqrt(1 - Math.Pow(beta2, state.Step)) / (1 - Math.Pow(beta1, state.Step));
        FusedRows(new AdamUpdate(rate, 1, 0, beta1, beta2, 1, epsilon), parameter, gradient, state[0], state[1]);
    }
}
