using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The inverse of the error function; ±∞ at ±1, NaN beyond.</summary>
    public readonly record struct Erfinv : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Choose<Erfinv32, Erfinv64>(x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(0.8862269254527580) * V.Call(new Exp(), y * y);

        private readonly struct Erfinv32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V x) where V : INumberLane<V>
            {
                V w = InverseError.Decay(x);
                V far = Polynomial.Of(V.Sqrt(w) - V.Const(3), 2.83297682, 1.00167477, 0.00944434293, -0.0076345522, 0.00569409644, -0.00360846356, 0.00146913377, -3.8535487e-5, -0.000298805739, 0.00010493274);
                return InverseError.Finish(x, x * V.Where(w < V.Const(5), InverseError.Near(w), far));
            }
        }

        private readonly struct Erfinv64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V x) where V : INumberLane<V>
            {
                V w = InverseError.Decay(x);
                V far = Polynomial.Of(V.Sqrt(w) - V.Const(3), 2.83297682, 1.00169635, 0.00944820512, -0.00781074772, 0.00575926341, -0.0032296048, 0.0011465525, -0.000223229697, 1.80397274e-5);
                V a = V.Abs(x);
                V y = a * V.Where(w < V.Const(5), InverseError.Near(w), far);
                y = InverseError.Refined(InverseError.Refined(y, a), a);
                return InverseError.Finish(x, V.CopySign(y, x));
            }
        }
    }

    /// <summary>The steps of the inverse error function, after Giles, "Approximating the erfinv function" (2010): it is close to x·√w.</summary>
    internal static class InverseError
    {
        /// <summary>w = −ln(1 − x²).</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Decay<V>(V x) where V : INumberLane<V> => -V.Call(new Log(), (V.Const(1) - x) * (V.Const(1) + x));

        /// <summary>erfinv(x) / x for w up to 5.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Near<V>(V w) where V : INumberLane<V>
            => Polynomial.Of(w - V.Const(2.5), 1.50140941, 0.246640295, -0.00417740131, -0.00125276134, 0.000218357862, -4.95004042e-6, -3.46658521e-6, 4.62925385e-7, 2.35753195e-8, -8.53373106e-9);

        /// <summary>One step of Halley's method towards erf y = a, by the complement where a is near 1. A call: it holds two large formulas.</summary>
        [MethodImpl(NoInlining)]
        public static V Refined<V>(V y, V a) where V : INumberLane<V>
        {
            V error = V.Where(a < V.Const(0.5), V.Call(new Erf(), y) - a, (V.Const(1) - a) - V.Call(new Erfc(), y));
            V step = error * V.Const(0.8862269254527580) * V.Call(new Exp(), y * y);
            return y - step / V.Fma(y, step, V.Const(1));
        }

        /// <summary>The result with the ends of the domain in it.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Finish<V>(V x, V y) where V : INumberLane<V>
            => V.Where(V.Equal(V.Abs(x), V.Const(1)), V.CopySign(V.Const(double.PositiveInfinity), x), V.Where(V.Equal(x, V.Const(0)), x, y));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The inverse error function of every element, NaN outside [−1, 1]; integers are converted to Float32. Matches torch.erfinv.</summary>
        public Tensor Erfinv() => Map(new Erfinv());
    }
}
