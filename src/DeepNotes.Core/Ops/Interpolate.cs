using DeepNotes.Ops;

namespace DeepNotes
{
    /// <summary>How an image is read between its pixels.</summary>
    public enum InterpolationMode
    {
        /// <summary>The element at or before the place.</summary>
        Nearest,

        /// <summary>The element whose middle is nearest.</summary>
        NearestExact,

        /// <summary>Weighted by distance along each dimension: linear, bilinear or trilinear by the number of dimensions.</summary>
        Linear,

        /// <summary>Cubic convolution over four elements along each dimension (Keys 1981, a = −0.75); images only.</summary>
        Bicubic,

        /// <summary>The mean of what a new element covers.</summary>
        Area,
    }

    public partial class Tensor
    {
        /// <summary>Resizes sequences, images or volumes. Matches torch.nn.functional.interpolate with a size.</summary>
        /// <param name="size">The new lengths of all dimensions after the second; at least 1.</param>
        /// <param name="mode">How it is read between the elements.</param>
        /// <param name="alignCorners">True to let the middles of the corner elements stay in place, false to let their outer edges; only for linear and bicubic.</param>
        /// <returns>[N, C, …size].</returns>
        /// <exception cref="ShapeException">The input is not [N, C, L], [N, C, H, W] or [N, C, D, H, W], or the number of lengths differs.</exception>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A length is below 1.</exception>
        /// <exception cref="ArgumentException">The corners are aligned in a mode that has no such thing, or bicubic is asked for something else than an image.</exception>
        public Tensor Interpolate(ReadOnlySpan<int> size, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false) =>
            Interpolate(size.ToArray(), null, mode, alignCorners);

        /// <summary>Resizes sequences, images or volumes by factors. Matches torch.nn.functional.interpolate with a scale_factor.</summary>
        /// <param name="scaleFactor">New over old length for each dimension after the second, or one for all; a new length is rounded down.</param>
        /// <param name="mode">How it is read between the elements.</param>
        /// <param name="alignCorners">True to let the middles of the corner elements stay in place, false to let their outer edges; only for linear and bicubic.</param>
        /// <param name="recomputeScaleFactor">True to read with the factor that the rounded length makes, false with the given one.</param>
        /// <returns>[N, C, …].</returns>
        /// <exception cref="ShapeException">The input is not [N, C, L], [N, C, H, W] or [N, C, D, H, W], or the number of factors differs.</exception>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A new length is below 1.</exception>
        /// <exception cref="ArgumentException">The corners are aligned in a mode that has no such thing, or bicubic is asked for something else than an image.</exception>
        public Tensor Interpolate(ReadOnlySpan<double> scaleFactor, InterpolationMode mode = InterpolationMode.Nearest, bool alignCorners = false, bool recomputeScaleFactor = false)
        {
            int n = Math.Max(0, Rank - 2);
            var factors = scaleFactor.ToArray();
            if (factors.Length == 1) Array.Resize(ref factors, n);
            if (factors.Length != n || n < 1) throw new ShapeException($"Interpolate: {scaleFactor.Length} factors for the input {Shape}; there must be one, or one for each of the {n} dimensions after the second.");
            if (scaleFactor.Length == 1) Array.Fill(factors, scaleFactor[0]);
            var size = new int[n];
            for (int i = 0; i < n; i++) size[i] = (int)Math.Clamp(Math.Floor(Shape[i + 2] * factors[i]), int.MinValue, int.MaxValue);
            return Interpolate(size, recomputeScaleFactor ? null : factors, mode, alignCorners);
        }

