using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>ln(eᵃ + eᵇ).</summary>
    public readonly record struct LogAddExp : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V>
        {
            V large = V.Max(a, b);
            // Equal infinities have no difference.
            V distance = V.Where(V.Equal(a, b), V.Const(0), V.Abs(a - b));
            return large + V.Call(new Log1p(), V.Call(new Exp(), -distance));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Call(new Sigmoid(), a - b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Call(new Sigmoid(), b - a);
    }

    /// <summary>a·ln b, 0 where a = 0.</summary>
    public readonly record struct Xlogy : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => V.Where(V.Equal(a, V.Const(0)), V.Where(V.Equal(b, b), V.Const(0), b), a * V.Call(new Log(), b));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V>
        {
            // The logarithm is kept off the numbers whose product is not taken, lest a second derivative meet 0·∞.
            V isDropped = V.Where(V.Equal(a, V.Const(0)), V.Where(b <= V.Const(0), V.Const(1), V.Const(0)), V.Const(0)) > V.Const(0);
            return V.Where(isDropped, V.Const(0), g * V.Call(new Log(), V.Where(isDropped, V.Const(1), b)));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * a / b;
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>ln(eᵃ + eᵇ) element by element, without overflow; the tensors broadcast. Matches torch.logaddexp.</summary>
        /// <param name="other">The other exponent.</param>
        public Tensor LogAddExp(Tensor other) => Op.Zip(new LogAddExp(), this, other);

        /// <summary>Every element times the logarithm of the other tensor's, 0 where it is 0; the tensors broadcast. Matches torch.xlogy.</summary>
        /// <param name="other">The argument of the logarithm.</param>
        public Tensor Xlogy(Tensor other) => Op.Zip(new Xlogy(), this, other);
    }
}
