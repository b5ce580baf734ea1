using System.Runtime.CompilerServices;

namespace DeepNotes.Ops
{
    /// <summary>How random bits become the elements of a tensor.</summary>
    internal interface IDraw
    {
        /// <summary>One element.</summary>
        /// <param name="words">The bits: four words for four Float32 or Int32 elements, or for two of 64 bits.</param>
        /// <param name="lane">Which of the four (or two) elements.</param>
        /// <param name="isDouble">Whether the element has 64 bits.</param>
        double Draw(Words words, int lane, bool isDouble);
    }

    /// <summary>Uniform from Low to High, High not included: 24 random bits in Float32, 53 in Float64.</summary>
    internal readonly record struct Uniform(double Low, double High) : IDraw
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Draw(Words words, int lane, bool isDouble)
        {
            if (isDouble) return Low + (High - Low) * Unit(words, lane, true);
            // In Float32 throughout, so that High is not reached by rounding of the product.
            float low = (float)Low, high = (float)High;
            float x = low + (high - low) * (float)Unit(words, lane, false);
            return x < high || low == high ? x : MathF.BitDecrement(high);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static double Unit(Words words, int lane, bool isDouble) =>
            isDouble ? (words.Long(lane) >> 11) * (1.0 / (1UL << 53)) : (words[lane] >> 8) * (1.0 / (1 << 24));
    }

    /// <summary>Normal by Box and Muller's transform of two neighbouring words.</summary>
    internal readonly record struct Normal(double Mean, double Deviation) : IDraw
    {
        public double Draw(Words words, int lane, bool isDouble)
        {
            // 1 − u is never 0, so the logarithm is finite.
            double u, v;
            if (isDouble) (u, v) = (Uniform.Unit(words, 0, true), Uniform.Unit(words, 1, true));
            else (u, v) = (Uniform.Unit(words, lane & ~1, false), Uniform.Unit(words, lane | 1, false));
            double radius = Math.Sqrt(-2 * Math.Log(1 - u)), angle = 2 * Math.PI * v;
            return Mean + Deviation * radius * ((lane & 1) == 0 ? Math.Cos(angle) : Math.Sin(angle));
        }
    }

