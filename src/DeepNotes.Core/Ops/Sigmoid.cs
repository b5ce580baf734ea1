using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The logistic function 1 / (1 + e⁻ˣ), exact in both tails.</summary>
    public readonly record struct Sigmoid : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // With t = e / (1 + e), e = exp(−|x|), the result is 1 − t on the right and e − e·t on the left: the quotient's
            // error is small against either.
            V e = V.Call(new Exp(), -V.Abs(x));
            V lead = V.Where(x < V.Const(0), e, V.Const(1));
            return V.Fma(-lead, e / (e + V.Const(1)), lead);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * y * (V.Const(1) - y);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>1 / (1 + e⁻ˣ) of every element; integers are converted to Float32. Matches torch.sigmoid.</summary>
        public Tensor Sigmoid() => Map(new Sigmoid());
    }
}
