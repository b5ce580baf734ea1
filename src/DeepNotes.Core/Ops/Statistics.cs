using System.Runtime.CompilerServices;
using DeepNotes.Autograd;
using DeepNotes.Lanes;

namespace DeepNotes.Ops
{
    /// <summary>The smallest element.</summary>
    public readonly record struct MinOf : IReduceOp
    {
        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Identity<V>() where V : INumberLane<V> => V.Const(double.PositiveInfinity);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Combine<V>(V a, V b) where V : INumberLane<V> => V.Min(a, b);

        /// <inheritdoc/>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Finish<V>(V total, double count) where V : INumberLane<V> => total;
    }

    /// <summary>The largest or smallest elements over some dimensions; all that equal them share the gradient.</summary>
    internal readonly record struct ExtremeOver(uint Dimensions, bool KeepDim, bool Largest) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var y = Largest ? Reducing.Run(default(MaxOf), x[0], Dimensions, KeepDim) : Reducing.Run(default(MinOf), x[0], Dimensions, KeepDim);
            tape.Keep(x[0], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, y) = kept;
            var one = Reducing.Reduced(x.Shape, Dimensions, keepDim: true);
            var mask = x.Detach().Eq(y.Detach().ReshapeTo(one)).To(g.DType);
            gradients[0] = mask * (g.ReshapeTo(one) / Reducing.Run(default(SumOf), mask, Dimensions, keepDim: true));
        }
    }

    /// <summary>Π x over some dimensions, which have been joined as the last one.</summary>
    internal readonly record struct ProductLast : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[0]);
            return Reducing.Run(default(ProductOf), x[0], 1u << (x[0].Rank - 1), keepDim: false);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            // For each element the product of all before it and all after it: right with zeros, too.
            var x = kept[0];
            if (x.Shape[^1] == 0)
            {
                gradients[0] = Tensor.ZerosLike(x);
                return;
            }
            gradients[0] = g.Unsqueeze(-1) * Before(x) * Before(x.Flip(-1)).Flip(-1);
        }

        private static Tensor Before(Tensor x) =>
            Tensor.Concatenate([Tensor.OnesLike(x.Narrow(-1, 0, 1)), x.Narrow(-1, 0, x.Shape[^1] - 1).CumProd(-1)], -1);
    }

    /// <summary>(Σ |x|ᵖ)^(1/p) over some dimensions; where it is zero the gradient is taken to be zero.</summary>
    internal readonly record struct PowerNorm(double P, uint Dimensions, bool KeepDim) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var size = x[0].Abs();
            Tensor y = P switch
            {
                0 => Reducing.Run(default(SumOf), x[0].Ne(0.0).To(x[0].DType), Dimensions, KeepDim),
                1 => Reducing.Run(default(SumOf), size, Dimensions, KeepDim),
                2 => Reducing.Run(default(SumOf), size * size, Dimensions, KeepDim).Sqrt(),
                double.PositiveInfinity => Reducing.Run(default(MaxOf), size, Dimensions, KeepDim),
                double.NegativeInfinity => Reducing.Run(default(MinOf), size, Dimensions, KeepDim),
                _ => Reducing.Run(default(SumOf), size.Pow(P), Dimensions, KeepDim).Pow(1 / P),
            };
            tape.Keep(x[0], y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, y) = kept;
            var one = Reducing.Reduced(x.Shape, Dimensions, keepDim: true);
            (g, y) = (g.ReshapeTo(one), y.ReshapeTo(one));
            var sign = Tensor.Where(x > 0.0, 1.0, Tensor.Where(x < 0.0, -1.0, Tensor.ZerosLike(x)));
            var isZero = y.Eq(0.0);
            if (P == 0) gradients[0] = Tensor.ZerosLike(x);
            else if (P == 1) gradients[0] = g * sign;
            else if (P == 2) gradients[0] = x * Tensor.Where(isZero, 0.0, g / Tensor.Where(isZero, 1.0, y));
            else if (double.IsInfinity(P))
            {
                var mask = x.Detach().Abs().Eq(y.Detach()).To(g.DType);
                gradients[0] = sign * mask * (g / Reducing.Run(default(SumOf), mask, Dimensions, keepDim: true));
            }
            else
            {
                var none = x.Eq(0.0);
                var power = Tensor.Where(none, 0.0, Tensor.Where(none, 1.0, x.Abs()).Pow(P - 1));
                gradients[0] = sign * power * Tensor.Where(isZero, 0.0, g / Tensor.Where(isZero, 1.0, y).Pow(P - 1));
            }
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>The largest elements over some dimensions; all that equal them share the gradient. Matches torch.amax.</summary>
        /// <param name="dimensions">Which; negative ones count from the end; none means all.</param>
        /// <param name="keepDim">True to leave the reduced dimensions with the length 1.</param>
        /// <exception cref="ShapeException">A reduced dimension is empty.</exception>
        public Tensor AMax(ReadOnlySpan<int> dimensions = default, bool keepDim = false) => ExtremeOver(dimensions, keepDim, true, nameof(AMax));

        /// <summary>The smallest elements over some dimensions; all that equal them share the gradient. Matches torch.amin.</summary>
        /// <inheritdoc cref="AMax"/>
        public Tensor AMin(ReadOnlySpan<int> dimensions = default, bool keepDim = false) => ExtremeOver(dimensions, keepDim, false, nameof(AMin));

        /// <summary>The product over some dimensions. Matches torch.prod; integers and Bool are multiplied as Int64.</summary>
        /// <param name="dimensions">Which; negative ones count from the end; none means all.</param>
        /// <param name="keepDim">True to leave the reduced dimensions with the length 1.</param>
        public Tensor Prod(ReadOnlySpan<int> dimensions = default, bool keepDim = false)
        {
            uint bits = Reducing.Bits(Shape, dimensions, nameof(Prod));
            var x = DType.IsFloatingPoint() ? this : To(DType.Int64);
            return Op.Apply(new ProductLast(), x.JoinedLast(bits)).ReshapeTo(Reducing.Reduced(Shape, bits, keepDim));
        }

        /// <summary>The variance over some dimensions. Matches torch.var.</summary>
        /// <param name="dimensions">Which; negative ones count from the end; none means all.</param>
        /// <param name="keepDim">True to leave the reduced dimensions with the length 1.</param>
        /// <param name="correction">Taken from the number of elements; 1 by default, for a sample.</param>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        public Tensor Var(ReadOnlySpan<int> dimensions = default, bool keepDim = false, double correction = 1)
        {
            Floating(DType, nameof(Var));
            uint bits = Reducing.Bits(Shape, dimensions, nameof(Var));
            if (DType.IsNarrow()) return Widened().Var(dimensions, keepDim, correction).To(DType);
            var distance = this - Mean(dimensions, keepDim: true);
            return (distance * distance).Sum(dimensions, keepDim) / Math.Max(0, Reducing.CountOf(Shape, bits) - correction);
        }

        /// <summary>The standard deviation over some dimensions. Matches torch.std.</summary>
        /// <inheritdoc cref="Var"/>
        public Tensor Std(ReadOnlySpan<int> dimensions = default, bool keepDim = false, double correction = 1) => Widened().Var(dimensions, keepDim, correction).Sqrt().To(DType);

        /// <summary>The p-norm over some dimensions: (Σ |x|ᵖ)^(1/p). Matches torch.linalg.vector_norm.</summary>
        /// <param name="p">2 by default; 0 counts what is not zero, infinity takes the largest.</param>
        /// <param name="dimensions">Which; negative ones count from the end; none means all.</param>
        /// <param name="keepDim">True to leave the reduced dimensions with the length 1.</param>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        public Tensor Norm(double p = 2, ReadOnlySpan<int> dimensions = default, bool keepDim = false)
        {
            Floating(DType, nameof(Norm));
            return Op.Apply(new PowerNorm(p, Reducing.Bits(Shape, dimensions, nameof(Norm)), keepDim), this);
        }

        /// <summary>log Σ eˣ over some dimensions, without overflow. Matches torch.logsumexp.</summary>
        /// <param name="dimensions">Which; negative ones count from the end; none means all.</param>
        /// <param name="keepDim">True to leave the reduced dimensions with the length 1.</param>
        public Tensor LogSumExp(ReadOnlySpan<int> dimensions = default, bool keepDim = false)
        {
            if (DType.IsNarrow()) return Widened().LogSumExp(dimensions, keepDim).To(DType);
            var x = DType.IsFloatingPoint() ? this : To(DType.Float32);
            uint bits = Reducing.Bits(Shape, dimensions, nameof(LogSumExp));
            if (Reducing.CountOf(Shape, bits) == 0) return x.Exp().Sum(dimensions, keepDim).Log();
            Tensor shift;
            using (DeepNotes.Grad.Off())
            {
                shift = x.Detach().AMax(dimensions, keepDim: true);
                shift = Where(shift.Abs().Eq(double.PositiveInfinity), 0.0, shift);
            }
            var sum = (x - shift).Exp().Sum(dimensions, keepDim);
            return sum.Log() + shift.ReshapeTo(Reducing.Reduced(Shape, bits, keepDim));
        }

        /// <summary>Whether any element over some dimensions is not zero, as Bool. Matches torch.any.</summary>
        /// <param name="dimensions">Which; negative ones count from the end; none means all.</param>
        /// <param name="keepDim">True to leave the reduced dimensions with the length 1.</param>
        public Tensor Any(ReadOnlySpan<int> dimensions = default, bool keepDim = false) => Detach().To(DType.Bool).Sum(dimensions, keepDim).To(DType.Bool);

        /// <summary>Whether all elements over some dimensions are not zero, as Bool. Matches torch.all.</summary>
        /// <inheritdoc cref="Any"/>
        public Tensor All(ReadOnlySpan<int> dimensions = default, bool keepDim = false) => Detach().Eq(Scalar(0, DType).To(Device)).Sum(dimensions, keepDim).Eq(0);

        /// <summary>The tensor with some dimensions joined as the last one.</summary>
        internal Tensor JoinedLast(uint dimensions)
        {
            var order = new int[Rank];
            int at = 0, count = Reducing.CountOf(Shape, dimensions);
            for (int i = 0; i < Rank; i++) if ((dimensions >> i & 1) == 0) order[at++] = i;
            int kept = at;
            for (int i = 0; i < Rank; i++) if ((dimensions >> i & 1) == 1) order[at++] = i;
            var moved = Permute(order);
            return moved.ReshapeTo(Shape.Create([.. moved.Shape.AsSpan()[..kept], count]));
        }

        private Tensor ExtremeOver(ReadOnlySpan<int> dimensions, bool keepDim, bool largest, string name)
        {
            uint bits = Reducing.Bits(Shape, dimensions, name);
            if (Reducing.CountOf(Shape, bits) == 0) throw new ShapeException($"{name}: a reduced dimension of {Shape} is empty, so it has no extreme element.");
            // Integers of fewer bits have no identity that every lane can hold.
            if (DType is DType.Int8 or DType.Int16 or DType.Bool or DType.UInt8) return To(DType.Int32).ExtremeOver(dimensions, keepDim, largest, name).To(DType);
            return Op.Apply(new ExtremeOver(bits, keepDim, largest), this);
        }
    }
}
