namespace DeepNotes.Nn;

/// <summary>
/// <see cref="Adam"/> with weight decay that shrinks the weights directly (Loshchilov and Hutter 2019, "Decoupled Weight
/// Decay Regularization"). Matches torch.optim.AdamW.
/// </summary>
public sealed class AdamW : Adam
{
    /// <summary>An optimizer of parameters that are all trained alike.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the squared gradient's running mean.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">By which part, times the learning rate, a step shrinks the weights.</param>
    /// <param name="amsGrad">Divides by the largest mean square so far (Reddi et al. 2018).</param>
    public AdamW(IEnumerable<Parameter> parameters, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01, bool amsGrad = false)
        : base(parameters, learningRate, beta1, beta2, epsilon, weightDecay, amsGrad) { }

    /// <summary>An optimizer of groups of parameters.</summary>
    /// <param name="groups">The groups; a learning rate or weight decay that one sets is its own.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="beta1">The decay of the gradient's running mean.</param>
    /// <param name="beta2">The decay of the squared gradient's running mean.</param>
    /// <param name="epsilon">Added to the root that the step is divided by.</param>
    /// <param name="weightDecay">By which part, times the learning rate, a step shrinks the weights.</param>
    /// <param name="amsGrad">Divides by the largest mean square so far (Reddi et al. 2018).</param>
    public AdamW(IEnumerable<ParameterGroup> groups, double learningRate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double weightDecay = 0.01, bool amsGrad = false)
        : base(groups, learningRate, beta1, beta2, epsilon, weightDecay, amsGrad) { }

    private protected override bool IsDecayDecoupled => true;
}
