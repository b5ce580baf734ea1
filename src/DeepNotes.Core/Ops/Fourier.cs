using System.Numerics;
using DeepNotes.Autograd;
using DeepNotes.Backends.Cpu;
using DeepNotes.Lanes;

namespace DeepNotes.Ops
{
    /// <summary>Σ x·exp(sign·2πi·jk/n) over the last dimension, real and imaginary parts apart. Linear: its gradient is the transform with the other sign.</summary>
    internal readonly record struct FourierOp(int Sign) : IMultiOp, IWide
    {
        public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var (real, imaginary) = (Matrices.Copy(x[0], "Fft"), Matrices.Copy(x[1], "Fft"));
            if (real.Count > 0 && real.DType == DType.Float32) Run<float>(real, imaginary);
            else if (real.Count > 0) Run<double>(real, imaginary);
            return [real, imaginary];
        }

        public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
        {
            if ((g[0] ?? g[1]) is not { } any) return;
            var both = Op.ApplyMulti(new FourierOp(-Sign), g[0] ?? Tensor.ZerosLike(any), g[1] ?? Tensor.ZerosLike(any));
            (gradients[0], gradients[1]) = (both[0], both[1]);
        }

        private void Run<T>(Tensor real, Tensor imaginary) where T : unmanaged
        {
            int length = real.Shape[^1];
            var transform = new FourierTransform(length, Sign);
            var row = new Complex[length];
            Span<T> re = real.Elements<T>(), im = imaginary.Elements<T>();
            for (int start = 0; start < re.Length; start += length)
            {
                for (int k = 0; k < length; k++) row[k] = new Complex(Element<T>.ToDouble(re[start + k]), Element<T>.ToDouble(im[start + k]));
                transform.Run(row);
                for (int k = 0; k < length; k++) (re[start + k], im[start + k]) = (Element<T>.From(row[k].Real), Element<T>.From(row[k].Imaginary));
            }
            GC.KeepAlive(real);
            GC.KeepAlive(imaginary);
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    /// <summary>
    /// Discrete Fourier transforms. A complex tensor is a pair of tensors, real and imaginary part. Forward transforms are not
    /// scaled, inverse ones by 1/n, as torch.fft does by default.
    /// </summary>
    public static class Fft
    {
        /// <summary>The transform of complex numbers along a dimension. Matches torch.fft.fft.</summary>
        /// <param name="real">The real parts; floating point.</param>
        /// <param name="imaginary">The imaginary parts, of the same shape and type; zeros by default.</param>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <exception cref="ShapeException">The shapes differ, or there is no dimension.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public static (Tensor Real, Tensor Imaginary) Forward(Tensor real, Tensor? imaginary = null, int dimension = -1) => Transform(real, imaginary, dimension, -1, nameof(Forward));

        /// <summary>The inverse transform of complex numbers along a dimension. Matches torch.fft.ifft.</summary>
        /// <inheritdoc cref="Forward"/>
        public static (Tensor Real, Tensor Imaginary) Inverse(Tensor real, Tensor? imaginary = null, int dimension = -1)
        {
            var (re, im) = Transform(real, imaginary, dimension, 1, nameof(Inverse));
            int n = Math.Max(1, real.Shape[real.Shape.Dimension(dimension, nameof(Inverse))]);
            return (re / n, im / n);
        }

        /// <summary>The first n/2 + 1 elements of the transform of real numbers; the others are their conjugates. Matches torch.fft.rfft.</summary>
        /// <param name="x">Floating point.</param>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        public static (Tensor Real, Tensor Imaginary) Real(Tensor x, int dimension = -1)
        {
            var (re, im) = Transform(x, null, dimension, -1, nameof(Real));
            int half = x.Shape[x.Shape.Dimension(dimension, nameof(Real))] / 2 + 1;
            return (re.Narrow(dimension, 0, half), im.Narrow(dimension, 0, half));
        }

        /// <summary>The real numbers whose transform begins with these elements. Matches torch.fft.irfft.</summary>
        /// <param name="real">The real parts of the first n/2 + 1 elements.</param>
        /// <param name="imaginary">The imaginary parts; those of elements 0 and n/2 do not count.</param>
        /// <param name="length">n; twice as many as elements after the first by default.</param>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <exception cref="ShapeException">The number of elements is not n/2 + 1.</exception>
        public static Tensor InverseReal(Tensor real, Tensor imaginary, int length = -1, int dimension = -1)
        {
            int d = real.Shape.Dimension(dimension, nameof(InverseReal)), half = real.Rank == 0 ? 0 : real.Shape[d];
            int n = length < 0 ? 2 * (half - 1) : length;
            if (n < 1 || half != n / 2 + 1) throw new ShapeException($"Fft.InverseReal: {half} elements of {real.Shape} are not the {n / 2 + 1} that {n} real numbers have.");
            int mirrored = n - half;
            var tailReal = mirrored == 0 ? null : real.Narrow(d, 1, mirrored).Flip(d);
            var tailImaginary = mirrored == 0 ? null : -imaginary.Narrow(d, 1, mirrored).Flip(d);
            var re = tailReal is null ? real : Tensor.Concatenate([real, tailReal], d);
            var im = tailImaginary is null ? imaginary : Tensor.Concatenate([imaginary, tailImaginary], d);
            return Inverse(re, im, d).Real;
        }

        /// <summary>The transforms of overlapping windows of a signal. Matches torch.stft with onesided=True.</summary>
        /// <param name="signal">[…, samples].</param>
        /// <param name="size">Samples in a window.</param>
        /// <param name="hop">From one window to the next; a quarter of a window by default.</param>
        /// <param name="window">What a window is multiplied by, [size]; ones by default.</param>
        /// <param name="center">True to reflect half a window at both ends, so that window t is centred on sample t·hop.</param>
        /// <param name="normalized">True to divide by √size.</param>
        /// <returns>[…, size/2 + 1, windows] of real and of imaginary parts.</returns>
        /// <exception cref="ShapeException">The window has another length, or the signal is shorter than one.</exception>
        public static (Tensor Real, Tensor Imaginary) Stft(Tensor signal, int size, int? hop = null, Tensor? window = null, bool center = true, bool normalized = false)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
            int step = hop ?? Math.Max(1, size / 4);
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1, nameof(hop));
            if (signal.Rank == 0) throw new ShapeException("Fft.Stft: a scalar is no signal.");
            if (window is not null && (window.Rank != 1 || window.Count != size)) throw new ShapeException($"Fft.Stft: the window must be [{size}]; it is {window.Shape}.");
            if (signal.DType.IsNarrow())
            {
                var (a, b) = Stft(signal.Widened(), size, hop, window?.Widened(), center, normalized);
                return (a.To(signal.DType), b.To(signal.DType));
            }
            var x = center ? signal.Pad([size / 2, size / 2], PadMode.Reflect) : signal;
            if (x.Shape[^1] < size) throw new ShapeException($"Fft.Stft: the signal {signal.Shape} is shorter than a window of {size}.");
            var frames = x.Unfold(-1, size, step);
            if (window is not null) frames *= window;
            var (re, im) = Real(frames);
            if (normalized) (re, im) = (re / Math.Sqrt(size), im / Math.Sqrt(size));
            return (re.Transpose(-1, -2), im.Transpose(-1, -2));
        }

