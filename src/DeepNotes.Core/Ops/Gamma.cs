using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>ln |Γ(x)|; ∞ at 0 and the negative integers.</summary>
    public readonly record struct Lgamma : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // ln |Γ(x)| = −ln(|sin πx| / π) − ln Γ(1 − x) brings every argument to 1/2 and above.
            V reflected = x < V.Const(0.5);
            V z = V.Where(reflected, V.Const(1) - x, x);
            V y = V.Where(z < V.Const(8), GammaFunction.LogNear(V.MinNative(V.Const(8), z)), GammaFunction.LogFar(z));
            V infinity = V.Const(double.PositiveInfinity), sine = GammaFunction.SineOverPi(x);
            V left = V.Where(V.Equal(sine, V.Const(0)), infinity, -V.Call(new Log(), sine) - y);
            return V.Where(V.Equal(V.Abs(x), infinity), infinity, V.Where(reflected, left, y));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Call(new Digamma(), x);
    }

    /// <summary>The derivative of ln Γ; ∓∞ at ±0, NaN at the negative integers.</summary>
    public readonly record struct Digamma : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // ψ(x) = ψ(1 − x) − π / tan πx on the left, and ψ(x) = ψ(x + 1) − 1/x until the argument is large.
            V zero = V.Const(0), one = V.Const(1);
            V reflected = x < zero;
            V w = V.Where(reflected, one - x, x);
            V sum = zero;
            for (int i = 0; i < 10; i++)
            {
                V small = w < V.Const(10);
                sum -= V.Where(small, one / w, zero);
                w = V.Where(small, w + one, w);
            }
            V z = one / (w * w);
            V series = z * Polynomial.Of(z, 0.083333333333333333, -0.0083333333333333333, 0.003968253968253968, -0.0041666666666666667, 0.0075757575757575758, -0.021092796092796093, 0.083333333333333333);
            V y = sum + (V.Call(new Log(), w) - V.Const(0.5) / w - series);
            y = V.Where(reflected, y - GammaFunction.PiOverTangent(x), y);
            return V.Where(V.Equal(x, V.Const(double.PositiveInfinity)), x, y);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Call(new Polygamma(1), x);
    }

    /// <summary>A derivative of the digamma function; infinite at 0 and the negative integers.</summary>
    /// <param name="Order">How often the digamma function is differentiated, at least once.</param>
    public readonly record struct Polygamma(int Order) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // (−1)ⁿ⁺¹·n!·ζ(n + 1, x).
            V one = V.Const(1), sign = V.Const(Order % 2 == 0 ? -1 : 1), factorial = one;
            for (int i = 2; i <= Order; i++) factorial *= V.Const(i);
            V reflected = x < V.Const(0);
            V zeta = GammaFunction.Zeta(Order, V.Where(reflected, one - x, V.Abs(x)));
            V left;
            if (Order == 1)
            {
                V sine = GammaFunction.SineOverPi(x);
                left = one / (sine * sine) - zeta;
            }
            else
            {
                // Σ 1/(x + k)ˢ over the integers k ≥ 0 is that over all integers, which has the period 1, without that over the negative ones.
                V r = x - V.Round(x), a = V.Abs(r), b = one - a;
                V all = GammaFunction.Power(one / a, Order + 1) + sign * GammaFunction.Power(one / b, Order + 1) + (GammaFunction.Zeta(Order, one + a) + sign * GammaFunction.Zeta(Order, one + b));
                left = (Order % 2 == 0 ? V.CopySign(one, r) * all : all) - sign * zeta;
            }
            return sign * factorial * V.Where(reflected, left, zeta);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Call(new Polygamma(Order + 1), x);
    }

    /// <summary>The parts of the gamma function and its relatives.</summary>
    internal static class GammaFunction
    {
        /// <summary>ln Γ(z) for z in [1/2, 8]: brought to [3/2, 5/2] by Γ(z + 1) = z·Γ(z), and a polynomial about 2 there.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V LogNear<V>(V z) where V : INumberLane<V>
        {
            V one = V.Const(1), product = one, w = z;
            for (int i = 0; i < 6; i++)
            {
                V large = w > V.Const(2.5);
                w = V.Where(large, w - one, w);
                product = V.Where(large, product * w, product);
            }
            V below = w < V.Const(1.5);
            V t = V.Where(below, w - one, w - V.Const(2));
            V factor = V.Where(below, -V.Call(new Log1p(), t), V.Call(new Log(), product));
            return V.Fma(t, V.Choose<Near32, Near64>(t), factor);
        }

        /// <summary>ln Γ(z) for z ≥ 8 by Stirling's series.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V LogFar<V>(V z) where V : INumberLane<V>
        {
            V inverse = V.Const(1) / z;
            V series = inverse * Polynomial.Of(inverse * inverse, 0.083333333333333333, -0.0027777777777777778, 0.00079365079365079365, -0.00059523809523809524, 0.00084175084175084175, -0.0019175269175269175, 0.00641025641025641);
            V main = (z - V.Const(0.5)) * (V.Call(new Log(), z) - V.Const(1));
            return V.Where(V.Equal(z, V.Const(double.PositiveInfinity)), z, main + (series + V.Const(0.4189385332046727)));
        }

        /// <summary>|sin πx| / π without rounding error near the integers.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V SineOverPi<V>(V x) where V : INumberLane<V>
        {
            V a = V.Abs(x - V.Round(x));
            V angle = a * V.Const(3.141592653589793);
            V z = angle * angle;
            V near = V.Fma(a * z, Turn.SineSeries(z), a);
            V far = Turn.Cosine((V.Const(0.5) - a) * V.Const(3.141592653589793)) * V.Const(0.3183098861837907);
            return V.Where(a > V.Const(0.25), far, near);
        }

        /// <summary>π / tan πx; NaN at the integers.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V PiOverTangent<V>(V x) where V : INumberLane<V>
        {
            V r = x - V.Round(x), a = V.Abs(r), pi = V.Const(3.141592653589793);
            V near = a * pi, far = (V.Const(0.5) - a) * pi;
            V isNear = a < V.Const(0.25);
            V ratio = V.Where(isNear, Turn.Cosine(near), Turn.Sine(far)) / V.Where(isNear, Turn.Sine(near), Turn.Cosine(far));
            return V.Where(V.Equal(a, V.Const(0)), V.Const(double.NaN), V.CopySign(pi * ratio, r));
        }

        /// <summary>ζ(n + 1, x) = Σ 1/(x + k)ⁿ⁺¹ over k ≥ 0, for x ≥ 0: the terms up to a large argument, and the Euler-Maclaurin series from there.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Zeta<V>(int n, V x) where V : INumberLane<V>
        {
            V one = V.Const(1), sum = V.Const(0), w = x;
            for (int i = 0; i < 10 + n; i++)
            {
                V small = w < V.Const(10 + n);
                sum += V.Where(small, Power(one / w, n + 1), V.Const(0));
                w = V.Where(small, w + one, w);
            }
            V inverse = one / w;
            V z = inverse * inverse, s = V.Const(n + 1);
            // s·(s + 1)·…·(s + 2k) times B₂ₖ/(2k)!, each from the one before.
            V c1 = s * V.Const(1.0 / 12);
            V c2 = c1 * (s + one) * (s + V.Const(2)) * V.Const(-1.0 / 60);
            V c3 = c2 * (s + V.Const(3)) * (s + V.Const(4)) * V.Const(-1.0 / 42);
            V c4 = c3 * (s + V.Const(5)) * (s + V.Const(6)) * V.Const(-1.0 / 40);
            V c5 = c4 * (s + V.Const(7)) * (s + V.Const(8)) * V.Const(-5.0 / 198);
            V tail = z * V.Fma(z, V.Fma(z, V.Fma(z, V.Fma(z, c5, c4), c3), c2), c1);
            return V.Fma(Power(inverse, n), one / V.Const(n) + V.Fma(V.Const(0.5), inverse, tail), sum);
        }

        /// <summary>xⁿ for n ≥ 0.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Power<V>(V x, int n) where V : INumberLane<V>
        {
            V y = V.Const(1);
            for (int i = 0; i < n; i++) y *= x;
            return y;
        }

        private readonly struct Near32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V t) where V : INumberLane<V> => Polynomial.Of(t, 0.422784328, 0.322467029, -0.0673514754, 0.0205813684, -0.00740171643, 0.00288018817, -0.00108988408, 0.000568862015, -0.000439214054);
        }

        private readonly struct Near64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V t) where V : INumberLane<V>
            {
                V low = Polynomial.Of(t, 0.42278433509846713, 0.32246703342411331, -0.067352301053195757, 0.020580808427765971, -0.0073855510289253679, 0.0028905103318408684,
                    -0.0011927539013244352, 0.000509669495134856, -0.0002231549723368775);
                V high = Polynomial.Of(t, 9.945794389611503e-5, -4.4923771292152396e-5, 2.0503546055485459e-5, -9.456081923035581e-6, 4.3935123397022533e-6,
                    -1.9748188674468286e-6, 8.9992029258988632e-7, -5.8061997125771117e-7, 2.9768908301305164e-7);
                return V.Fma(Power(t, 9), high, low);
            }
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>ln |Γ(x)| of every element; integers are converted to Float32. Matches torch.lgamma.</summary>
        public Tensor Lgamma() => Map(new Lgamma());

        /// <summary>The derivative of ln Γ at every element; integers are converted to Float32. Matches torch.digamma.</summary>
        public Tensor Digamma() => Map(new Digamma());

        /// <summary>A derivative of the digamma function at every element; integers are converted to Float32. Matches torch.polygamma.</summary>
        /// <param name="order">How often it is differentiated; 0 gives the digamma function.</param>
        /// <exception cref="ArgumentOutOfRangeException">The order is negative.</exception>
        public Tensor Polygamma(int order)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(order);
            return order == 0 ? Digamma() : Map(new Polygamma(order));
        }
    }
}
