using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>−1, 0 or 1; 0 for NaN.</summary>
    public readonly record struct Sign : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Where(x > V.Const(0), V.Const(1), V.Where(x < V.Const(0), V.Const(-1), V.Const(0)));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>The magnitude of a with the sign of b, the signs of zeros included; the gradient at a = 0 is 0.</summary>
    public readonly record struct CopySign : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => V.CopySign(a, b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => V.Where(V.Equal(a, V.Const(0)), V.Const(0), V.Where(V.Equal(a, y), g, V.Where(V.Equal(a, -y), -g, a * g)));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>−1, 0 or 1 by the sign of every element, integers too. Matches torch.sign.</summary>
        public Tensor Sign() => Map(new Sign());

        /// <summary>The magnitudes of this tensor with the signs of the other; they broadcast. Matches torch.copysign.</summary>
        /// <param name="sign">Where the signs come from, those of zeros included.</param>
        public Tensor CopySign(Tensor sign) => Op.Zip(new CopySign(), this, sign);
    }
}