        /// <summary>The signal whose windows have these transforms: the inverse of <see cref="Stft"/>, from windows that overlap added up and divided by what they were multiplied by. Matches torch.istft.</summary>
        /// <param name="real">[…, size/2 + 1, windows] of real parts.</param>
        /// <param name="imaginary">The imaginary parts, of the same shape.</param>
        /// <param name="size">Samples in a window.</param>
        /// <param name="hop">From one window to the next; a quarter of a window by default.</param>
        /// <param name="window">What a window was multiplied by, [size]; ones by default.</param>
        /// <param name="center">True if half a window was added at both ends, which is then cut off.</param>
        /// <param name="normalized">True if the transforms were divided by √size.</param>
        /// <param name="length">Samples of the result; what the windows cover by default.</param>
        /// <returns>[…, samples].</returns>
        /// <exception cref="ShapeException">The shapes are not those of transforms of such windows, or no window covers some sample of the result.</exception>
        public static Tensor InverseStft(Tensor real, Tensor imaginary, int size, int? hop = null, Tensor? window = null, bool center = true, bool normalized = false, int? length = null)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(size, 1);
            int step = hop ?? Math.Max(1, size / 4);
            ArgumentOutOfRangeException.ThrowIfLessThan(step, 1, nameof(hop));
            if (real.Rank < 2 || real.Shape[^2] != size / 2 + 1 || real.Shape[^1] < 1 || imaginary.Shape != real.Shape)
                throw new ShapeException($"Fft.InverseStft: for windows of {size} the parts must be […, {size / 2 + 1}, windows]; they are {real.Shape} and {imaginary.Shape}.");
            if (window is not null && (window.Rank != 1 || window.Count != size)) throw new ShapeException($"Fft.InverseStft: the window must be [{size}]; it is {window.Shape}.");
            if (real.DType.IsNarrow()) return InverseStft(real.Widened(), imaginary.Widened(), size, hop, window?.Widened(), center, normalized, length).To(real.DType);
            int windows = real.Shape[^1], whole = size + (windows - 1) * step, first = center ? size / 2 : 0, count = length ?? whole - 2 * first;
            if (count < 1 || count > whole - first) throw new ShapeException($"Fft.InverseStft: {windows} windows of {size} at every {step} samples do not cover {count} samples.");
            var frames = InverseReal(real.Transpose(-1, -2), imaginary.Transpose(-1, -2), size);
            var weight = window ?? Tensor.Ones([size], real.DType, real.Device);
            var sum = Added(frames * weight);
            var weights = Added(weight.Square().Expand(windows, size));
            if (weights.Detach().AMin().Item() < 1e-11) throw new ShapeException("Fft.InverseStft: the window is zero for a sample of the result, which therefore cannot be found.");
            var signal = sum / weights;
            return normalized ? signal * Math.Sqrt(size) : signal;

