using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>Φ(x), the distribution function of the standard normal distribution, accurate in the left tail too.</summary>
    public readonly record struct NormalCdf : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            return NormalTail.Cdf(x, NormalTail.Of(NormalTail.Bounded(x)));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0.3989422804014327) * V.Call(new Exp(), V.Const(-0.5) * x * x);
    }

    /// <summary>Φ(x) for those who have exp(−x²/2) already. It is a function of x: all of its derivative is the left one.</summary>
    public readonly record struct NormalCdfWithDensity : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V>
        {
            V bounded = NormalTail.Bounded(a), h = V.Const(-0.5) * bounded;
            return NormalTail.Cdf(a, NormalTail.Of(bounded, V.ProductError(h, bounded, h * bounded), b));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0.3989422804014327) * b;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => V.Const(0) * b;
    }

    /// <summary>Φ(−a), the tail of the normal distribution.</summary>
    internal static class NormalTail
    {
        /// <summary>|x|, or where the tail is 0 in any case: up to there exp(−a²/2) needs no bounds of its own, because 2ⁿ fits the two factors that scale it.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Bounded<V>(V x) where V : INumberLane<V> => V.MinNative(V.Const(15, 39), V.Abs(x));

        /// <summary>Φ(−a), of a within bounds.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Of<V>(V a) where V : INumberLane<V>
        {
            V h = V.Const(-0.5) * a, v = h * a, n = Exponential.Octaves(v);
            return Of(a, V.ProductError(h, a, v), V.ScaleByLargePowerOf2(Exponential.Fraction(Exponential.Remainder(v, n)), n));
        }

        /// <summary>Φ(x), of x and of the tail of |x|.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Cdf<V>(V x, V tail) where V : INumberLane<V> => V.Where(x > V.Const(0), V.Const(1) - tail, tail);

        /// <summary>Φ(−a) for those who have the density already.</summary>
        /// <param name="a">Within bounds.</param>
        /// <param name="error">What rounding took from −a²/2: the exponential magnifies it.</param>
        /// <param name="density">exp of the rounded −a²/2.</param>
        [MethodImpl(AggressiveInlining)]
        public static V Of<V>(V a, V error, V density) where V : INumberLane<V>
        {
            V tail = density * Scaled(a);
            return V.Fma(tail, error, tail);
        }

        /// <summary>Φ(−a)·exp(a²/2) for a ≥ 0: a polynomial in 1 / (1 + c·a), which turns [0, ∞) into (0, 1]; error 2⁻²⁴ (Float32), 2⁻⁵³ (Float64).</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Scaled<V>(V a) where V : INumberLane<V> => V.Choose<Scaled32, Scaled64>(a);

        private readonly struct Scaled32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V a) where V : INumberLane<V>
            {
                V t = V.Const(1) / V.Fma(a, V.Const(0.34), V.Const(1));
                V c = t - V.Const(0.5), square = c * c;
                V even = Polynomial.Of(square, 0.24713932, 0.29794395, -0.067475155, 0.032212846, -0.0256374273);
                return t * V.Fma(Polynomial.Of(square, 0.34106496, 0.107988104, -0.0676257685, 0.0346917324), c, even);
            }
        }

        private readonly struct Scaled64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V a) where V : INumberLane<V>
            {
                V t = V.Const(1) / V.Fma(a, V.Const(0.3), V.Const(1));
                V c = t - V.Const(0.5);
                V low = Polynomial.Of(c, 0.22197061383443281, 0.32915896817232526, 0.34619854967382746, 0.2220829237898958, 0.029074172732292666, -0.077564689549848367,
                    -0.036841121401255526, 0.036305526029987011, 0.023075834958819104, -0.02547015453276966, -0.011392966224009333, 0.02197814523757809);
                V high = Polynomial.Of(c, 0.0010074646611736456, -0.018436781344526414, 0.008439093781044904, 0.011657872479739024, -0.014821511667240264, -0.0016217267547948614,
                    0.014414928987020499, -0.0068004701466157624, -0.0064580193557538645, 0.0063865265279262036, -0.00092969074891169996);
                V c4 = c * c * c * c;
                return t * V.Fma(c4 * c4 * c4, high, low);
            }
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>Φ of every element, the distribution function of the standard normal distribution. Matches torch.special.ndtr.</summary>
        public Tensor NormalCdf() => Map(new NormalCdf());
    }
}
