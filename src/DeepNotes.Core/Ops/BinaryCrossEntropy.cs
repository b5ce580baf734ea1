using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>−b·ln a − (1 − b)·ln(1 − a), the logarithms no smaller than −100.</summary>
    public readonly record struct BinaryCrossEntropy : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> =>
            (b - V.Const(1)) * V.Max(V.Call(new Log1p(), -a), V.Const(-100)) - b * V.Max(V.Call(new Log(), a), V.Const(-100));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * (a - b) / V.Max((V.Const(1) - a) * a, V.Const(1e-12));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> =>
            g * (V.Max(V.Call(new Log1p(), -a), V.Const(-100)) - V.Max(V.Call(new Log(), a), V.Const(-100)));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The cross-entropy between probabilities of two classes and the right ones. Matches torch.nn.functional.binary_cross_entropy.</summary>
        /// <param name="target">The right probabilities, of this shape.</param>
        /// <param name="weight">How much each element counts; broadcasts; all the same by default.</param>
        /// <param name="reduction">Mean by default.</param>
        /// <returns>A scalar, or this shape without reduction. NaN where an element is not from 0 to 1.</returns>
        /// <exception cref="ShapeException">The shapes differ, or the weight does not broadcast.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor BinaryCrossEntropy(Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
        {
            CheckTarget(target, nameof(BinaryCrossEntropy));
            var losses = Op.Zip(new BinaryCrossEntropy(), this, target);
            return ReduceLoss(weight is null ? losses : losses * Fitting(weight, nameof(weight), nameof(BinaryCrossEntropy)), reduction, nameof(BinaryCrossEntropy));
        }

        /// <summary>The cross-entropy between logits of two classes and the right probabilities, without overflow. Matches torch.nn.functional.binary_cross_entropy_with_logits.</summary>
        /// <param name="target">The right probabilities, of this shape.</param>
        /// <param name="weight">How much each element counts; broadcasts; all the same by default.</param>
        /// <param name="reduction">Mean by default.</param>
        /// <param name="posWeight">How much the class of target 1 counts against the other; broadcasts; 1 by default.</param>
        /// <returns>A scalar, or this shape without reduction.</returns>
        /// <exception cref="ShapeException">The shapes differ, or a weight does not broadcast.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor BinaryCrossEntropyWithLogits(Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, Tensor? posWeight = null)
        {
            CheckTarget(target, nameof(BinaryCrossEntropyWithLogits));
            if (DType.IsNarrow()) return Widened().BinaryCrossEntropyWithLogits(target.Widened(), weight?.Widened(), reduction, posWeight?.Widened()).To(DType);
            var logs = LogSigmoid();
            var losses = posWeight is null
                ? (1.0 - target) * this - logs
                : (1.0 - target) * this - ((Fitting(posWeight, nameof(posWeight), nameof(BinaryCrossEntropyWithLogits)) - 1.0) * target + 1.0) * logs;
            return ReduceLoss(weight is null ? losses : losses * Fitting(weight, nameof(weight), nameof(BinaryCrossEntropyWithLogits)), reduction, nameof(BinaryCrossEntropyWithLogits));
        }

        /// <summary>A weight that broadcasts to this shape and has this type.</summary>
        private Tensor Fitting(Tensor weight, string role, string name)
        {
            if (weight.DType != DType) throw new DTypeException($"{name}: the input is {DType} and the {role} {weight.DType}; they must have one type.");
            return Shape.Broadcast(Shape, weight.Shape, name) == Shape ? weight : throw new ShapeException($"{name}: the {role} {weight.Shape} does not broadcast to {Shape}.");
        }

        private void CheckTarget(Tensor target, string name)
        {
            if (target.Shape != Shape) throw new ShapeException($"{name}: the input is {Shape} and the target {target.Shape}; they must have one shape.");
            if (!DType.IsFloatingPoint() || target.DType != DType) throw new DTypeException($"{name}: input and target must have one floating-point type; they are {DType} and {target.DType}.");
        }
    }
}
