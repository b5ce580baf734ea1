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
