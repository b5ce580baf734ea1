using DeepNotes.Autograd;
using DeepNotes.Ops;

namespace DeepNotes.Ops
{
    /// <summary>
    /// −ln of the probability that a path through [T, N, C] log-probabilities spells the labels: the forward algorithm over the labels with blanks
    /// between them. Inputs: log-probabilities; labels [N, S]; lengths of inputs and labels [N].
    /// </summary>
    internal readonly record struct Ctc(int Blank, bool ZeroInfinity) : IOp, IFusedBackward
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var logs = x[0].Contiguous();
            var (losses, alpha) = logs.Backend.Ctc(logs, x[1], x[2], x[3], Blank);
            tape.Keep(x[0], x[1], x[2], x[3], losses, alpha);
            return ZeroInfinity ? Tensor.Where(losses.Eq(double.PositiveInfinity), 0.0, losses) : losses;
        }

        public void BackwardFused(Tensor g, Saved kept, Gradients gradients) =>
            gradients[0] = g.Backend.CtcGradient(g.Contiguous(), kept[0].Contiguous(), kept[1], kept[2], kept[3], kept[4], kept[5], Blank, ZeroInfinity);

        /// <summary>−g times the probability that the path is at a class at a time: forward times backward variables, normalised over the places in the label.</summary>
        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var logs = kept[0];
            int times = logs.Shape[0], batch = logs.Shape[1], classes = logs.Shape[2];
            var paths = new CtcPaths(kept[1].ToArray<long>(), kept[2].ToArray<long>(), kept[3].ToArray<long>(), times, kept[1].Shape[1], Blank);
            var device = logs.Device;
            Tensor labels = paths.Labels.To(device).Unsqueeze(1).Expand(-1, times, -1), back = paths.TimesBack.To(device).Unsqueeze(2).Expand(-1, -1, paths.Length);
            var placesBack = paths.PlacesBack.To(device).Unsqueeze(1).Expand(-1, times, -1);
            var emissions = logs.Transpose(0, 1).Gather(2, labels);
            var alpha = Variables(emissions, paths.Start.To(logs.DType).To(device), paths.Skips.To(logs.DType).To(device));
            var reversed = emissions.Gather(1, back).Gather(2, placesBack);
            var beta = Variables(reversed, paths.Start.To(logs.DType).To(device), paths.SkipsBack.To(logs.DType).To(device)).Gather(1, back).Gather(2, placesBack);
            var at = (alpha + beta - emissions + paths.Beyond.To(logs.DType).To(device).Unsqueeze(1)).Softmax(2);
            Tensor isInfinite = kept[4].Eq(double.PositiveInfinity), counts = paths.Counts.To(device);
            var scale = Tensor.Where(isInfinite, ZeroInfinity ? 0.0 : double.NaN, -g).Unsqueeze(1);
            var share = Tensor.Where(counts, scale, 0.0).Unsqueeze(2) * at;
            gradients[0] = Tensor.Zeros([batch, times, classes], logs.DType, device).ScatterAdd(2, labels.Contiguous(), share).Transpose(0, 1);
        }

        /// <summary>For each time and place in the label the logarithm of the probability of all beginnings that are there then.</summary>
        private static Tensor Variables(Tensor emissions, Tensor start, Tensor skips)
        {
            var steps = new Tensor[emissions.Shape[1]];
            for (int t = 0; t < steps.Length; t++)
            {
                var now = emissions.Select(1, t);
                if (t == 0)
                {
                    steps[0] = now + start;
                    continue;
                }
                var before = steps[t - 1];
                int length = before.Shape[1];
                var one = before.Pad([1, 0], value: CtcPaths.Impossible).Narrow(1, 0, length);
                var two = before.Pad([2, 0], value: CtcPaths.Impossible).Narrow(1, 0, length) + skips;
                steps[t] = now + Tensor.Stack([before, one, two]).LogSumExp([0]);
            }
            return Tensor.Stack(steps, 1);
        }
    }

    /// <summary>What the paths of a batch may do, as tensors over N, the times, and the places in the label with its blanks.</summary>
    internal sealed class CtcPaths
    {
        /// <summary>A logarithm that stands for 0 and, unlike −∞, has gradients that are numbers.</summary>
        public const double Impossible = -1e30;

        public CtcPaths(long[] labels, long[] inputLengths, long[] labelLengths, int times, int width, int blank)
        {
            int batch = inputLengths.Length;
            Length = 2 * width + 1;
            long[] at = new long[batch * Length], placesBack = new long[batch * Length], timesBack = new long[batch * times];
            double[] start = new double[batch * Length], skips = new double[batch * Length], skipsBack = new double[batch * Length], beyond = new double[batch * Length];
            var counts = new bool[batch * times];
            for (int n = 0; n < batch; n++)
            {
                int last = 2 * (int)labelLengths[n];
                long Label(int s) => s % 2 == 1 && s < last ? labels[n * width + s / 2] : blank;
                for (int s = 0; s < Length; s++)
                {
                    int i = n * Length + s, back = Math.Max(0, last - s);
                    (at[i], placesBack[i]) = (Label(s), back);
                    start[i] = s <= Math.Min(1, last) ? 0 : Impossible;
                    skips[i] = s > 1 && Label(s) != blank && Label(s) != Label(s - 2) ? 0 : Impossible;
                    skipsBack[i] = s > 1 && s <= last && Label(last - s) != blank && Label(last - s) != Label(last - s + 2) ? 0 : Impossible;
                    beyond[i] = s <= last ? 0 : 2 * Impossible;
                }
                for (int t = 0; t < times; t++) (timesBack[n * times + t], counts[n * times + t]) = (Math.Max(0, inputLengths[n] - 1 - t), t < inputLengths[n]);
            }
            (Labels, PlacesBack, TimesBack, Counts) = (Tensor.From<long>(at, [batch, Length]), Tensor.From<long>(placesBack, [batch, Length]), Tensor.From<long>(timesBack, [batch, times]), Tensor.From<bool>(counts, [batch, times]));
            (Start, Skips, SkipsBack, Beyond) = (Tensor.From<double>(start, [batch, Length]), Tensor.From<double>(skips, [batch, Length]), Tensor.From<double>(skipsBack, [batch, Length]), Tensor.From<double>(beyond, [batch, Length]));
        }

        /// <summary>Places in the longest label with its blanks.</summary>
        public int Length { get; }

        /// <summary>The class at each place.</summary>
        public Tensor Labels { get; }

        /// <summary>Each place counted from the label's end.</summary>
        public Tensor PlacesBack { get; }

        /// <summary>Each time counted from the input's end.</summary>
        public Tensor TimesBack { get; }

        /// <summary>Whether a time is within the input.</summary>
        public Tensor Counts { get; }

        /// <summary>0 where a path may begin.</summary>
        public Tensor Start { get; }

        /// <summary>0 where a path may come from two places before, leaving out a blank.</summary>
        public Tensor Skips { get; }

        /// <summary>The same for the label read backward.</summary>
        public Tensor SkipsBack { get; }

        /// <summary>0 within the label.</summary>
        public Tensor Beyond { get; }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// Connectionist temporal classification (Graves et al., ICML 2006): −ln of the probability that log-probabilities over time spell a shorter
        /// label, repeated classes counting once and blanks not at all. Matches torch.nn.functional.ctc_loss.
        /// </summary>
        /// <remarks>
        /// The gradient is the derivative by the log-probabilities themselves; PyTorch's lies eˣ above it at each of them, which makes no difference behind a
        /// log-softmax, where the two are equal.
        /// </remarks>
        /// <param name="targets">Labels: Int64 [N, S], padded, or [sum of their lengths], one after another; from 0 to C − 1 without the blank.</param>
        /// <param name="inputLengths">How many times count, for each of N; at most T.</param>
        /// <param name="targetLengths">The length of each label.</param>
        /// <param name="blank">The class that stands for nothing.</param>
        /// <param name="reduction">The mean by default: each loss divided by its label's length, and then the mean over the batch.</param>
        /// <param name="zeroInfinity">True to count a label that no path can spell as 0, gradient too, instead of ∞.</param>
        /// <returns>A scalar, or [N] without reduction. This tensor is [T, N, C], or [T, C] for one label.</returns>
        /// <exception cref="ShapeException">The shapes do not fit, or a length is out of range.</exception>
        /// <exception cref="DTypeException">The input is not floating point, or the labels are not Int64.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The blank or a label is out of range, or a label is the blank.</exception>
        public Tensor CtcLoss(Tensor targets, ReadOnlySpan<int> inputLengths, ReadOnlySpan<int> targetLengths, int blank = 0, Reduction reduction = Reduction.Mean, bool zeroInfinity = false)
        {
            if (Rank == 2)
            {
                var one = Unsqueeze(1).CtcLoss(targets, inputLengths, targetLengths, blank, reduction, zeroInfinity);
                return reduction == Reduction.None ? one.Squeeze(0) : one;
            }
            if (Rank != 3) throw new ShapeException($"CtcLoss: the log-probabilities must be [T, N, C] or [T, C]; they are {Shape}.");
            if (!DType.IsFloatingPoint() || targets.DType != DType.Int64) throw new DTypeException($"CtcLoss: the log-probabilities must be floating point and the labels Int64; they are {DType} and {targets.DType}.");
            int times = Shape[0], batch = Shape[1], classes = Shape[2];
            if (blank < 0 || blank >= classes) throw new ArgumentOutOfRangeException(nameof(blank), $"CtcLoss: the blank {blank} must be from 0 to {classes - 1}.");
            if (inputLengths.Length != batch || targetLengths.Length != batch) throw new ShapeException($"CtcLoss: for the log-probabilities {Shape} there must be {batch} input lengths and label lengths; there are {inputLengths.Length} and {targetLengths.Length}.");
            if (DType.IsNarrow()) return Widened().CtcLoss(targets, inputLengths, targetLengths, blank, reduction, zeroInfinity).To(DType);
            var labels = CtcLabels(targets, targetLengths, classes, blank);
            long[] inputs = new long[batch], lengths = new long[batch];
            for (int n = 0; n < batch; n++)
            {
                if (inputLengths[n] < 0 || inputLengths[n] > times) throw new ShapeException($"CtcLoss: input length {n} is {inputLengths[n]}; for the log-probabilities {Shape} it must be from 0 to {times}.");
                (inputs[n], lengths[n]) = (inputLengths[n], targetLengths[n]);
            }
            var losses = Op.Apply(new Ctc(blank, zeroInfinity), this, labels.To(Device), From<long>(inputs).To(Device), From<long>(lengths).To(Device));
            if (reduction == Reduction.Mean) losses /= From<long>(lengths).Clamp(1).To(DType).To(Device);
            return ReduceLoss(losses, reduction, nameof(CtcLoss));
        }

        /// <summary><see cref="CtcLoss(Tensor, ReadOnlySpan{int}, ReadOnlySpan{int}, int, Reduction, bool)"/> with the lengths as tensors.</summary>
        /// <param name="targets">Labels: Int64 [N, S], padded, or [sum of their lengths], one after another.</param>
        /// <param name="inputLengths">How many times count: whole numbers [N], or a scalar for one label.</param>
        /// <param name="targetLengths">The length of each label: whole numbers [N], or a scalar for one label.</param>
        /// <param name="blank">The class that stands for nothing.</param>
        /// <param name="reduction">The mean by default: each loss divided by its label's length, and then the mean over the batch.</param>
        /// <param name="zeroInfinity">True to count a label that no path can spell as 0, gradient too, instead of ∞.</param>
        public Tensor CtcLoss(Tensor targets, Tensor inputLengths, Tensor targetLengths, int blank = 0, Reduction reduction = Reduction.Mean, bool zeroInfinity = false)
        {
            if (inputLengths.DType.IsFloatingPoint() || targetLengths.DType.IsFloatingPoint()) throw new DTypeException($"CtcLoss: lengths are whole numbers; they are {inputLengths.DType} and {targetLengths.DType}.");
            return CtcLoss(targets, inputLengths.To(DType.Int32).To(Device.Cpu).ToArray<int>(), targetLengths.To(DType.Int32).To(Device.Cpu).ToArray<int>(), blank, reduction, zeroInfinity);
        }

        /// <summary>Labels in rows, checked.</summary>
        private static Tensor CtcLabels(Tensor targets, ReadOnlySpan<int> lengths, int classes, int blank)
        {
            int width = 0, batch = lengths.Length;
            long sum = 0;
            foreach (int length in lengths) (width, sum) = (Math.Max(width, length), sum + length);
            bool isPadded = targets.Rank == 2 && targets.Shape[0] == batch && targets.Shape[1] >= width;
            bool isJoined = targets.Rank == 1 && targets.Count == sum;
            // One label by itself may be padded, too.
            if (targets.Rank == 1 && batch == 1 && targets.Count >= sum) isPadded = true;
            if (!isPadded && !isJoined) throw new ShapeException($"CtcLoss: labels of the lengths [{string.Join(", ", lengths.ToArray())}] must be [{batch}, {width} or more] or [{sum}]; they are {targets.Shape}.");
            long[] given = targets.To(Device.Cpu).ToArray<long>(), rows = new long[batch * width];
            int row = isJoined || batch == 1 ? 0 : targets.Shape[1], from = 0;
            for (int n = 0; n < batch; n++)
            {
                if (lengths[n] < 0) throw new ShapeException($"CtcLoss: label length {n} is {lengths[n]}; it must not be negative.");
                for (int s = 0; s < lengths[n]; s++)
                {
                    long label = given[from + s];
                    if (label < 0 || label >= classes || label == blank) throw new ArgumentOutOfRangeException(nameof(targets), $"CtcLoss: label {n} holds {label}; its classes must be from 0 to {classes - 1} and not the blank {blank}.");
                    rows[n * width + s] = label;
                }
                from += isJoined ? lengths[n] : row;
            }
            return From<long>(rows, [batch, width]);
        }
    }
}
