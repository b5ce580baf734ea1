namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The cosine of the angle between vectors along a dimension. Matches torch.nn.functional.cosine_similarity.</summary>
    /// <param name="other">Broadcasts with this tensor.</param>
    /// <param name="dimension">Which; negative ones count from the end of the broadcast shape.</param>
    /// <param name="epsilon">What a length is at least taken for; this has no influence on its gradient.</param>
    /// <returns>The broadcast shape without the dimension.</returns>
    /// <exception cref="ShapeException">The shapes do not broadcast, or there is no such dimension.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor CosineSimilarity(Tensor other, int dimension = 1, double epsilon = 1e-8)
    {
        if (!DType.IsFloatingPoint() || other.DType != DType) throw new DTypeException($"CosineSimilarity: both sides must have one floating-point type; they are {DType} and {other.DType}.");
        var shape = Shape.Broadcast(Shape, other.Shape, nameof(CosineSimilarity));
        dimension = shape.Dimension(dimension, nameof(CosineSimilarity));
        if (DType.IsNarrow()) return Widened().CosineSimilarity(other.Widened(), dimension, epsilon).To(DType);
        Tensor a = ExpandTo(shape), b = other.ExpandTo(shape);
        return (a / Length(a) * (b / Length(b))).Sum(dimension);

        Tensor Length(Tensor x)
        {
            var length = x.Norm(2, [dimension], keepDim: true);
            Tensor lift;
            using (DeepNotes.Grad.Off()) lift = length.Detach().Clamp(epsilon) - length.Detach();
            return length + lift;
        }
    }

    /// <summary>The distance between vectors along the last dimension: ‖x − y + ε‖ₚ. Matches torch.nn.functional.pairwise_distance.</summary>
    /// <param name="other">Broadcasts with this tensor.</param>
    /// <param name="p">The norm.</param>
    /// <param name="epsilon">ε, added to each difference.</param>
    /// <param name="keepDim">True to leave the last dimension with the length 1.</param>
    /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor PairwiseDistance(Tensor other, double p = 2, double epsilon = 1e-6, bool keepDim = false)
    {
        if (!DType.IsFloatingPoint() || other.DType != DType) throw new DTypeException($"PairwiseDistance: both sides must have one floating-point type; they are {DType} and {other.DType}.");
        if (DType.IsNarrow()) return Widened().PairwiseDistance(other.Widened(), p, epsilon, keepDim).To(DType);
        return (this - other + epsilon).Norm(p, [-1], keepDim);
    }

    /// <summary>Vectors along a dimension divided by their length. Matches torch.nn.functional.normalize.</summary>
    /// <param name="p">The norm that is the length.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="epsilon">What a length is at least taken for.</param>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    public Tensor Normalize(double p = 2, int dimension = 1, double epsilon = 1e-12)
    {
        Floating(DType, nameof(Normalize));
        if (DType.IsNarrow()) return Widened().Normalize(p, dimension, epsilon).To(DType);
        return this / Norm(p, [Shape.Dimension(dimension, nameof(Normalize))], keepDim: true).Clamp(epsilon);
    }
}
