using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Ops
{
    /// <summary>ln(1 + x), without cancellation near 0.</summary>
    public readonly record struct Log1p : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V>
        {
            // The rounding error of 1 + x enters as its first-order term.
            V u = x + V.Const(1);
            V lost = V.Where(x > V.Const(1), V.Const(1) - (u - x), x - (u - V.Const(1)));
            V e = V.Exponent(u);
            V isSmall = V.Equal(e, V.Const(0));
            V f = V.Where(isSmall, x, V.Mantissa(u) - V.Const(1));
            V y = V.Fma(e, V.Const(1.428606820309417e-6, 1.90821492927058770002e-10), Logarithm.Correction(f) + V.Where(isSmall, V.Const(0), lost / u));
            y = V.Fma(e, V.Const(0.693145751953125, 6.93147180369123816490e-1), f + y);
            y = V.Where(x > V.Const(-1), y, V.Where(V.Equal(x, V.Const(-1)), V.Const(double.NegativeInfinity), V.Const(double.NaN)));
            y = V.Where(V.Equal(x, V.Const(0)), x, y);
            return V.Where(x < V.Const(double.PositiveInfinity), y, x);
        }

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / (x + V.Const(1));
    }

    /// <summary>The logarithm to base 2, exact at powers of 2.</summary>
    public readonly record struct Log2 : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => Logarithm.OfBase(x, V.Const(1), V.Const(0), V.Const(1.4426950408889634), V.Const(1.9259629911266175e-8, 2.0355273740931032e-17));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / (x * V.Const(0.6931471805599453));
    }

    /// <summary>The logarithm to base 10.</summary>
    public readonly record struct Log10 : IUnaryOp
    {
        /// <inheritdoc/>
        public Keep Keep => Keep.Input;

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Apply<V>(V x) where V : INumberLane<V> => Logarithm.OfBase(x, V.Const(0.301025390625, 0.3010299955494701862), V.Const(4.6050389811952137e-6, 1.1451100898021839e-10), V.Const(0.4342944819032518), V.Const(-1.0103050052231684e-8, 1.0983196502167651e-17));

        /// <inheritdoc/>
        [MethodImpl(AggressiveInlining)]
        public V Gradient<V>(V g, V x, V y) where V : ILane<V> => g / (x * V.Const(2.302585092994046));
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>ln(1 + x) of every element, accurate near 0; integers are converted to Float32. Matches torch.log1p.</summary>
        public Tensor Log1p() => Map(new Log1p());

        /// <summary>The logarithm to base 2 of every element; integers are converted to Float32. Matches torch.log2.</summary>
        public Tensor Log2() => Map(new Log2());

        /// <summary>The logarithm to base 10 of every element; integers are converted to Float32. Matches torch.log10.</summary>
        public Tensor Log10() => Map(new Log10());
    }
}
