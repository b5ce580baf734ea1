namespace DeepNotes.Nn;

/// <summary>1/(1 + e⁻ˣ). Matches torch.nn.Sigmoid.</summary>
public sealed partial class Sigmoid : Layer, IEpilogueLayer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Sigmoid();

    Tensor IEpilogueLayer.Forward(Linear linear, Tensor x) => linear.Forward(x, default(Ops.Sigmoid));
}

/// <summary>ln(1/(1 + e⁻ˣ)), computed without overflow. Matches torch.nn.LogSigmoid.</summary>
public sealed partial class LogSigmoid : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.LogSigmoid();
}

/// <summary>The hyperbolic tangent. Matches torch.nn.Tanh.</summary>
public sealed partial class Tanh : Layer, IEpilogueLayer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Tanh();

    Tensor IEpilogueLayer.Forward(Linear linear, Tensor x) => linear.Forward(x, default(Ops.Tanh));
}

/// <summary>x/(1 + |x|). Matches torch.nn.Softsign.</summary>
public sealed partial class Softsign : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Softsign();
}

/// <summary>x·σ(x) with the logistic function σ; also named swish. Matches torch.nn.SiLU.</summary>
public sealed partial class SiLU : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Silu();
}

/// <summary>x·Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel 2016, "Gaussian Error Linear Units"). Matches torch.nn.GELU.</summary>
/// <param name="tanh">True for the approximation by a hyperbolic tangent (approximate='tanh' in PyTorch), as GPT-2 was trained with.</param>
public sealed partial class GELU(bool tanh = false) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Gelu(tanh);
}

/// <summary>The first half along a dimension times the logistic function of the second (Dauphin et al. 2016). Matches torch.nn.GLU.</summary>
/// <param name="dim">The dimension that is halved; negative ones count from the back.</param>
public sealed partial class GLU(int dim = -1) : Layer
{
    /// <summary>Maps <c>[…, 2·n, …]</c> to <c>[…, n, …]</c>.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">There is no such dimension, or its length is odd.</exception>
    protected override Tensor Compute(Tensor x) => dim < x.Rank && dim >= -x.Rank
        ? x.Glu(dim)
        : throw new ShapeException($"GLU: the input {x.Shape} has no dimension {dim}.");
}