    /// <summary>Value with probability P, otherwise 0.</summary>
    internal readonly record struct Coin(double P, double Value) : IDraw
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Draw(Words words, int lane, bool isDouble) => Uniform.Unit(words, lane, isDouble) < P ? Value : 0;
    }

    /// <summary>Whole numbers from Low up to High, not included.</summary>
    internal readonly record struct Whole(long Low, long High) : IDraw
    {
        public double Draw(Words words, int lane, bool isDouble)
        {
            ulong span = (ulong)(High - Low);
            ulong at = isDouble ? (ulong)((UInt128)words.Long(lane) * span >> 64) : (ulong)words[lane] * span >> 32;
            return Low + (long)at;
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>Uniform random numbers from 0 to 1, 1 not included. Matches torch.rand.</summary>
        /// <param name="shape">The lengths of the dimensions.</param>
        /// <param name="dtype">Float32 by default.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        public static Tensor Rand(Shape shape, DType dtype = DType.Float32, Rng? rng = null) => Draw(new Uniform(0, 1), shape, Floating(dtype, nameof(Rand)), rng);

        /// <summary>Uniform random numbers from low to high, high not included.</summary>
        /// <param name="shape">The lengths of the dimensions.</param>
        /// <param name="low">The lower end.</param>
        /// <param name="high">The upper end.</param>
        /// <param name="dtype">Float32 by default.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        public static Tensor Uniform(Shape shape, double low, double high, DType dtype = DType.Float32, Rng? rng = null) =>
            Draw(new Uniform(low, high), shape, Floating(dtype, nameof(Uniform)), rng);

        /// <summary>Normally distributed random numbers with mean 0 and deviation 1. Matches torch.randn.</summary>
        /// <param name="shape">The lengths of the dimensions.</param>
        /// <param name="dtype">Float32 by default.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        public static Tensor Randn(Shape shape, DType dtype = DType.Float32, Rng? rng = null) => Normal(shape, 0, 1, dtype, rng);

        /// <summary>Normally distributed random numbers. Matches torch.normal.</summary>
        /// <param name="shape">The lengths of the dimensions.</param>
        /// <param name="mean">Their mean.</param>
        /// <param name="deviation">Their standard deviation.</param>
        /// <param name="dtype">Float32 by default.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        public static Tensor Normal(Shape shape, double mean, double deviation, DType dtype = DType.Float32, Rng? rng = null) =>
            Draw(new Normal(mean, deviation), shape, Floating(dtype, nameof(Normal)), rng);

        /// <summary>Normally distributed random numbers, each with a mean and a standard deviation of its own; they broadcast. Matches torch.normal; no gradient flows.</summary>
        /// <param name="mean">The means.</param>
        /// <param name="deviation">The standard deviations, of the same type.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        /// <exception cref="ShapeException">They do not broadcast.</exception>
        /// <exception cref="DTypeException">They are not of one floating-point type.</exception>
        public static Tensor Normal(Tensor mean, Tensor deviation, Rng? rng = null)
        {
            if (mean.DType != deviation.DType) throw new DTypeException($"Normal: the means are {mean.DType} and the deviations {deviation.DType}; they must have one type.");
            var shape = Shape.Broadcast(mean.Shape, deviation.Shape, nameof(Normal));
            return mean.Detach() + Randn(shape, mean.DType, rng).To(mean.Device) * deviation.Detach();
        }

        /// <summary>Whole random numbers from low up to high, high not included. Matches torch.randint.</summary>
        /// <param name="low">The smallest.</param>
        /// <param name="high">Not included; above low.</param>
        /// <param name="shape">The lengths of the dimensions.</param>
        /// <param name="dtype">Int64 by default.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        public static Tensor RandInt(long low, long high, Shape shape, DType dtype = DType.Int64, Rng? rng = null)
        {
            if (high <= low || high - low > 1L << 53) throw new ArgumentOutOfRangeException(nameof(high), $"RandInt: there must be between 1 and 2⁵³ numbers from {low} up to {high}.");
            return Draw(new Whole(low, high), shape, dtype, rng);
        }

        /// <summary>1 with a probability, otherwise 0. Matches torch.bernoulli with one probability.</summary>
        /// <param name="shape">The lengths of the dimensions.</param>
        /// <param name="probability">From 0 to 1.</param>
        /// <param name="dtype">Float32 by default.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        public static Tensor Bernoulli(Shape shape, double probability, DType dtype = DType.Float32, Rng? rng = null)
        {
            if (!(probability >= 0 && probability <= 1)) throw new ArgumentOutOfRangeException(nameof(probability), $"Bernoulli: a probability is from 0 to 1, not {probability}.");
            return Draw(new Coin(probability, 1), shape, dtype, rng);
        }

        /// <summary>The numbers 0 to count − 1 in random order, as Int64. Matches torch.randperm.</summary>
        /// <param name="count">How many.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        public static Tensor RandPerm(int count, Rng? rng = null)
        {
            rng ??= Rng.Default;
            var result = Arange(count);
            var order = result.Elements<long>();
            for (int i = count - 1; i > 0; i--)
            {
                int j = rng.Next(i + 1);
                (order[i], order[j]) = (order[j], order[i]);
            }
            return result;
        }

        /// <summary>The same draw again from a known place of a stream, as dropout's gradient needs it.</summary>
        internal static Tensor Draw<TDraw>(TDraw draw, Shape shape, DType dtype, Device device, ulong seed, ulong position) where TDraw : unmanaged, IDraw
        {
            var result = Allocate(shape, dtype, device);
            if (result.Count > 0) result.Backend.Random(draw, result, seed, position);
            return result;
        }

        /// <summary>Blocks of four words for so many elements: two elements of 64 bits or four of fewer to a block.</summary>
        internal static ulong Blocks(int count, DType dtype) => dtype.Size() == 8 ? ((ulong)count + 1) / 2 : ((ulong)count + 3) / 4;

        private static Tensor Draw<TDraw>(TDraw draw, Shape shape, DType dtype, Rng? rng) where TDraw : unmanaged, IDraw
        {
            rng ??= Rng.Default;
            return Draw(draw, shape, dtype, Device.Cpu, rng.InitialSeed, rng.Take(Blocks(shape.ElementCount, dtype)));
        }

        private static DType Floating(DType dtype, string name) => dtype.IsFloatingPoint() ? dtype : throw new DTypeException($"{name}: the elements must be floating point, not {dtype}.");
    }
}
