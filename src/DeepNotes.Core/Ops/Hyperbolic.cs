using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The hyperbolic sine.</summary>
    public readonly record struct Sinh : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V a = V.Abs(x);
            V square = a * a;
            V near = V.Fma(a * square, V.Choose<Near32, Near64>(square), a);
            V half = Exponential.Half(a);
            return V.CopySign(V.Where(a < V.Const(1), near, half - V.Const(0.25) / half), x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Call(new Cosh(), x);

        private readonly struct Near32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, 0.166666672, 0.00833331048, 0.000198428912, 2.78226639e-6);
        }

        private readonly struct Near64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, 0.16666666666666669, 0.0083333333333331459, 0.00019841269841432702, 2.7557319156798066e-6, 2.5052123181987822e-8,
                1.6057256118941678e-10, 7.7588630691287159e-13);
        }
    }

    /// <summary>The hyperbolic cosine.</summary>
    public readonly record struct Cosh : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V half = Exponential.Half(V.Abs(x));
            return half + V.Const(0.25) / half;
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Call(new Sinh(), x);
    }

    /// <summary>The inverse hyperbolic sine.</summary>
    public readonly record struct Asinh : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // ln(a + √(a² + 1)), arranged for small a; for large a, where a² overflows, ln 2a.
            V a = V.Abs(x);
            V bounded = V.MinNative(V.Const(1e8, 1e16), a);
            V square = bounded * bounded;
            V near = V.Call(new Log1p(), bounded + square / (V.Const(1) + V.Sqrt(square + V.Const(1))));
            V far = V.Call(new Log(), a) + V.Const(0.6931471805599453);
            return V.CopySign(V.Where(a < V.Const(1e8, 1e16), near, far), x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / V.Sqrt(x * x + V.Const(1));
    }

    /// <summary>The inverse hyperbolic cosine; NaN below 1.</summary>
    public readonly record struct Acosh : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V t = V.MinNative(V.Const(1e8, 1e16), x - V.Const(1));
            V near = V.Call(new Log1p(), t + V.Sqrt(V.Fma(t, t, t + t)));
            V far = V.Call(new Log(), x) + V.Const(0.6931471805599453);
            return V.Where(x >= V.Const(1), V.Where(x >= V.Const(1e8, 1e16), far, near), V.Const(double.NaN));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / V.Sqrt(x * x - V.Const(1));
    }

    /// <summary>The inverse hyperbolic tangent; ±∞ at ±1, NaN beyond.</summary>
    public readonly record struct Atanh : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V a = V.Abs(x);
            return V.CopySign(V.Const(0.5) * V.Call(new Log1p(), (a + a) / (V.Const(1) - a)), x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / (V.Const(1) - x * x);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The hyperbolic sine of every element; integers are converted to Float32. Matches torch.sinh.</summary>
        public Tensor Sinh() => Map(new Sinh());

        /// <summary>The hyperbolic cosine of every element; integers are converted to Float32. Matches torch.cosh.</summary>
        public Tensor Cosh() => Map(new Cosh());

        /// <summary>The inverse hyperbolic sine of every element; integers are converted to Float32. Matches torch.asinh.</summary>
        public Tensor Asinh() => Map(new Asinh());

        /// <summary>The inverse hyperbolic cosine of every element, NaN below 1; integers are converted to Float32. Matches torch.acosh.</summary>
        public Tensor Acosh() => Map(new Acosh());

        /// <summary>The inverse hyperbolic tangent of every element; integers are converted to Float32. Matches torch.atanh.</summary>
        public Tensor Atanh() => Map(new Atanh());
    }
}
