namespace DeepNotes.Nn;

/// <summary>Positive numbers that sum to one along a dimension, eˣ/Σeˣ. Matches torch.nn.Softmax.</summary>
/// <param name="dim">The dimension; negative ones count from the back.</param>
public sealed partial class Softmax(int dim = -1) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    protected override Tensor Compute(Tensor x) => x.Softmax(dim);
}

/// <summary>The logarithm of <see cref="Softmax"/>, computed without overflow. Matches torch.nn.LogSoftmax.</summary>
/// <param name="dim">The dimension; negative ones count from the back.</param>
public sealed partial class LogSoftmax(int dim = -1) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    protected override Tensor Compute(Tensor x) => x.LogSoftmax(dim);
}

/// <summary><see cref="Softmax"/> of −x: the smallest number gets the most. Matches torch.nn.Softmin.</summary>
/// <param name="dim">The dimension; negative ones count from the back.</param>
public sealed partial class Softmin(int dim = -1) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    protected override Tensor Compute(Tensor x) => x.Softmin(dim);
}

/// <summary><see cref="Softmax"/> over the channels of each pixel. Matches torch.nn.Softmax2d.</summary>
public sealed partial class Softmax2d : Layer
{
    /// <summary>Maps <c>[N, C, H, W]</c> or <c>[C, H, W]</c> to itself.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The input is neither.</exception>
    protected override Tensor Compute(Tensor x) => x.Softmax2d();
}
