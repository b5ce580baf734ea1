using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>x·σ(x), σ the logistic function (Elfwing et al., arXiv:1702.03118).</summary>
    public readonly record struct Silu : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // σ(−∞)·(−∞) would be NaN; the limit is −0.
            V bounded = V.MaxNative(V.Const(-128, -1024), x);
            return bounded * V.Call(new Sigmoid(), bounded);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            V s = V.Call(new Sigmoid(), x);
            return g * s * (V.Const(1) + x * (V.Const(1) - s));
        }
    }

    /// <summary>x·tanh(ln(1 + eˣ)) (Misra, arXiv:1908.08681).</summary>
    public readonly record struct Mish : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // With n = eˣ the hyperbolic tangent is (n² + 2n) / (n² + 2n + 2), which is 1 above the bound.
            V bounded = V.MaxNative(V.Const(-128, -1024), x);
            V n = V.Call(new Exp(), V.MinNative(V.Const(20), bounded));
            V t = n * (n + V.Const(2));
            return bounded * (t / (t + V.Const(2)));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
        {
            V t = V.Call(new Tanh(), V.Call(new Softplus(1, 20), x));
            return g * (t + x * (V.Const(1) - t * t) * V.Call(new Sigmoid(), x));
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>x·σ(x) of every element, also called swish. Matches torch.nn.functional.silu.</summary>
        public Tensor Silu() => Map(new Silu());

        /// <summary>x·tanh(softplus x) of every element. Matches torch.nn.functional.mish.</summary>
        public Tensor Mish() => Map(new Mish());
    }
}
