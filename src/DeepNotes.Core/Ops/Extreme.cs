using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;

namespace DeepNotes.Ops
{
    /// <summary>The largest element.</summary>
    public readonly record struct MaxOf : IReduceOp
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Identity<V>() where V : INumberLane<V> => V.Const(double.NegativeInfinity);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Combine<V>(V a, V b) where V : INumberLane<V> => V.Max(a, b);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Finish<V>(V total, double count) where V : INumberLane<V> => total;
    }

    /// <summary>The largest or smallest elements along a dimension with their places; the gradient goes to those places.</summary>
    internal readonly record struct Extreme(int Dimension, bool Largest, bool KeepDim) : IMultiOp, IWide
    {
        public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            uint bits = x[0].Rank == 0 ? 0 : 1u << Dimension;
            var (source, rows, length, inner) = Reducing.Layout(x[0], bits);
            var (values, indices) = x[0].Backend.Extreme(source, Largest, rows, length, inner, Reducing.Reduced(x[0].Shape, bits, KeepDim));
            tape.Keep(indices);
            return [values, indices];
        }

        public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
        {
            if (g[0] is not { } gradient) return;
            var shape = gradients.ShapeOf(0);
            if (shape.Rank == 0)
            {
                gradients[0] = gradient.ReshapeTo(shape);
                return;
            }
            var one = Reducing.Reduced(shape, 1u << Dimension, keepDim: true);
            // The one place that took part, found by comparing positions: a tensor expression, so differentiable again.
            var lengths = new int[shape.Rank];
            Array.Fill(lengths, 1);
            lengths[Dimension] = shape[Dimension];
            var places = Tensor.Arange(shape[Dimension], DType.Int64, gradient.Device).Reshape(Shape.Of(lengths));
            gradients[0] = Tensor.Where(places.Eq(kept[0].ReshapeTo(one)), gradient.ReshapeTo(one), 0.0);
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>The largest elements along a dimension and where they stand; NaN counts as largest. Matches torch.max(dim).</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <param name="keepDim">True to leave the dimension with the length 1.</param>
        /// <returns>The elements, and their places as Int64.</returns>
        /// <exception cref="ShapeException">The dimension is empty.</exception>
        public (Tensor Values, Tensor Indices) Max(int dimension, bool keepDim = false) => Extreme(dimension, largest: true, keepDim, nameof(Max));

        /// <summary>The smallest elements along a dimension and where they stand; NaN counts as smallest. Matches torch.min(dim).</summary>
        /// <inheritdoc cref="Max(int, bool)"/>
        public (Tensor Values, Tensor Indices) Min(int dimension, bool keepDim = false) => Extreme(dimension, largest: false, keepDim, nameof(Min));

        /// <summary>The largest element of all; its gradient goes to the first place that has it. Matches torch.max.</summary>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Max() => Reshape(Count).Max(0).Values;

        /// <summary>The smallest element of all; its gradient goes to the first place that has it. Matches torch.min.</summary>
        /// <exception cref="ShapeException">There are no elements.</exception>
        public Tensor Min() => Reshape(Count).Min(0).Values;

        /// <summary>Where the largest elements along a dimension stand, as Int64. Matches torch.argmax.</summary>
        /// <inheritdoc cref="Max(int, bool)"/>
        public Tensor ArgMax(int dimension, bool keepDim = false) => Detach().Max(dimension, keepDim).Indices;

        /// <summary>Where the smallest elements along a dimension stand, as Int64. Matches torch.argmin.</summary>
        /// <inheritdoc cref="Max(int, bool)"/>
        public Tensor ArgMin(int dimension, bool keepDim = false) => Detach().Min(dimension, keepDim).Indices;

        private (Tensor Values, Tensor Indices) Extreme(int dimension, bool largest, bool keepDim, string name)
        {
            dimension = Shape.Dimension(dimension, name);
            if (Rank > 0 && Shape[dimension] == 0) throw new ShapeException($"{name}: dimension {dimension} of {Shape} is empty, so it has no extreme element.");
            var both = Op.ApplyMulti(new Extreme(dimension, largest, keepDim), this);
            return (both[0], both[1]);
        }
    }
}
