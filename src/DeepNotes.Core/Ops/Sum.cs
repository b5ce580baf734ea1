using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;

namespace DeepNotes.Ops
{
    /// <summary>Σ x.</summary>
    public readonly record struct SumOf : IReduceOp
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Identity<V>() where V : INumberLane<V> => V.Const(0);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Combine<V>(V a, V b) where V : INumberLane<V> => a + b;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Finish<V>(V total, double count) where V : INumberLane<V> => total;
    }

    /// <summary>Σ x / n.</summary>
    public readonly record struct MeanOf : IReduceOp
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Identity<V>() where V : INumberLane<V> => V.Const(0);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Combine<V>(V a, V b) where V : INumberLane<V> => a + b;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Finish<V>(V total, double count) where V : INumberLane<V> => total / V.Const(count);
    }

    /// <summary>A linear reduction of some dimensions: its gradient is the incoming one, repeated and scaled.</summary>
    /// <param name="Dimensions">Bit i: dimension i is reduced.</param>
    /// <param name="KeepDim">Leave the reduced dimensions with the length 1.</param>
    /// <param name="Mean">Divide by the number of elements.</param>
    internal readonly record struct LinearReduction(uint Dimensions, bool KeepDim, bool Mean) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape) =>
            Mean ? Reducing.Run(default(MeanOf), x[0], Dimensions, KeepDim) : Reducing.Run(default(SumOf), x[0], Dimensions, KeepDim);

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var shape = gradients.ShapeOf(0);
            if (Mean) g /= Reducing.CountOf(shape, Dimensions);
            gradients[0] = g.ReshapeTo(Reducing.Reduced(shape, Dimensions, keepDim: true)).ExpandTo(shape);
        }
    }

    /// <summary>What all reductions share: which dimensions, in what layout, with what result.</summary>
    internal static class Reducing
    {
        /// <summary>The dimensions as bits; none named means all.</summary>
        public static uint Bits(Shape shape, ReadOnlySpan<int> dimensions, string operation)
        {
            if (dimensions.Length == 0) return shape.Rank == 0 ? 0 : (1u << shape.Rank) - 1;
            uint bits = 0;
            foreach (int dimension in dimensions)
            {
                uint bit = 1u << shape.Dimension(dimension, operation);
                if ((bits & bit) != 0) throw new ShapeException($"{operation}: dimension {dimension} is named twice.");
                bits |= bit;
            }
            return shape.Rank == 0 ? 0 : bits;
        }

        public static Shape Reduced(Shape shape, uint dimensions, bool keepDim)
        {
            var lengths = new List<int>(shape.Rank);
            for (int i = 0; i < shape.Rank; i++)
            {
                if ((dimensions >> i & 1) == 0) lengths.Add(shape[i]);
                else if (keepDim) lengths.Add(1);
            }
            return Shape.Of([.. lengths]);
        }

        public static int CountOf(Shape shape, uint dimensions)
        {
            int count = 1;
            for (int i = 0; i < shape.Rank; i++) if ((dimensions >> i & 1) == 1) count *= shape[i];
            return count;
        }

        public static Tensor Run<TOp>(TOp op, Tensor x, uint dimensions, bool keepDim) where TOp : unmanaged, IReduceOp
        {
            var (source, rows, length, inner) = Layout(x, dimensions);
            return x.Backend.Reduce(op, source, rows, length, inner, Reduced(x.Shape, dimensions, keepDim));
        }

        /// <summary>The tensor as contiguous [rows, length, inner] with the reduced dimensions in the middle, copied only where they do not stand together.</summary>
        public static (Tensor Source, int Rows, int Length, int Inner) Layout(Tensor x, uint dimensions)
        {
            var shape = x.Shape;
            int first = dimensions == 0 ? shape.Rank : System.Numerics.BitOperations.TrailingZeroCount(dimensions);
            int last = dimensions == 0 ? shape.Rank - 1 : System.Numerics.BitOperations.Log2(dimensions);
            bool together = true;
            for (int i = first; i <= last; i++) together &= (dimensions >> i & 1) == 1 || shape[i] == 1;
            if (!together)
            {
                var order = new int[shape.Rank];
                int at = 0;
                for (int i = 0; i < shape.Rank; i++) if ((dimensions >> i & 1) == 0) order[at++] = i;
                int kept = at;
                for (int i = 0; i < shape.Rank; i++) if ((dimensions >> i & 1) == 1) order[at++] = i;
                using (Grad.Off()) x = x.Permute(order).Contiguous();
                int rows = 1;
                for (int i = 0; i < kept; i++) rows *= x.Shape[i];
                return (x, rows, CountOf(shape, dimensions), 1);
            }
            using (Grad.Off()) x = x.Contiguous();
            int outer = 1, inner = 1;
            for (int i = 0; i < first; i++) outer *= shape[i];
            for (int i = last + 1; i < shape.Rank; i++) inner *= shape[i];
            return (x, outer, CountOf(shape, dimensions), inner);
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>The sum over all dimensions. Matches torch.sum; integers and Bool are summed as Int64.</summary>
        public Tensor Sum() => Sum([]);

        /// <summary>The sum over some dimensions. Matches torch.sum; integers and Bool are summed as Int64.</summary>
        /// <param name="dimensions">Which; negative ones count from the end; none means all.</param>
        /// <param name="keepDim">True to leave the reduced dimensions with the length 1.</param>
        public Tensor Sum(ReadOnlySpan<int> dimensions, bool keepDim = false)
        {
            var x = DType.IsFloatingPoint() ? this : To(DType.Int64);
            return Op.Apply(new LinearReduction(Reducing.Bits(Shape, dimensions, nameof(Sum)), keepDim, Mean: false), x);
        }

        /// <summary>The sum over one dimension. Matches torch.sum.</summary>
        /// <inheritdoc cref="Sum(ReadOnlySpan{int}, bool)"/>
        public Tensor Sum(int dimension, bool keepDim = false) => Sum([dimension], keepDim);

        /// <summary>The mean over all dimensions. Matches torch.mean.</summary>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        public Tensor Mean() => Mean([]);

        /// <summary>The mean over some dimensions. Matches torch.mean.</summary>
        /// <param name="dimensions">Which; negative ones count from the end; none means all.</param>
        /// <param name="keepDim">True to leave the reduced dimensions with the length 1.</param>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        public Tensor Mean(ReadOnlySpan<int> dimensions, bool keepDim = false)
        {
            if (!DType.IsFloatingPoint()) throw new DTypeException($"Mean: the elements must be floating point, not {DType}; convert them with To(DType.Float32).");
            return Op.Apply(new LinearReduction(Reducing.Bits(Shape, dimensions, nameof(Mean)), keepDim, Mean: true), this);
        }

        /// <summary>The mean over one dimension. Matches torch.mean.</summary>
        /// <inheritdoc cref="Mean(ReadOnlySpan{int}, bool)"/>
        public Tensor Mean(int dimension, bool keepDim = false) => Mean([dimension], keepDim);

        /// <summary>Sums broadcast dimensions down to a shape that broadcasts to this one: the gradient of a broadcast.</summary>
        internal Tensor SumTo(Shape shape)
        {
            if (shape == Shape) return this;
            uint bits = 0;
            int extra = Rank - shape.Rank;
            for (int i = 0; i < Rank; i++)
            {
                if (i < extra || (shape[i - extra] == 1 && Shape[i] != 1)) bits |= 1u << i;
            }
            var sum = bits == 0 ? this : Op.Apply(new LinearReduction(bits, KeepDim: true, Mean: false), this);
            return sum.ReshapeTo(shape);
        }
    }
}
