namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The cross product of vectors of length 3, which stands at right angles on both; the tensors broadcast. Matches torch.linalg.cross.</summary>
    /// <param name="other">The right operand.</param>
    /// <param name="dimension">The dimension of the vectors, of length 3 in both; negative ones count from the end.</param>
    /// <exception cref="ShapeException">The dimension does not have the length 3, or the shapes do not broadcast.</exception>
    public Tensor Cross(Tensor other, int dimension = -1)
    {
        int left = Shape.Dimension(dimension, nameof(Cross)), right = other.Shape.Dimension(dimension, nameof(Cross));
        if (Rank == 0 || other.Rank == 0 || Shape[left] != 3 || other.Shape[right] != 3) throw new ShapeException($"Cross: dimension {dimension} must have the length 3 in both tensors; they are {Shape} and {other.Shape}.");
        if (DType.IsNarrow() && other.DType.IsNarrow()) return Widened().Cross(other.Widened(), dimension).To(DTypes.Promote(this, other));
        return Roll(-1, left) * other.Roll(1, right) - Roll(1, left) * other.Roll(-1, right);
    }
}