            Tensor Added(Tensor parts)
            {
                int[] outer = parts.Shape.ToArray()[..^2];
                var rows = parts.Reshape(-1, windows, size).Transpose(-1, -2).Fold((1, whole), (1, size), stride: (1, step));
                return rows.Reshape([.. outer, whole]).Narrow(-1, first, count);
            }
        }

        private static (Tensor Real, Tensor Imaginary) Transform(Tensor real, Tensor? imaginary, int dimension, int sign, string name)
        {
            if (!real.DType.IsFloatingPoint()) throw new DTypeException($"Fft.{name}: the elements must be floating point, not {real.DType}.");
            if (real.Rank == 0) throw new ShapeException($"Fft.{name}: a scalar has no dimension to transform.");
            imaginary ??= Tensor.ZerosLike(real);
            if (imaginary.Shape != real.Shape) throw new ShapeException($"Fft.{name}: the real parts are {real.Shape}, the imaginary ones {imaginary.Shape}.");
            if (imaginary.DType != real.DType) throw new DTypeException($"Fft.{name}: the real parts are {real.DType}, the imaginary ones {imaginary.DType}.");
            int d = real.Shape.Dimension(dimension, name);
            if (real.Shape[d] == 0) throw new ShapeException($"Fft.{name}: dimension {d} of {real.Shape} is empty.");
            var both = Op.ApplyMulti(new FourierOp(sign), real.MoveDim(d, -1), imaginary.MoveDim(d, -1));
            return (both[0].MoveDim(-1, d), both[1].MoveDim(-1, d));
        }
    }
}
