using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>Slices of a dimension by their places; its gradient adds them back.</summary>
    internal readonly record struct IndexSelect(int Dimension) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[1]);
            var (outer, length, inner) = Around(x[0].Shape, Dimension);
            var lengths = x[0].Shape.ToArray();
            lengths[Dimension] = x[1].Count;
            return x[0].Backend.IndexSelect(x[0].Contiguous(), x[1].Contiguous(), outer, length, inner, Shape.Create(lengths));
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) =>
            gradients[0] = Op.Apply(new IndexAdd(Dimension, gradients.ShapeOf(0)), g, kept[0]);

        public static (int Outer, int Length, int Inner) Around(Shape shape, int dimension)
        {
            int outer = 1, inner = 1;
            for (int i = 0; i < dimension; i++) outer *= shape[i];
            for (int i = dimension + 1; i < shape.Rank; i++) inner *= shape[i];
            return (outer, shape[dimension], inner);
        }
    }

    /// <summary>Zeros of a shape with slices added at their places, in the order of the places.</summary>
    internal readonly record struct IndexAdd(int Dimension, Shape To) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[1]);
            var (outer, length, inner) = IndexSelect.Around(To, Dimension);
            return x[0].Backend.IndexAdd(x[0].Contiguous(), x[1].Contiguous(), outer, length, inner, To);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = Op.Apply(new IndexSelect(Dimension), g, kept[0]);
    }

    /// <summary>One element of each row's own places: x[i, places[i, j]] for rows of the last dimension.</summary>
    internal readonly record struct Gather : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[1]);
            return x[0].Backend.Gather(x[0].Contiguous(), x[1].Contiguous(), x[1].Shape);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = Op.Apply(new ScatterAdd(gradients.ShapeOf(0)), g, kept[0]);
    }

    /// <summary>Zeros of a shape with elements added at each row's own places.</summary>
    internal readonly record struct ScatterAdd(Shape To) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[1]);
            return x[0].Backend.ScatterAdd(x[0].Contiguous(), x[1].Contiguous(), To);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = Op.Apply(new Gather(), g, kept[0]);
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>The slices of a dimension at given places, in their order. Matches torch.index_select; the gradient of a place taken twice is the sum.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <param name="indices">The places: Int64 [n], each from 0 to the dimension's length − 1.</param>
        /// <exception cref="ShapeException">The indices are not one-dimensional.</exception>
        /// <exception cref="DTypeException">The indices are not Int64.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A place is out of range.</exception>
        public Tensor IndexSelect(int dimension, Tensor indices)
        {
            dimension = Shape.Dimension(dimension, nameof(IndexSelect));
            if (Rank == 0) throw new ShapeException("IndexSelect: a scalar has no dimension to select from.");
            if (indices.Rank != 1) throw new ShapeException($"IndexSelect: the indices must have one dimension; their shape is {indices.Shape}.");
            CheckPlaces(indices, Shape[dimension], nameof(IndexSelect));
            return Op.Apply(new IndexSelect(dimension), this, indices);
        }

        /// <summary>For each element of the indices the element of the same row at that place of the last dimension. Matches torch.gather(dim=-1).</summary>
        /// <param name="indices">Int64, of this shape except for the last dimension.</param>
        /// <exception cref="ShapeException">A dimension other than the last differs.</exception>
        /// <exception cref="DTypeException">The indices are not Int64.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A place is out of range.</exception>
        public Tensor Gather(Tensor indices)
        {
            CheckRows(indices, Shape, nameof(Gather));
            CheckPlaces(indices, Shape[^1], nameof(Gather));
            return Op.Apply(new Gather(), this, indices);
        }

        /// <summary>Zeros with the elements of this tensor added at the given places of each row. Matches torch.scatter_add on zeros (dim=-1); the gradient of <see cref="Gather(Tensor)"/>.</summary>
        /// <param name="indices">Int64, of this tensor's shape.</param>
        /// <param name="length">The length of the result's last dimension.</param>
        /// <exception cref="ShapeException">The shapes differ.</exception>
        /// <exception cref="DTypeException">The indices are not Int64.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A place is out of range.</exception>
        public Tensor ScatterAdd(Tensor indices, int length)
        {
            if (indices.Shape != Shape || Rank == 0) throw new ShapeException($"ScatterAdd: the indices {indices.Shape} must have the shape of the elements {Shape}, with at least one dimension.");
            CheckPlaces(indices, length, nameof(ScatterAdd));
            return Op.Apply(new ScatterAdd(Shape.Create([.. Shape.AsSpan()[..^1], length])), this, indices);
        }

        private static void CheckRows(Tensor indices, Shape shape, string name)
        {
            if (shape.Rank == 0 || indices.Rank != shape.Rank || !indices.Shape.AsSpan()[..^1].SequenceEqual(shape.AsSpan()[..^1]))
                throw new ShapeException($"{name}: the indices {indices.Shape} must have the shape {shape} except for the last dimension.");
        }

        private static void CheckPlaces(Tensor indices, int length, string name)
        {
            if (indices.DType != DType.Int64) throw new DTypeException($"{name}: indices must be Int64; they are {indices.DType}.");
            if (!indices.Device.IsCpu) return;
            indices = indices.Detach().Contiguous();
            foreach (long place in indices.Elements<long>())
            {
                if ((ulong)place >= (ulong)length) throw new ArgumentOutOfRangeException(nameof(indices), $"{name}: the index {place} is out of range for a dimension of length {length}.");
            }
            GC.KeepAlive(indices);
        }
    }
}
