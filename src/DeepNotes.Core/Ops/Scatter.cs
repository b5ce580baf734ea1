using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>What happens where an element is scattered to.</summary>
    internal enum ScatterMode
    {
        Replace,
        Add,
        Multiply,
        Max,
        Min,
    }

    /// <summary>A copy of the first input with elements of the second put in at places along the last dimension.</summary>
    internal readonly record struct ScatterInto : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[2]);
            return x[0].Backend.Scatter(ScatterMode.Replace, x[0].Contiguous(), x[2].Contiguous(), x[1].Contiguous());
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var places = kept[0];
            if (gradients.Needs(0)) gradients[0] = Op.Apply(new ScatterInto(), g, Tensor.Zeros(places.Shape, g.DType, g.Device), places);
            if (gradients.Needs(1)) gradients[1] = g.Narrowed(places.Shape).Gather(places);
        }
    }

    /// <summary>A copy of the first input combined with elements of the second at places along the last dimension.</summary>
    internal readonly record struct ScatterReduce(ScatterMode Mode) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var y = x[0].Backend.Scatter(Mode, x[0].Contiguous(), x[2].Contiguous(), x[1].Contiguous());
            if (Mode == ScatterMode.Add) tape.Keep(x[2]);
            else tape.Keep(x[2], x[0], x[1], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var places = kept[0];
            if (Mode == ScatterMode.Add)
            {
                gradients[0] = g;
                if (gradients.Needs(1)) gradients[1] = g.Narrowed(places.Shape).Gather(places);
                return;
            }
            var (x, source, y) = (kept[1], kept[2], kept[3]);
            if (Mode == ScatterMode.Multiply)
            {
                gradients[0] = g * y / x;
                if (gradients.Needs(1)) gradients[1] = (g * y).Narrowed(places.Shape).Gather(places) / source;
                return;
            }
            // Everything that equals the extreme took part in it, and shares its gradient.
            var own = x.Eq(y).To(g.DType);
            var others = source.Eq(y.Narrowed(places.Shape).Gather(places)).To(g.DType);
            var share = g / Op.Apply(new ScatterReduce(ScatterMode.Add), own, others, places);
            gradients[0] = share * own;
            if (gradients.Needs(1)) gradients[1] = share.Narrowed(places.Shape).Gather(places) * others;
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    /// <summary>How elements that are scattered to one place are put together.</summary>
    public enum ScatterReduction
    {
        /// <summary>Their sum.</summary>
        Sum,

        /// <summary>Their product.</summary>
        Product,

        /// <summary>Their mean.</summary>
        Mean,

        /// <summary>The largest.</summary>
        Max,

        /// <summary>The smallest.</summary>
        Min,
    }

    public partial class Tensor
    {
        /// <summary>For each element of the indices the element at that place of a dimension, everything else being equal. Matches torch.gather.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <param name="indices">Int64, of as many dimensions; no longer than this tensor in the others.</param>
        /// <exception cref="ShapeException">The indices have another number of dimensions or are too long.</exception>
        /// <exception cref="DTypeException">The indices are not Int64.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A place is out of range.</exception>
        public Tensor Gather(int dimension, Tensor indices)
        {
            dimension = CheckAlong(dimension, indices, nameof(Gather));
            return MoveDim(dimension, -1).Narrowed(indices.MoveDim(dimension, -1).Shape).Gather(indices.MoveDim(dimension, -1)).MoveDim(-1, dimension);
        }

        /// <summary>A copy with elements of another tensor put in at places of a dimension; of several at one place the last in order stays. Matches torch.scatter.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <param name="indices">Where: Int64, no longer than this tensor in the other dimensions.</param>
        /// <param name="source">What: at least as long as the indices.</param>
        /// <exception cref="ShapeException">The shapes do not fit.</exception>
        /// <exception cref="DTypeException">The indices are not Int64, or the elements of another type.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A place is out of range.</exception>
        public Tensor Scatter(int dimension, Tensor indices, Tensor source) => Scatter(dimension, indices, source, new ScatterInto(), nameof(Scatter));

        /// <summary>A copy with one number put in at places of a dimension. Matches torch.scatter with a value.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <param name="indices">Where: Int64.</param>
        /// <param name="value">The number.</param>
        public Tensor Scatter(int dimension, Tensor indices, double value) => Scatter(dimension, indices, Full(indices.Shape, value, DType, Device));

        /// <summary>A copy with elements of another tensor added at places of a dimension. Matches torch.scatter_add.</summary>
        /// <inheritdoc cref="Scatter(int, Tensor, Tensor)"/>
        public Tensor ScatterAdd(int dimension, Tensor indices, Tensor source) => Scatter(dimension, indices, source, new ScatterReduce(ScatterMode.Add), nameof(ScatterAdd));

        /// <summary>
        /// A copy combined with elements of another tensor at places of a dimension. Matches torch.scatter_reduce with include_self=True;
        /// the gradient of a product is not a number where a factor is zero.
        /// </summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <param name="indices">Where: Int64, no longer than this tensor in the other dimensions.</param>
        /// <param name="source">What: at least as long as the indices.</param>
        /// <param name="reduction">How.</param>
        public Tensor ScatterReduce(int dimension, Tensor indices, Tensor source, ScatterReduction reduction)
        {
            if (reduction != ScatterReduction.Mean) return Scatter(dimension, indices, source, new ScatterReduce(reduction switch { ScatterReduction.Sum => ScatterMode.Add, ScatterReduction.Product => ScatterMode.Multiply, ScatterReduction.Max => ScatterMode.Max, _ => ScatterMode.Min }), nameof(ScatterReduce));
            var counts = OnesLike(this).ScatterAdd(dimension, indices, Ones(indices.Shape, DType, Device));
            return ScatterAdd(dimension, indices, source) / counts;
        }

        /// <summary>The part of this tensor that is as long as a shape in all dimensions but the last.</summary>
        internal Tensor Narrowed(Shape shape)
        {
            var result = this;
            for (int i = 0; i < shape.Rank - 1; i++) if (shape[i] < Shape[i]) result = result.Narrow(i, 0, shape[i]);
            return result;
        }

        private Tensor Scatter<TOp>(int dimension, Tensor indices, Tensor source, TOp op, string name) where TOp : struct, IOp
        {
            dimension = CheckAlong(dimension, indices, name);
            if (source.DType != DType) throw new DTypeException($"{name}: the elements are {source.DType}, the tensor is {DType}.");
            if (source.Rank != Rank) throw new ShapeException($"{name}: the elements {source.Shape} must have as many dimensions as the tensor {Shape}.");
            for (int i = 0; i < Rank; i++)
            {
                if (source.Shape[i] < indices.Shape[i]) throw new ShapeException($"{name}: the elements {source.Shape} are shorter than the indices {indices.Shape}.");
                if (source.Shape[i] > indices.Shape[i]) source = source.Narrow(i, 0, indices.Shape[i]);
            }
            return Op.Apply(op, MoveDim(dimension, -1), source.MoveDim(dimension, -1), indices.MoveDim(dimension, -1)).MoveDim(-1, dimension);
        }

        private int CheckAlong(int dimension, Tensor indices, string name)
        {
            dimension = Shape.Dimension(dimension, name);
            if (Rank == 0 || indices.Rank != Rank) throw new ShapeException($"{name}: the indices {indices.Shape} must have as many dimensions as the tensor {Shape}, and at least one.");
            for (int i = 0; i < Rank; i++)
            {
                if (i != dimension && indices.Shape[i] > Shape[i]) throw new ShapeException($"{name}: the indices {indices.Shape} are longer than the tensor {Shape} in dimension {i}.");
            }
            CheckPlaces(indices, Shape[dimension], name);
            return dimension;
        }
    }
}
