using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>eˣ.</summary>
    public readonly record struct Exp : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // Beyond the bounds the result is 0 or infinity; inside them 2ⁿ fits the two factors that scale it.
            V bounded = V.MaxNative(V.Const(-104, -746), V.MinNative(V.Const(89, 710), x));
            V n = Exponential.Octaves(bounded);
            return V.ScaleByLargePowerOf2(Exponential.Fraction(Exponential.Remainder(bounded, n)), n);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * y;
    }

    /// <summary>The steps that exp and its relatives share: x = n·ln 2 + r with |r| ≤ ln 2 / 2, so eˣ = 2ⁿ·eʳ.</summary>
    internal static class Exponential
    {
        /// <summary>n, the integer nearest to x / ln 2: a number near 1.5·2²³ (1.5·2⁵²) has no bits left for a fraction.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Octaves<V>(V x) where V : INumberLane<V>
        {
            V shift = V.Const(12582912.0, 6755399441055744.0);
            return V.Fma(x, V.Const(1.4426950408889634), shift) - shift;
        }

        /// <summary>r: the first part of ln 2 has few enough bits for n times it to be exact with or without a fused multiply-add.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Remainder<V>(V x, V n) where V : INumberLane<V>
            => V.Fma(n, V.Const(-1.428606820309417e-6, -1.90821492927058770002e-10), V.Fma(n, V.Const(-0.693145751953125, -6.93147180369123816490e-1), x));

        /// <summary>eʳ; minimax in the relative error, 2⁻²⁸ (Float32) and 2⁻⁶⁰ (Float64).</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Fraction<V>(V r) where V : INumberLane<V> => V.Choose<Fraction32, Fraction64>(r);

        /// <summary>eʳ − 1 without cancellation near 0; minimax in the relative error, 2⁻²⁶ (Float32) and 2⁻⁶⁰ (Float64).</summary>
        [MethodImpl(AggressiveInlining)]
        public static V FractionMinusOne<V>(V r) where V : INumberLane<V> => V.Fma(r * r, V.Choose<MinusOne32, MinusOne64>(r), r);

        /// <summary>eˣ for |x| ≤ 87 (Float32) or 708 (Float64), where the result is a normal number; NaN for NaN.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Bounded<V>(V x) where V : INumberLane<V>
        {
            V n = Octaves(x);
            return V.ScaleByPowerOf2(Fraction(Remainder(x, n)), n);
        }

        /// <summary>eˣ / 2, finite wherever the hyperbolic functions are.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Half<V>(V x) where V : INumberLane<V>
        {
            V bounded = V.MaxNative(V.Const(-104, -746), V.MinNative(V.Const(90, 711), x));
            V n = Octaves(bounded);
            return V.ScaleByLargePowerOf2(Fraction(Remainder(bounded, n)), n - V.Const(1));
        }

        private readonly struct Fraction32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V r) where V : INumberLane<V> => Polynomial.Of(r, 1, 1, 0.49999994, 0.166665152, 0.0416680835, 0.00836935081, 0.00138404523);
        }

        private readonly struct Fraction64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V r) where V : INumberLane<V> => Polynomial.Of(r, 1, 1, 0.5, 0.16666666666666677, 0.041666666666666505, 0.0083333333333215128,
                0.0013888888888963463, 0.00019841269886477819, 2.4801587171104742e-5, 2.7557243803466364e-6, 2.7557403255332537e-7, 2.5109195400629166e-8, 2.0875327934648788e-9);
        }

        private readonly struct MinusOne32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V r) where V : INumberLane<V> => Polynomial.Of(r, 0.49999997, 0.166665375, 0.0416677408, 0.00836731773, 0.00138374872);
        }

        private readonly struct MinusOne64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V r) where V : INumberLane<V> => Polynomial.Of(r, 0.5, 0.16666666666666677, 0.041666666666666505, 0.0083333333333215128,
                0.0013888888888963463, 0.00019841269886477819, 2.4801587171104742e-5, 2.7557243803466364e-6, 2.7557403255332537e-7, 2.5109195400629166e-8, 2.0875327934648788e-9);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>eˣ of every element; integers are converted to Float32. Matches torch.exp.</summary>
        public Tensor Exp() => Map(new Exp());
    }
}
