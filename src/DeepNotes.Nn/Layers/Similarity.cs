namespace DeepNotes.Nn;

/// <summary>The cosine of the angle between two tensors' vectors along a dimension. Matches torch.nn.CosineSimilarity.</summary>
/// <param name="dim">The dimension; negative ones count from the back.</param>
/// <param name="epsilon">What a length is at least taken for.</param>
public sealed partial class CosineSimilarity(int dim = 1, double epsilon = 1e-8) : Module
{
    /// <summary>Maps two tensors that broadcast to their shape without the dimension.</summary>
    /// <param name="a">The first tensor.</param>
    /// <param name="b">The second tensor.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast, or have no such dimension.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor Forward(Tensor a, Tensor b) => a.CosineSimilarity(b, dim, epsilon);
}

/// <summary>The distance ‖a − b + ε‖ₚ between two tensors' vectors along the last dimension. Matches torch.nn.PairwiseDistance.</summary>
/// <param name="p">The norm.</param>
/// <param name="epsilon">ε, added to each difference.</param>
/// <param name="keepDim">True to leave the last dimension with the length 1.</param>
public sealed partial class PairwiseDistance(double p = 2, double epsilon = 1e-6, bool keepDim = false) : Module
{
    /// <summary>Maps two tensors that broadcast to their shape without the last dimension.</summary>
    /// <param name="a">The first tensor.</param>
    /// <param name="b">The second tensor.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor Forward(Tensor a, Tensor b) => a.PairwiseDistance(b, p, epsilon, keepDim);
}
