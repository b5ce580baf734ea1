namespace DeepNotes.Nn;

/// <summary>
/// x above zero, α·(eˣ − 1) below (Clevert et al. 2015, "Fast and Accurate Deep Network Learning by Exponential Linear Units").
/// Matches torch.nn.ELU.
/// </summary>
/// <param name="alpha">α: the negative of what the function approaches on the left.</param>
public sealed partial class ELU(double alpha = 1) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Elu(alpha);
}

/// <summary>
/// x above zero, α·(e^(x/α) − 1) below: an ELU whose slope is continuous for every α (Barron 2017, "Continuously Differentiable
/// Exponential Linear Units"). Matches torch.nn.CELU.
/// </summary>
/// <param name="alpha">α; not 0.</param>
/// <exception cref="ArgumentOutOfRangeException">α is 0.</exception>
public sealed partial class CELU(double alpha = 1) : Layer
{
    private readonly double alpha = alpha != 0 ? alpha : throw new ArgumentOutOfRangeException(nameof(alpha), alpha, "CELU: alpha divides, so it must not be 0.");

    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Celu(alpha);
}

/// <summary>
/// An ELU with the scale and the α that keep mean 0 and variance 1 through many layers (Klambauer et al. 2017, "Self-Normalizing
/// Neural Networks"). Matches torch.nn.SELU.
/// </summary>
public sealed partial class SELU : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Selu();
}

/// <summary>ln(1 + e^(β·x))/β, a smooth ReLU. Matches torch.nn.Softplus.</summary>
/// <param name="beta">β: how sharp the bend is; not 0.</param>
/// <param name="threshold">Where β·x is above it, the result is x.</param>
public sealed partial class Softplus(double beta = 1, double threshold = 20) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Softplus(beta, threshold);
}

/// <summary>x·tanh(ln(1 + eˣ)) (Misra 2019, "Mish: A Self Regularized Non-Monotonic Activation Function"). Matches torch.nn.Mish.</summary>
public sealed partial class Mish : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Mish();
}
