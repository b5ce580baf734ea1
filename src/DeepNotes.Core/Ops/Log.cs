using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The natural logarithm: −∞ at ±0, NaN below.</summary>
    public readonly record struct Log : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V e = Logarithm.Octaves(x);
            V f = Logarithm.Mantissa(x);
            V y = V.Fma(e, V.Const(1.428606820309417e-6, 1.90821492927058770002e-10), Logarithm.Correction(f));
            y = V.Fma(e, V.Const(0.693145751953125, 6.93147180369123816490e-1), f + y);
            return V.Where(x < V.Const(double.PositiveInfinity), y, x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / x;
    }
    /// <summary>What logarithms of a mantissa have in common.</summary>
    internal static class Logarithm
    {
        /// <summary>The exponent of x: −∞ at zero and NaN below, which costs the other numbers nothing on their way.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Octaves<V>(V x) where V : INumberLane<V>
        {
            V zero = V.Const(0);
            V steps = V.Where(x > zero, V.Const(-25, -54), V.Where(V.Equal(x, zero), V.Const(double.NegativeInfinity), V.Const(double.NaN)));
            return V.Exponent(Lifted(x)) + V.Where(IsTiny(x), steps, zero);
        }

        /// <summary>The mantissa of x, less 1.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Mantissa<V>(V x) where V : INumberLane<V> => V.Mantissa(Lifted(x)) - V.Const(1);

        /// <summary>The logarithm of x to another base, from the logarithms of 2 and e to that base, each in two parts.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V OfBase<V>(V x, V ofTwo, V ofTwoRest, V ofE, V ofERest) where V : INumberLane<V>
        {
            V e = Octaves(x);
            V f = Mantissa(x);
            V correction = Correction(f);
            V natural = f + correction;
            V rest = correction - (natural - f);
            V y = V.Fma(natural, ofERest, V.Fma(rest, ofE, e * ofTwoRest));
            y = V.Fma(e, ofTwo, V.Fma(natural, ofE, y));
            y = V.Where(V.Equal(x, V.Const(0)), e, y);
            return V.Where(x < V.Const(double.PositiveInfinity), y, x);
        }

        [MethodImpl(AggressiveInlining)]
        private static V IsTiny<V>(V x) where V : INumberLane<V> => x < V.Const(1.17549435e-38, 2.2250738585072014e-308);

        // A subnormal number is brought into the normal range.
        [MethodImpl(AggressiveInlining)]
        private static V Lifted<V>(V x) where V : INumberLane<V> => V.Where(IsTiny(x), x * V.Const(33554432.0, 18014398509481984.0), x);

        /// <summary>ln(1 + f) − f for f in [−1/3, 1/3]; the error is below 2⁻²⁶ (Float32) and 2⁻⁶¹ (Float64) of ln(1 + f).</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Correction<V>(V f) where V : INumberLane<V> => V.Choose<Correction32, Correction64>(f);

        private readonly struct Correction32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V f) where V : INumberLane<V>
            {
                V p = Polynomial.Of(f, 0.333332151, -0.249997839, 0.200104773, -0.166812077, 0.140045494, -0.121719405, 0.139944151, -0.129476413);
                return f * f * V.Fma(f, p, V.Const(-0.5));
            }
        }

        private readonly struct Correction64 : IPiece
        {
            // ln(1 + f) = 2·artanh(s) with s = f / (2 + f), arranged so that f itself stays exact.
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V f) where V : INumberLane<V>
            {
                V s = f / (f + V.Const(2));
                V z = s * s;
                V r = z * Polynomial.Of(z, 0.66666666666666596, 0.40000000000056674, 0.28571428555829537, 0.22222224296284498,
                    0.18181665888724932, 0.15391111478950212, 0.13173607620323355, 0.13842981517516098);
                V half = f * f * V.Const(0.5);
                return V.Fma(s, half + r, -half);
            }
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// The natural logarithm of every element: −∞ at 0, NaN below; integers are converted to Float32. Matches torch.log.
        /// </summary>
        public Tensor Log() => Map(new Log());
    }
}
