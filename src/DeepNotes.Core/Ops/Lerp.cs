using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>a + Weight·(b − a), exact at both ends.</summary>
    /// <param name="Weight">0 for a, 1 for b.</param>
    public readonly record struct Lerp(double Weight) : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => Weight < 0.5 ? V.Fma(V.Const(Weight), b - a, a) : V.Fma(V.Const(Weight - 1), b - a, b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(1 - Weight);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(Weight);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The point between this tensor and another; they broadcast. Matches torch.lerp.</summary>
        /// <param name="end">The tensor at weight 1.</param>
        /// <param name="weight">Where the point lies: 0 for this tensor, 1 for the other.</param>
        public Tensor Lerp(Tensor end, double weight) => Op.Zip(new Lerp(weight), this, end);

        /// <summary>The point between this tensor and another, for each element its own; all three broadcast. Matches torch.lerp with a tensor as weight.</summary>
        /// <param name="end">The tensor at weight 1.</param>
        /// <param name="weight">Where the point lies: 0 for this tensor, 1 for the other.</param>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        public Tensor Lerp(Tensor end, Tensor weight)
        {
            if (DType.IsNarrow()) return Widened().Lerp(end.Widened(), weight.Widened()).To(DType);
            // From the nearer end, so that weight 1 gives the other tensor exactly.
            var distance = end - this;
            return Where(weight.Abs() < 0.5, this + weight * distance, end - distance * (1.0 - weight));
        }
    }
}
