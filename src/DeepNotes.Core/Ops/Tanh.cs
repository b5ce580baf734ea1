using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The hyperbolic tangent.</summary>
    public readonly record struct Tanh : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // tanh |x| = E / (E + 2) with E = exp(2|x|) − 1; beyond the bound the quotient is 1 already.
            V magnitude = V.MinNative(V.Const(V.IsDouble ? 20 : 9.5), V.Abs(x));
            V twice = magnitude + magnitude;
            V n = Exponential.Octaves(twice);
            V power = V.ScaleByPowerOf2(V.Const(1), n);
            V e = V.Fma(power, Exponential.FractionMinusOne(Exponential.Remainder(twice, n)), power - V.Const(1));
            return V.CopySign(e / (e + V.Const(2)), x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * (V.Const(1) - y * y);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The hyperbolic tangent of every element; integers are converted to Float32. Matches torch.tanh.</summary>
        public Tensor Tanh() => Map(new Tanh());
    }
}
