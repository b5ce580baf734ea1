using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>eˣ − 1, without cancellation near 0.</summary>
    public readonly record struct Expm1 : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // Half the result is computed, so that 2ⁿ stays finite up to the largest result.
            V bounded = V.MaxNative(V.Const(-17.5, -38), V.MinNative(V.Const(89, 710), x));
            V n = Exponential.Octaves(bounded);
            V power = V.ScaleByPowerOf2(V.Const(1), n - V.Const(1));
            V half = V.Fma(power, Exponential.FractionMinusOne(Exponential.Remainder(bounded, n)), power - V.Const(0.5));
            return V.CopySign(half + half, x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * (y + V.Const(1));
    }

    /// <summary>2ˣ.</summary>
    public readonly record struct Exp2 : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V bounded = V.MaxNative(V.Const(-151, -1076), V.MinNative(V.Const(129, 1025), x));
            V n = V.Round(bounded);
            return V.ScaleByLargePowerOf2(Exponential.Fraction((bounded - n) * V.Const(0.6931471805599453)), n);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * y * V.Const(0.6931471805599453);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>eˣ − 1 of every element, accurate near 0; integers are converted to Float32. Matches torch.expm1.</summary>
        public Tensor Expm1() => Map(new Expm1());

        /// <summary>2ˣ of every element; integers are converted to Float32. Matches torch.exp2.</summary>
        public Tensor Exp2() => Map(new Exp2());
    }
}
