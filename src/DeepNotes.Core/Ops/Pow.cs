using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>aᵇ with all the special cases of IEEE 754; the gradient is 0 with respect to a where b = 0, and with respect to b where a = 0 ≤ b.</summary>
    public readonly record struct Pow : IBinaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right | Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V>
        {
            V zero = V.Const(0), one = V.Const(1);
            V power = Power.OfMagnitude(V.Abs(a), b);
            // ±1 to ±∞ is 1; so is everything to 0 and 1 to everything, NaN included.
            power = V.Where(V.Equal(V.Abs(a), one), V.Where(V.Equal(b, b), one, b), power);
            power = V.Where(V.Equal(b, zero), one, V.Where(V.Equal(a, one), one, power));
            V half = b * V.Const(0.5);
            V isWhole = V.Equal(V.Round(b), b);
            V isEven = V.Equal(V.Round(half), half);
            V signed = V.Where(isEven, power, V.CopySign(power, a));
            V root = V.Where(a < zero, V.Where(a > V.Const(double.NegativeInfinity), V.Const(double.NaN), power), power);
            return V.Where(isWhole, signed, V.Where(V.Equal(b, b), root, power));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V>
            => V.Where(V.Equal(b, V.Const(0)), V.Const(0), g * b * V.Call(new Pow(), a, b - V.Const(1)));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V>
        {
            // The logarithm's argument is kept off 0 where its product is not taken, lest a second derivative meet 0·∞.
            V isFlat = V.Where(V.Equal(a, V.Const(0)), V.Where(b >= V.Const(0), V.Const(1), V.Const(0)), V.Const(0)) > V.Const(0);
            return V.Where(isFlat, V.Const(0), g * y * V.Call(new Log(), V.Where(isFlat, V.Const(1), a)));
        }
    }

    /// <summary>xᵉ for one exponent; the exponents 1/2, −1, 2 and 3 have formulas of their own.</summary>
    /// <param name="Exponent">e.</param>
    public readonly record struct PowScalar(double Exponent) : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Exponent == 0 ? Keep.Nothing : Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => new Pow().Apply(x, V.Const(Exponent));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V>
            => Exponent == 0 ? V.Const(0) * g : g * V.Const(Exponent) * V.Call(new PowScalar(Exponent - 1), x);
    }

    /// <summary>x² , integers too.</summary>
    public readonly record struct Square : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x * x;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * (x + x);
    }

    /// <summary>x³, integers too.</summary>
    public readonly record struct Cube : IUnaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => x * x * x;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Const(3) * x * x;
    }

    /// <summary>The power of positive numbers, with the logarithm carried in twice the precision.</summary>
    internal static class Power
    {
        /// <summary>aᵇ for a ≥ 0, as exp(b·ln a); NaN where b·ln a is undefined.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V OfMagnitude<V>(V a, V b) where V : INumberLane<V>
        {
            V one = V.Const(1), two = V.Const(2);
            V e = Logarithm.Octaves(a);
            V f = Logarithm.Mantissa(a);

            // ln m = 2·artanh(s) with s = f / (2 + f), s and s² in twice the precision.
            V d = f + two;
            V dError = f - (d - two);
            V s = f / d;
            V sError = (-V.ProductError(s, d, s * d) + (f - s * d) - s * dError) / d;
            V z = s * s;
            V zError = V.Fma(two * s, sError, V.ProductError(s, s, z));

            // 2·artanh(s) = 2s + s³·(2/3 + w): 2/3, too, needs more than one number.
            V w = z * V.Choose<Series32, Series64>(z);
            V lead = V.Const(0.66666668653488159, 0.66666666666666663);
            V c = lead + w;
            V cError = TwoFold.SumError(lead, w, c) + V.Const(-1.9868214925130208e-8, 3.7007434154171886e-17);
            V cube = z * s;
            V cubeError = V.Fma(zError, s, V.Fma(z, sError, V.ProductError(z, s, cube)));
            V t = cube * c;
            V tError = V.Fma(cubeError, c, V.Fma(cube, cError, V.ProductError(cube, c, t)));

            V twice = two * s;
            V log = twice + t;
            V error = TwoFold.SumError(twice, t, log) + V.Fma(two, sError, tError);
            V octaves = e * V.Const(0.693145751953125, 6.93147180369123816490e-1);
            V sum = octaves + log;
            error += TwoFold.SumError(octaves, log, sum) + e * V.Const(1.428606820309417e-6, 1.90821492927058770002e-10);
            V high = sum + error;
            V low = TwoFold.SumError(sum, error, high);
            high = V.Where(V.Equal(a, V.Const(0)), V.Const(double.NegativeInfinity), V.Where(a < V.Const(double.PositiveInfinity), high, a));

            // Where the result overflows or vanishes the correction means nothing and may not be a number.
            V product = b * high;
            V correction = V.Fma(b, low, V.ProductError(b, high, product));
            correction = V.Where(V.Abs(product) < V.Const(128, 800), correction, V.Const(0));
            V bounded = V.MaxNative(V.Const(-104, -746), V.MinNative(V.Const(89, 710), product));
            V n = Exponential.Octaves(bounded);
            return V.ScaleByLargePowerOf2(Exponential.Fraction(Exponential.Remainder(bounded, n) + correction), n);
        }

        private readonly struct Series32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, 0.40000391, 0.285256207, 0.238729045);
        }

        private readonly struct Series64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, 0.39999999999999719, 0.28571428571579338, 0.22222222190888596,
                0.1818182155841393, 0.15384405021367906, 0.1334119075844431, 0.11591663586643497, 0.12575713242033665);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// Every element to a power that may be a fraction; integers become Float32. Matches torch.pow with a floating-point exponent.
        /// </summary>
        /// <param name="exponent">The power; a number below 0 to a fractional power is NaN.</param>
        public Tensor Pow(double exponent)
        {
            var x = Fractional();
            return exponent switch
            {
                2 => x.Square(),
                3 => x.Map(new Cube()),
                0.5 => x.Map(new Sqrt()),
                -1 => x.Map(new DivideIntoScalar(1)),
                _ => x.Map(new PowScalar(exponent)),
            };
        }

        /// <summary>Every element to a whole power; integers stay integers, and Bool becomes Int64. Matches torch.pow with an integer exponent.</summary>
        /// <param name="exponent">The power.</param>
        /// <exception cref="DTypeException">The exponent is negative, and the elements are integers.</exception>
        public Tensor Pow(long exponent)
        {
            if (DType.IsFloatingPoint()) return Pow((double)exponent);
            if (exponent < 0) throw new DTypeException($"Pow: {DType} elements to the power {exponent} would be fractions; convert them with To(DType.Float32), or give the exponent as {exponent}.0.");
            var x = Whole();
            return exponent switch
            {
                2 => x.Square(),
                3 => x.Map(new Cube()),
                _ => x.Map(new PowInteger(exponent)),
            };
        }

        /// <summary>
        /// Every element to the power of the other tensor's; they broadcast. Of two integer tensors an integer one, where 1, −1 and other numbers to a
        /// negative power are 1, ±1 and 0. Matches torch.pow.
        /// </summary>
        /// <param name="exponent">The powers.</param>
        /// <exception cref="DTypeException">Both are Bool.</exception>
        public Tensor Pow(Tensor exponent)
        {
            var type = DTypes.Promote(this, exponent);
            if (type.IsFloatingPoint()) return Op.Zip(new Pow(), this, exponent);
            if (type == DType.Bool) throw new DTypeException("Pow: Bool elements have no powers; convert them with To(DType.Int64).");
            return Op.Zip(new PowIntegers(type == DType.UInt8 ? 8 : 8 * type.Size() - 1), this, exponent);
        }

        /// <summary>The square of every element, integers too. Matches torch.square.</summary>
        public Tensor Square() => Whole().Map(new Square());
    }
}