        private Tensor Interpolate(int[] size, double[]? factors, InterpolationMode mode, bool alignCorners)
        {
            if (Rank is < 3 or > 5) throw new ShapeException($"Interpolate: the input must be [N, C, L], [N, C, H, W] or [N, C, D, H, W]; it is {Shape}.");
            if (size.Length != Rank - 2) throw new ShapeException($"Interpolate: {size.Length} lengths for the {Rank - 2} dimensions after the second of {Shape}.");
            Floating(DType, nameof(Interpolate));
            if (alignCorners && mode is not (InterpolationMode.Linear or InterpolationMode.Bicubic)) throw new ArgumentException($"Interpolate: corners are aligned in the modes Linear and Bicubic, not {mode}.", nameof(alignCorners));
            if (mode == InterpolationMode.Bicubic && Rank != 4) throw new ArgumentException($"Interpolate: Bicubic is for images [N, C, H, W]; the input is {Shape}.", nameof(mode));
            for (int i = 0; i < size.Length; i++)
            {
                if (size[i] < 1) throw new ArgumentOutOfRangeException(nameof(size), $"Interpolate: the lengths ({string.Join(", ", size)}) must be at least 1.");
                if (Shape[i + 2] < 1) throw new ShapeException($"Interpolate: {Shape} has nothing to interpolate between.");
            }
            if (mode == InterpolationMode.Area) return AdaptiveAverage(nameof(Interpolate), size);
            if (DType.IsNarrow()) return Widened().Interpolate(size, factors, mode, alignCorners).To(DType);
            var result = this;
            for (int i = size.Length - 1; i >= 0; i--)
            {
                var taps = new Taps(Shape[i + 2], size[i], factors is null ? null : factors[i], mode, alignCorners);
                if (!taps.IsIdentity) result = result.Resample(i + 2, taps);
            }
            return result;
        }

        /// <summary>A dimension read at other places: the weighted sum of one slice for each tap.</summary>
        private Tensor Resample(int dimension, Taps taps)
        {
            Tensor? sum = null;
            for (int t = 0; t < taps.Places.Length; t++)
            {
                var slice = IndexSelect(dimension, From<long>(taps.Places[t]).To(Device));
                if (taps.Weights is { } weights) slice *= From<double>(weights[t]).To(DType).To(Device).Reshape(Along(dimension, weights[t].Length));
                sum = sum is null ? slice : sum + slice;
            }
            return sum!;
        }
    }
}

namespace DeepNotes.Ops
{
    /// <summary>From which elements of a dimension each element of a resized one is read, and with which weights.</summary>
    internal readonly struct Taps
    {
        public Taps(int length, int size, double? factor, InterpolationMode mode, bool alignCorners)
        {
            double scale = alignCorners ? (size > 1 ? (length - 1.0) / (size - 1) : 0) : factor is { } f && f > 0 ? 1 / f : (double)length / size;
            IsIdentity = length == size && scale == 1;
            int taps = mode switch { InterpolationMode.Linear => 2, InterpolationMode.Bicubic => 4, _ => 1 };
            Places = new long[taps][];
            Weights = taps == 1 ? null : new double[taps][];
            for (int t = 0; t < taps; t++)
            {
                Places[t] = new long[size];
                if (Weights is not null) Weights[t] = new double[size];
            }
            Span<double> weights = stackalloc double[4];
            for (int i = 0; i < size; i++)
            {
                if (taps == 1)
                {
                    // In single precision, as PyTorch finds the element for all types.
                    float place = mode == InterpolationMode.NearestExact ? (i + 0.5f) * (float)scale : i * (float)scale;
                    Places[0][i] = Math.Clamp((long)MathF.Floor(place), 0, length - 1);
                    continue;
                }
                double at = alignCorners ? i * scale : (i + 0.5) * scale - 0.5;
                if (taps == 2) at = Math.Max(at, 0);
                double whole = Math.Floor(at), part = at - whole;
                if (taps == 2) (weights[0], weights[1]) = (1 - part, part);
                else Cubic(part, weights);
                for (int t = 0; t < taps; t++)
                {
                    Places[t][i] = Math.Clamp((long)whole + t - (taps == 4 ? 1 : 0), 0, length - 1);
                    Weights![t][i] = weights[t];
                }
            }
        }

        /// <summary>Whether nothing changes.</summary>
        public bool IsIdentity { get; }

        /// <summary>For each tap, the place of every new element.</summary>
        public long[][] Places { get; }

        /// <summary>For each tap, the weight of every new element; null if it is 1.</summary>
        public double[][]? Weights { get; }

        /// <summary>Keys's cubic convolution with a = −0.75, for a place a part of the way from the second to the third of four elements.</summary>
        private static void Cubic(double part, Span<double> weights)
        {
            const double A = -0.75;
            (weights[0], weights[1]) = (Outer(part + 1), Inner(part));
            (weights[2], weights[3]) = (Inner(1 - part), Outer(2 - part));
            static double Inner(double x) => ((A + 2) * x - (A + 3)) * x * x + 1;
            static double Outer(double x) => ((A * x - 5 * A) * x + 8 * A) * x - 4 * A;
        }
    }
}
