using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>The product of matrices, or of batches of them that broadcast.</summary>
    internal readonly record struct MatMul : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var (a, b) = (x[0], x[1]);
            tape.Keep(a, b);
            var batch = Shape.Broadcast(Shape.Create(a.Shape.AsSpan()[..^2]), Shape.Create(b.Shape.AsSpan()[..^2]), nameof(MatMul));
            var y = a.Backend.MatMul(a, b, Shape.Create([.. batch.AsSpan(), a.Shape[^2], b.Shape[^1]]));
            Work.MultiplyAdds += (long)y.Count * a.Shape[^1];
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (a, b) = kept;
            if (gradients.Needs(0)) gradients[0] = g.MatMul(b.Mt);
            if (gradients.Needs(1)) gradients[1] = a.Mt.MatMul(g);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// The matrix product. [m, k] × [k, n] gives [m, n]; leading dimensions are a batch and broadcast; a vector on the left is a row,
        /// on the right a column, and that dimension is dropped again. Matches torch.matmul.
        /// </summary>
        /// <param name="other">The right factor.</param>
        /// <exception cref="ShapeException">The inner lengths differ, the batches do not broadcast, or one side is a scalar.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor MatMul(Tensor other)
        {
            if (Rank == 0 || other.Rank == 0) throw new ShapeException($"MatMul: a scalar is no matrix: {Shape} × {other.Shape}.");
            if (DType != other.DType) throw new DTypeException($"MatMul: the types differ: {DType} × {other.DType}; convert one of them with To(DType).");
            if (!DType.IsFloatingPoint()) throw new DTypeException($"MatMul: the elements must be floating point, not {DType}.");
            if (Rank == 1) return Unsqueeze(0).MatMul(other).Squeeze(other.Rank == 1 ? 0 : -2);
            if (other.Rank == 1) return MatMul(other.Unsqueeze(1)).Squeeze(-1);
            if (Shape[^1] != other.Shape[^2]) throw new ShapeException($"MatMul: inner dimensions differ: {Shape} × {other.Shape} ({Shape[^1]} ≠ {other.Shape[^2]}).");
            // One matrix on the right: the batch on the left is only more rows.
            if (Rank > 2 && other.Rank == 2 && IsContiguous && Count > 0) return Reshape(-1, Shape[^1]).MatMul(other).Reshape([.. Shape.AsSpan()[..^1], other.Shape[1]]);
            return Op.Apply(new Ops.MatMul(), this, other);
        }
    }
}
