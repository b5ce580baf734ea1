using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The error function 2/√π·∫₀ˣ exp(−t²) dt.</summary>
    public readonly record struct Erf : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.Choose<Erf32, Erf64>(x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(1.1283791670955126) * V.Call(new Exp(), -(x * x));

        private readonly struct Erf32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V x) where V : INumberLane<V>
            {
                V a = V.Abs(x);
                V square = a * a;
                V small = V.Fma(a, Polynomial.Of(square, 0.128379151, -0.376125008, 0.112818778, -0.0267686192, 0.0049959193, -0.000600415573), a);
                // −ln erfc is smooth enough for a polynomial; beyond 4 the result is 1.
                V far = V.MinNative(V.Const(4), a);
                V exponent = Polynomial.Of(far, 0.000180785602, 1.1277374, 0.637077808, 0.104023606, -0.0222714413, 0.00305443443, -0.00019708788);
                return V.CopySign(V.Where(a < V.Const(0.92), small, V.Const(1) - Exponential.Bounded(-exponent)), x);
            }
        }

        private readonly struct Erf64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V x) where V : INumberLane<V>
            {
                V a = V.Abs(x);
                V square = a * a;
                V small = V.Fma(a, Polynomial.Of(square, 0.12837916709551259, -0.37612638903183748, 0.11283791670954857, -0.026866170645072893, 0.005223977624780855,
                    -0.0008548326978741372, 0.00012055331036865464, -1.4925593506013821e-5, 1.6460972802454308e-6, -1.6350025065570372e-7,
                    1.4657878781418374e-8, -1.136566188146381e-9, 5.9452549238511071e-11), a);
                // From 1 on, erf = 1 − erfc, and erfc(a) = 2Φ(−√2·a); beyond 6 that is 1.
                V far = V.MinNative(V.Const(6), a);
                V tail = NormalTail.Scaled(far * V.Const(1.4142135623730951)) * Exponential.Bounded(-far * far);
                return V.CopySign(V.Where(a < V.Const(1), small, V.Fma(V.Const(-2), tail, V.Const(1))), x);
            }
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The error function of every element; integers are converted to Float32. Matches torch.erf.</summary>
        public Tensor Erf() => Map(new Erf());
    }
}
