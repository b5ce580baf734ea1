namespace DeepNotes.Nn;

/// <summary>max(x, 0). Matches torch.nn.ReLU.</summary>
public sealed partial class ReLU : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Relu();
}

/// <summary>x above zero, slope·x below. Matches torch.nn.LeakyReLU.</summary>
/// <param name="negativeSlope">The slope below zero.</param>
public sealed partial class LeakyReLU(double negativeSlope = 0.01) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.LeakyRelu(negativeSlope);
}

/// <summary>x·Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel 2016). Matches torch.nn.GELU.</summary>
public sealed partial class GELU : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Gelu();
}

/// <summary>The hyperbolic tangent. Matches torch.nn.Tanh.</summary>
public sealed partial class Tanh : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Tanh();
}

/// <summary>1/(1 + e⁻ˣ). Matches torch.nn.Sigmoid.</summary>
public sealed partial class Sigmoid : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.Sigmoid();
}

/// <summary>Positive numbers that sum to one along a dimension. Matches torch.nn.Softmax.</summary>
/// <param name="dim">The dimension; negative ones count from the back.</param>
public sealed partial class Softmax(int dim = -1) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The logits.</param>
    protected override Tensor Compute(Tensor x) => x.Softmax(dim);
}

/// <summary>The logarithm of <see cref="Softmax"/>, computed without overflow. Matches torch.nn.LogSoftmax.</summary>
/// <param name="dim">The dimension; negative ones count from the back.</param>
public sealed partial class LogSoftmax(int dim = -1) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The logits.</param>
    protected override Tensor Compute(Tensor x) => x.LogSoftmax(dim);
}
