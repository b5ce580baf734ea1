using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>1 − erf x, without cancellation on the right.</summary>
    public readonly record struct Erfc : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V a = V.MinNative(V.Const(11, 28), V.Abs(x));
            V square = a * a;
            V tail = V.Call(new Exp(), -square) * NormalTail.Scaled(a * V.Const(1.4142135623730951));
            // The rounding error of x², which the exponential would magnify.
            tail = V.Fma(-tail, V.ProductError(a, a, square), tail);
            tail += tail;
            return V.Where(a < V.Const(0.4), V.Const(1) - V.Call(new Erf(), x), V.Where(x < V.Const(0), V.Const(2) - tail, tail));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(-1.1283791670955126) * V.Call(new Exp(), -(x * x));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>1 − erf x of every element, accurate on the right; integers are converted to Float32. Matches torch.erfc.</summary>
        public Tensor Erfc() => Map(new Erfc());
    }
}
