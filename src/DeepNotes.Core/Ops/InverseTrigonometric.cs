using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The arc sine; NaN outside [−1, 1].</summary>
    public readonly record struct Asin : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V a = V.Abs(x);
            V isFar = a > V.Const(0.5);
            // Beyond 1/2, asin a = π/2 − 2·asin √((1 − a)/2).
            V z = V.Where(isFar, V.Const(0.5) - a * V.Const(0.5), a * a);
            V s = V.Where(isFar, V.Sqrt(z), a);
            V inner = V.Fma(s * z, Arcus.SineSeries(z), s);
            V far = V.Const(1.5707963267948966) - (inner + inner - V.Const(-4.371139e-8, 6.123233995736766e-17));
            return V.CopySign(V.Where(isFar, far, inner), x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / V.Sqrt(V.Const(1) - x * x);
    }

    /// <summary>The arc cosine; NaN outside [−1, 1].</summary>
    public readonly record struct Acos : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V a = V.Abs(x);
            V isFar = a > V.Const(0.5);
            V z = V.Where(isFar, V.Const(0.5) - a * V.Const(0.5), a * a);
            V s = V.Where(isFar, V.Sqrt(z), x);
            V inner = V.Fma(s * z, Arcus.SineSeries(z), s);
            V rest = V.Const(-4.371139e-8, 6.123233995736766e-17);
            V near = V.Const(1.5707963267948966) - (inner - rest);
            V twice = inner + inner;
            V far = V.Where(x > V.Const(0), twice, V.Const(3.141592653589793) - (twice - (rest + rest)));
            return V.Where(isFar, far, near);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => -g / V.Sqrt(V.Const(1) - x * x);
    }

    /// <summary>The arc tangent.</summary>
    public readonly record struct Atan : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => V.CopySign(Arcus.Tangent(V.Abs(x)), x);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / (V.Const(1) + x * x);
    }

    /// <summary>The angle of the point (b, a), in (−π, π].</summary>
    public readonly record struct Atan2 : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V>
        {
            V zero = V.Const(0), infinity = V.Const(double.PositiveInfinity);
            V p = V.Abs(a), q = V.Abs(b);
            // 0/0 stands for 0 and ∞/∞ for 1.
            V ratio = V.Where(V.Equal(p, q), V.Where(V.Equal(p, zero), zero, V.Const(1)), p / q);
            V angle = Arcus.Tangent(ratio);
            V left = V.CopySign(V.Const(1), b) < zero;
            V full = V.Const(3.141592653589793) - (angle - V.Const(-8.742278e-8, 1.2246467991473532e-16));
            V y = V.CopySign(V.Where(left, full, angle), a);
            return V.Where(V.Equal(a, a), V.Where(V.Equal(b, b), y, b), a);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * b / (a * a + b * b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => -g * a / (a * a + b * b);
    }

    /// <summary>The kernels of the inverse functions.</summary>
    internal static class Arcus
    {
        /// <summary>(asin s − s) / s³ for z = s² in [0, 1/4].</summary>
        [MethodImpl(AggressiveInlining)]
        public static V SineSeries<V>(V z) where V : INumberLane<V> => V.Choose<Sine32, Sine64>(z);

        /// <summary>atan a for a ≥ 0, with the argument brought below tan(π/8) by a rotation of π/4 or π/2.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Tangent<V>(V a) where V : INumberLane<V>
        {
            V one = V.Const(1), isFar = a > V.Const(2.414213562373095), isMiddle = a > V.Const(0.41421356237309503);
            V t = V.Where(isFar, -one, V.Where(isMiddle, a - one, a)) / V.Where(isFar, a, V.Where(isMiddle, a + one, one));
            V z = t * t;
            V rest = V.Where(isFar, V.Const(-4.371139e-8, 6.123233995736766e-17), V.Where(isMiddle, V.Const(-2.1855695e-8, 3.061616997868383e-17), V.Const(0)));
            V turn = V.Where(isFar, V.Const(1.5707963267948966), V.Where(isMiddle, V.Const(0.7853981633974483), V.Const(0)));
            return turn + (V.Fma(t * z, V.Choose<Tangent32, Tangent64>(z), rest) + t);
        }

        private readonly struct Sine32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, 0.166667521, 0.0749530643, 0.0454697721, 0.0241807587, 0.0421664901);
        }

        private readonly struct Sine64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, 0.16666666666665403, 0.075000000003386053, 0.044642856826958857, 0.030381959195708519, 0.022371756591284025, 0.017359727471532686,
                0.013885004748419274, 0.012170765675321982, 0.0065210952517753724, 0.019547504371335202, -0.016255055621085267, 0.031933784359968687);
        }

        private readonly struct Tangent32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, -0.333333164, 0.199985251, -0.142442971, 0.105982654, -0.0608733669);
        }

        private readonly struct Tangent64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, -0.33333333333333193, 0.1999999999995237, -0.14285714280074704, 0.11111110777401013, -0.090908975842892939, 0.076920571400974677,
                -0.066630691698261468, 0.058476357328459239, -0.050381620331264435, 0.03803550515444569, -0.017875347135910737);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The arc sine of every element, NaN outside [−1, 1]; integers are converted to Float32. Matches torch.asin.</summary>
        public Tensor Asin() => Map(new Asin());

        /// <summary>The arc cosine of every element, NaN outside [−1, 1]; integers are converted to Float32. Matches torch.acos.</summary>
        public Tensor Acos() => Map(new Acos());

        /// <summary>The arc tangent of every element; integers are converted to Float32. Matches torch.atan.</summary>
        public Tensor Atan() => Map(new Atan());

        /// <summary>The angle of the point (other, this), in (−π, π]; the tensors broadcast. Matches torch.atan2.</summary>
        /// <param name="other">The coordinate along the axis that angles are measured from.</param>
        public Tensor Atan2(Tensor other) => Op.Zip(new Atan2(), this, other);
    }
}
