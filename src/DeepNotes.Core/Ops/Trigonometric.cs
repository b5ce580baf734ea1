using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>The sine; NaN above |x| = 2²⁰ (Float32) or 2³⁰ (Float64), where the remainder of the angle would be lost.</summary>
    public readonly record struct Sin : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V n = Turn.Quarters(x);
            V r = Turn.Remainder(x, n);
            V y = V.Where(Turn.IsOdd(n), Turn.Cosine(r), Turn.Sine(r));
            return V.Where(V.Equal(x, V.Const(0)), x, Turn.InRange(x, V.Where(Turn.IsInSecondHalf(n), -y, y)));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * V.Call(new Cos(), x);
    }

    /// <summary>The cosine; NaN above |x| = 2²⁰ (Float32) or 2³⁰ (Float64), where the remainder of the angle would be lost.</summary>
    public readonly record struct Cos : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V n = Turn.Quarters(x);
            V r = Turn.Remainder(x, n);
            V y = V.Where(Turn.IsOdd(n), Turn.Sine(r), Turn.Cosine(r));
            return Turn.InRange(x, V.Where(Turn.IsInSecondHalf(n + V.Const(1)), -y, y));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => -g * V.Call(new Sin(), x);
    }

    /// <summary>The tangent; NaN above |x| = 2²⁰ (Float32) or 2³⁰ (Float64), where the remainder of the angle would be lost.</summary>
    public readonly record struct Tan : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Output;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            V n = Turn.Quarters(x);
            V r = Turn.Remainder(x, n);
            V sine = Turn.Sine(r), cosine = Turn.Cosine(r), odd = Turn.IsOdd(n);
            V y = V.Where(odd, -cosine, sine) / V.Where(odd, sine, cosine);
            return V.Where(V.Equal(x, V.Const(0)), x, Turn.InRange(x, y));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g * (V.Const(1) + y * y);
    }

    /// <summary>An angle as a number of quarter turns and a remainder in [−π/4, π/4].</summary>
    internal static class Turn
    {
        /// <summary>n, the integer nearest to x / (π/2).</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Quarters<V>(V x) where V : INumberLane<V> => V.Round(x * V.Const(0.6366197723675814));

        /// <summary>
        /// x − n·π/2, π/2 in parts of 11 (Float32) or 33 bits (Float64), so that what is subtracted first is exact.
        /// </summary>
        [MethodImpl(AggressiveInlining)]
        public static V Remainder<V>(V x, V n) where V : INumberLane<V>
        {
            V r = Minus(x, n, V.Const(1.5703125, 1.5707963267341256));
            r = Minus(r, n, V.Const(0.0004837512969970703, 6.077100506303966e-11));
            // From here on the sum has more bits than a number: what rounding takes is added at the end, with the last parts.
            V third = n * V.Const(7.549533620476723e-8, 2.0222662487111665e-21);
            V y = r - third;
            V lost = (r - y) - third;
            lost = V.Fma(n, V.Const(-2.5632829192545614e-12, -8.4784276603688996e-32), lost);
            lost = V.Fma(n, V.Const(-6.123234262925839e-17, 0), lost);
            return y + lost;
        }

        // r − n·part without rounding: the difference of neighbours is exact, and so is what the product lost.
        [MethodImpl(AggressiveInlining)]
        private static V Minus<V>(V r, V n, V part) where V : INumberLane<V>
        {
            V product = n * part;
            return (r - product) - V.ProductError(n, part, product);
        }

        /// <summary>y, but NaN where x is too large for its quarter turns to be counted.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V InRange<V>(V x, V y) where V : INumberLane<V> => V.Where(V.Abs(x) <= V.Const(1048576, 1073741824), y, V.Const(double.NaN));

        /// <summary>Whether the angle lies a quarter turn off the axis.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V IsOdd<V>(V n) where V : INumberLane<V>
        {
            V half = n * V.Const(0.5);
            return V.Floor(half) < half;
        }

        /// <summary>Whether n quarter turns, less whole ones, are two or three.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V IsInSecondHalf<V>(V n) where V : INumberLane<V>
        {
            V quarter = n * V.Const(0.25);
            return quarter - V.Floor(quarter) >= V.Const(0.5);
        }

        /// <summary>The sine of the remainder.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Sine<V>(V r) where V : INumberLane<V>
        {
            V square = r * r;
            return V.Fma(r * square, SineSeries(square), r);
        }

        /// <summary>(sin r − r) / r³ for z = r².</summary>
        [MethodImpl(AggressiveInlining)]
        public static V SineSeries<V>(V z) where V : INumberLane<V> => V.Choose<Sine32, Sine64>(z);

        /// <summary>The cosine of the remainder.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Cosine<V>(V r) where V : INumberLane<V>
        {
            V square = r * r;
            return V.Fma(square, V.Fma(square, V.Choose<Cosine32, Cosine64>(square), V.Const(-0.5)), V.Const(1));
        }

        private readonly struct Sine32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, -0.166666552, 0.00833218731, -0.000195178945);
        }

        private readonly struct Sine64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, -0.1666666666666663, 0.0083333333333220055, -0.00019841269829494983, 2.7557313587466474e-6, -2.5050742286995886e-8, 1.5895903666775928e-10);
        }

        private readonly struct Cosine32 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, 0.0416666456, -0.00138873095, 2.44323273e-5);
        }

        private readonly struct Cosine64 : IPiece
        {
            [MethodImpl(AggressiveInlining)]
            public V Of<V>(V z) where V : INumberLane<V> => Polynomial.Of(z, 0.041666666666666595, -0.0013888888888872897, 2.480158728874882e-5, -2.7557314148770641e-7, 2.0875696588449558e-9, -1.1358311125450322e-11);
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The sine of every element (radians); integers are converted to Float32. Matches torch.sin.</summary>
        public Tensor Sin() => Map(new Sin());

        /// <summary>The cosine of every element (radians); integers are converted to Float32. Matches torch.cos.</summary>
        public Tensor Cos() => Map(new Cos());

        /// <summary>The tangent of every element (radians); integers are converted to Float32. Matches torch.tan.</summary>
        public Tensor Tan() => Map(new Tan());
    }
}
