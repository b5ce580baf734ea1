using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>a − b·⌊a / b⌋: the remainder with the sign of the divisor, as Python's %. Exact while |a / b| is below 2⁴⁶ (Float32) or 2¹⁰⁴ (Float64); NaN where the quotient is too large for two steps.</summary>
    public readonly record struct Remainder : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V>
        {
            V r = Division.Remainder(a, b), zero = V.Const(0);
            return V.Where(b > zero, V.Where(r < zero, r + b, r), V.Where(r > zero, r + b, r));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => -g * V.Call(new FloorDivide(), a, b);
    }

    /// <summary>The remainder with the sign of the dividend, as C's fmod. Exact while |a / b| is below 2⁴⁶ (Float32) or 2¹⁰⁴ (Float64); NaN where the quotient is too large for two steps.</summary>
    public readonly record struct FloatRemainder : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input | Keep.Right;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V> => Division.Remainder(a, b);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => -g * V.Call(new Truncate(), a / b);
    }

    /// <summary>⌊a / b⌋.</summary>
    public readonly record struct FloorDivide : IBinaryOp, IIntegerFormula
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Nothing;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V a, V b) where V : INumberLane<V>
        {
            V r = Division.Remainder(a, b), zero = V.Const(0), one = V.Const(1);
            V divisor = Division.Divisor(b);
            V q = (a - r) / divisor;
            q = V.Where(V.Equal(divisor, b), q, V.Where(b < zero, -q, q));
            V corrected = V.Where(b > zero, V.Where(r < zero, q - one, q), V.Where(r > zero, q - one, q));
            // The exact quotient is an integer here; its division may have rounded to a neighbour of it.
            V whole = V.Round(corrected);
            return V.Where(V.Equal(b, zero), a / divisor, V.Where(V.Equal(whole, zero), V.CopySign(zero, a / divisor), whole));
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientLeft<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V GradientRight<V>(V g, V a, V b, V y) where V : ILane<V> => g * V.Const(0);
    }

    /// <summary>Division with a remainder.</summary>
    internal static class Division
    {
        /// <summary>a − b·q for the quotient q truncated, in two steps, each good for as many bits of the quotient as a number holds.</summary>
        [MethodImpl(AggressiveInlining)]
        public static V Remainder<V>(V a, V b) where V : INumberLane<V>
        {
            V r = Step(Step(a, b), b);
            return V.Where(V.Abs(r) > V.Abs(b), V.Const(double.NaN), r);
        }

        /// <summary>
        /// b, but on integer lanes 1 for 0 and −1: division by zero, and of the least integer by −1, stops the program there. An
        /// integer lane is one that reads 1/2 as 0.
        /// </summary>
        [MethodImpl(AggressiveInlining)]
        public static V Divisor<V>(V b) where V : INumberLane<V>
        {
            V zero = V.Const(0), one = V.Const(1);
            return V.Where(V.Equal(V.Const(0.5), zero), V.Where(V.Equal(b, zero), one, V.Where(b < zero, V.Where(V.Equal(b, V.Const(-1)), one, b), b)), b);
        }

        [MethodImpl(AggressiveInlining)]
        private static V Step<V>(V a, V b) where V : INumberLane<V>
        {
            V zero = V.Const(0);
            b = Divisor(b);
            V q = V.Call(new Truncate(), a / b);
            V product = q * b;
            // A product by 0 or ±1 is exact; splitting the largest numbers, as lanes without a fused multiply-add do, would overflow.
            V error = V.Where(V.Abs(q) <= V.Const(1), zero, V.ProductError(q, b, product));
            V r = (a - product) - error;
            // A quotient that was rounded up across an integer leaves a remainder of the wrong sign.
            V magnitude = V.Abs(b);
            V back = V.Where(a < zero, V.Where(r > zero, r - magnitude, r), V.Where(r < zero, r + magnitude, r));
            return V.Where(V.Equal(q, zero), a, V.Where(V.Equal(back, zero), V.Where(a < zero, -zero, zero), back));
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The remainder of every element divided by the other tensor's, with the sign of the divisor; the tensors broadcast. Matches torch.remainder.</summary>
        /// <param name="divisor">The divisor; 0 gives NaN, and 0 for integers.</param>
        public Tensor Remainder(Tensor divisor) => Op.Zip(new Remainder(), this, divisor);

        /// <summary>The remainder with the sign of the dividend; the tensors broadcast. Matches torch.fmod.</summary>
        /// <param name="divisor">The divisor; 0 gives NaN, and 0 for integers.</param>
        public Tensor FloatRemainder(Tensor divisor) => Op.Zip(new FloatRemainder(), this, divisor);

        /// <summary>The quotient of every element and the other tensor's, rounded down; the tensors broadcast. It has no gradient. Matches torch.floor_divide.</summary>
        /// <param name="divisor">The divisor; integers are left as they are where it is 0.</param>
        public Tensor FloorDivide(Tensor divisor) => Op.Zip(new FloorDivide(), this, divisor);

        /// <summary>The remainder with the sign of the divisor; the tensors broadcast. Matches torch.remainder.</summary>
        public static Tensor operator %(Tensor a, Tensor b) => a.Remainder(b);
    }
}
