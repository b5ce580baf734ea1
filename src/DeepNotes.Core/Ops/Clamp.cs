using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>x limited to [Minimum, Maximum]; Maximum where the bounds cross. The gradient is 1 on the bounds themselves.</summary>
    /// <param name="Minimum">The lower bound; −∞ for none.</param>
    /// <param name="Maximum">The upper bound; ∞ for none.</param>
    public readonly record struct Clamp(double Minimum, double Maximum) : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.MinNative(V.Const(Maximum), V.MaxNative(V.Const(Minimum), x));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => V.Where(x < V.Const(Minimum), V.Const(0), V.Where(x <= V.Const(Maximum), g, V.Const(0)));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// Every element limited to [<paramref name="minimum"/>, <paramref name="maximum"/>]; NaN stays NaN. Integers stay integers
        /// where the bounds are whole numbers and become Float32 otherwise; a bound that their type cannot hold does not bind. Matches torch.clamp,
        /// which refuses such bounds or lets them wrap around.
        /// </summary>
        /// <param name="minimum">The lower bound; −∞ for none.</param>
        /// <param name="maximum">The upper bound; ∞ for none. Where it is below the lower bound, it is the result everywhere.</param>
        /// <exception cref="DTypeException">The elements are integers, and their type holds nothing between the bounds.</exception>
        public Tensor Clamp(double minimum = double.NegativeInfinity, double maximum = double.PositiveInfinity)
        {
            bool whole = minimum == Math.Floor(minimum) && maximum == Math.Floor(maximum);
            if (whole && !DType.IsFloatingPoint() && DType != DType.Bool)
            {
                var (least, most) = DType.Range();
                if (maximum < least || minimum > most) throw new DTypeException($"Clamp: {DType} holds nothing from {minimum} to {maximum}; convert the elements with To(DType.Int64) or To(DType.Float32).");
                (minimum, maximum) = (Math.Max(minimum, least), Math.Min(maximum, most));
            }
            return (whole ? Whole() : Fractional()).Map(new Clamp(minimum, maximum));
        }

        /// <summary>Every element limited to bounds of its own; all broadcast, and NaN stays NaN. Matches torch.clamp with tensors.</summary>
        /// <param name="minimum">The lower bounds; null for none.</param>
        /// <param name="maximum">The upper bounds; null for none. Where one is below the lower bound, it is the result.</param>
        /// <exception cref="ShapeException">The shapes do not broadcast.</exception>
        /// <exception cref="ArgumentException">There is no bound at all.</exception>
        public Tensor Clamp(Tensor? minimum, Tensor? maximum)
        {
            if (minimum is null && maximum is null) throw new ArgumentException("Clamp: give a lower bound, an upper bound or both.", nameof(minimum));
            var y = this;
            if (minimum is not null) y = Where(y < minimum, minimum, y);
            return maximum is null ? y : Where(y > maximum, maximum, y);
        }
    }
}
