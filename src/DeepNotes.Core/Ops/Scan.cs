using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;

namespace DeepNotes.Ops
{
    /// <summary>Π x.</summary>
    public readonly record struct ProductOf : IReduceOp
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Identity<V>() where V : INumberLane<V> => V.Const(1);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Combine<V>(V a, V b) where V : INumberLane<V> => a * b;

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Finish<V>(V total, double count) where V : INumberLane<V> => total;
    }

    /// <summary>log Σ eˣ, combined without overflow.</summary>
    public readonly record struct LogSumExpOf : IReduceOp
    {
        /// <inheritdoc/>
        public V Identity<V>() where V : INumberLane<V> => V.Const(double.NegativeInfinity);

        /// <inheritdoc/>
        public V Combine<V>(V a, V b) where V : INumberLane<V>
        {
            V high = V.Max(a, b), low = V.Min(a, b);
            // Where both are the same infinity their distance is NaN and the sum is that infinity.
            V sum = high + V.Call(default(Log), V.Const(1) + V.Call(default(Exp), low - high));
            return V.Where(V.Equal(a, b), a + V.Const(Math.Log(2)), sum);
        }

        /// <inheritdoc/>
        public V Finish<V>(V total, double count) where V : INumberLane<V> => total;
    }

    /// <summary>Running sums of a dimension; the gradient of a place is the sum of what comes at and after it.</summary>
    internal readonly record struct CumSum(int Dimension) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape) => Scanning.Run(default(SumOf), x[0], Dimension);

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = Scanning.FromTheEnd(g, Dimension);
    }

    /// <summary>Running products of a dimension.</summary>
    internal readonly record struct CumProd(int Dimension) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var y = Scanning.Run(default(ProductOf), x[0], Dimension);
            tape.Keep(x[0], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, y) = kept;
            // dx_k = Σ_{i≥k} g_i Π_{j≤i, j≠k} x_j, which is Σ g_i·y_i / x_k as long as nothing is zero.
            if (x.Detach().Eq(0.0).Sum().Item() == 0)
            {
                gradients[0] = Scanning.FromTheEnd(g * y, Dimension) / x;
                return;
            }
            int length = x.Shape[Dimension];
            var parts = new Tensor[length];
            var places = Tensor.Arange(length, DType.Int64, x.Device).Reshape(Scanning.Along(x.Shape, Dimension));
            for (int k = 0; k < length; k++)
            {
                var others = Tensor.Where(places.Eq(k), 1.0, x).CumProd(Dimension);
                parts[k] = (g * others).Narrow(Dimension, k, length - k).Sum(Dimension, keepDim: true);
            }
            gradients[0] = Tensor.Concatenate(parts, Dimension);
        }
    }

    /// <summary>Running log Σ eˣ of a dimension.</summary>
    internal readonly record struct LogCumSumExp(int Dimension) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var y = Scanning.Run(default(LogSumExpOf), x[0], Dimension);
            tape.Keep(x[0], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, y) = kept;
            // dx_k = Σ_{i≥k} g_i·exp(x_k − y_i), with positive and negative g apart and in logarithms, so that nothing overflows.
            gradients[0] = Part(g, x, y) - Part(-g, x, y);
        }

        private Tensor Part(Tensor g, Tensor x, Tensor y)
        {
            var positive = g > 0.0;
            var logarithm = Tensor.Where(positive, Tensor.Where(positive, g, 1.0).Log() - y, double.NegativeInfinity);
            return (logarithm.Flip(Dimension).LogCumSumExp(Dimension).Flip(Dimension) + x).Exp();
        }
    }

    internal static class Scanning
    {
        public static Tensor Run<TOp>(TOp op, Tensor x, int dimension) where TOp : unmanaged, IReduceOp
        {
            var (outer, length, inner) = IndexSelect.Around(x.Shape, dimension);
            return x.Backend.Scan(op, x.Contiguous(), outer, length, inner);
        }

        public static Tensor FromTheEnd(Tensor g, int dimension) => g.Flip(dimension).CumSum(dimension).Flip(dimension);

        public static Shape Along(Shape shape, int dimension)
        {
            var lengths = new int[shape.Rank];
            Array.Fill(lengths, 1);
            lengths[dimension] = shape[dimension];
            return Shape.Of(lengths);
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>Running sums along a dimension. Matches torch.cumsum; integers and Bool are summed as Int64.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        public Tensor CumSum(int dimension) => Scan(new CumSum(Shape.Dimension(dimension, nameof(CumSum))));

        /// <summary>Running products along a dimension. Matches torch.cumprod; integers and Bool are multiplied as Int64.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        public Tensor CumProd(int dimension) => Scan(new CumProd(Shape.Dimension(dimension, nameof(CumProd))));

        /// <summary>The logarithm of the running sums of eˣ along a dimension, without overflow. Matches torch.logcumsumexp.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        public Tensor LogCumSumExp(int dimension)
        {
            Floating(DType, nameof(LogCumSumExp));
            return Scan(new LogCumSumExp(Shape.Dimension(dimension, nameof(LogCumSumExp))));
        }

        private Tensor Scan<TOp>(TOp op) where TOp : struct, IOp
        {
            var x = DType.IsFloatingPoint() ? this : To(DType.Int64);
            return Rank == 0 ? Op.Apply(op, x.Reshape(1)).Reshape([]) : Op.Apply(op, x);
        }
    }
}
