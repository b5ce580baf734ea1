using System.Numerics;

namespace DeepNotes.Backends.Cpu;

/// <content>
/// The forward and backward variables of connectionist temporal classification, in logarithms and in Float64 whatever the type of the input: each step
/// adds up to three probabilities, and hundreds of steps follow one another.
/// </content>
internal sealed unsafe partial class CpuBackend
{
    public override (Tensor Losses, Tensor Alpha) Ctc(Tensor logs, Tensor labels, Tensor inputLengths, Tensor labelLengths, int blank)
    {
        var shape = new CtcShape(logs.Shape[0], logs.Shape[1], logs.Shape[2], labels.Shape[1], blank);
        var losses = Tensor.Allocate([shape.Batch], logs.DType, Device.Cpu);
        var alpha = Tensor.Allocate([shape.Batch, shape.Times, 2 * shape.Width + 1], DType.Float64, Device.Cpu);
        if (shape.Batch == 0) return (losses, alpha);
        if (logs.DType == DType.Float32) Pinned.Run(new CtcForward<float>(shape), losses, alpha, logs, labels, inputLengths, labelLengths);
        else Pinned.Run(new CtcForward<double>(shape), losses, alpha, logs, labels, inputLengths, labelLengths);
        return (losses, alpha);
    }

    public override Tensor CtcGradient(Tensor g, Tensor logs, Tensor labels, Tensor inputLengths, Tensor labelLengths, Tensor losses, Tensor alpha, int blank, bool zeroInfinity)
    {
        var shape = new CtcShape(logs.Shape[0], logs.Shape[1], logs.Shape[2], labels.Shape[1], blank);
        var d = Tensor.Zeros(logs.Shape, logs.DType);
        if (d.Count == 0) return d;
        // Lengths and scales of the batch as one table: a kernel takes six tensors.
        var table = Tensor.Allocate([3, shape.Batch], DType.Float64, Device.Cpu);
        var scale = Tensor.Where(losses.Eq(double.PositiveInfinity), zeroInfinity ? 0.0 : double.NaN, g);
        Tensor[] columns = [inputLengths, labelLengths, scale];
        for (int i = 0; i < columns.Length; i++) table.Backend.Copy(columns[i].To(DType.Float64), table.Select(0, i));
        if (logs.DType == DType.Float32) Pinned.Run(new CtcBackward<float>(shape), d, alpha, logs, labels, table);
        else Pinned.Run(new CtcBackward<double>(shape), d, alpha, logs, labels, table);
        return d;
    }

    private readonly record struct CtcShape(int Times, int Batch, int Classes, int Width, int Blank)
    {
        /// <summary>The class at a place of the label with blanks around each class.</summary>
        public long Label(long* labels, int place) => (place & 1) == 1 ? labels[place >> 1] : Blank;

        /// <summary>Whether a path may come to a place from two before it.</summary>
        public bool MaySkip(long* labels, int place) => (place & 1) == 1 && place > 1 && labels[place >> 1] != labels[(place >> 1) - 1];
    }

    private static double LogAdd(double a, double b, double c)
    {
        double most = Math.Max(a, Math.Max(b, c));
        return double.IsNegativeInfinity(most) ? most : most + Math.Log(Math.Exp(a - most) + Math.Exp(b - most) + Math.Exp(c - most));
    }

    private readonly struct CtcForward<T>(CtcShape shape) : IKernel where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(Pointers p)
        {
            var job = new CtcForwardJob<T>(shape, p);
            if (shape.Batch == 1) job.Run(0);
            else Workers.Run(ref job, shape.Batch);
        }
    }

    private readonly struct CtcForwardJob<T>(CtcShape shape, Pointers p) : IJob where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int n)
        {
            int times = (int)((long*)p.E)[n], length = 2 * (int)((long*)p.F)[n] + 1, row = 2 * shape.Width + 1;
            long* labels = (long*)p.D + (nint)n * shape.Width;
            double* alpha = (double*)p.B + (nint)n * shape.Times * row;
            new Span<double>(alpha, shape.Times * row).Fill(double.NegativeInfinity);
            const double none = double.NegativeInfinity;
            for (int t = 0; t < times; t++, alpha += row)
            {
                T* logs = (T*)p.C + ((nint)t * shape.Batch + n) * shape.Classes;
                double* before = alpha - row;
                for (int s = 0; s < length; s++)
                {
                    double sum = t == 0 ? (s < 2 ? 0 : none) : LogAdd(before[s], s > 0 ? before[s - 1] : none, shape.MaySkip(labels, s) ? before[s - 2] : none);
                    alpha[s] = sum + double.CreateTruncating(logs[shape.Label(labels, s)]);
                }
            }
            // Without any time there is one path, the empty one, and it spells the empty label.
            double total = times == 0 ? (length == 1 ? 0 : none) : LogAdd((alpha - row)[length - 1], length > 1 ? (alpha - row)[length - 2] : none, none);
            ((T*)p.A)[n] = T.CreateTruncating(-total);
        }
    }

    private readonly struct CtcBackward<T>(CtcShape shape) : IKernel where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(Pointers p)
        {
            var job = new CtcBackwardJob<T>(shape, p);
            if (shape.Batch == 1) job.Run(0);
            else Workers.Run(ref job, shape.Batch);
        }
    }

    private readonly struct CtcBackwardJob<T>(CtcShape shape, Pointers p) : IJob where T : unmanaged, IFloatingPointIeee754<T>
    {
        public void Run(int n)
        {
            double* table = (double*)p.E;
            int times = (int)table[n], length = 2 * (int)table[shape.Batch + n] + 1, row = 2 * shape.Width + 1;
            double scale = table[2 * shape.Batch + n];
            if (scale == 0 || times == 0) return;
            long* labels = (long*)p.D + (nint)n * shape.Width;
            const double none = double.NegativeInfinity;
            double* last = (double*)p.B + ((nint)n * shape.Times + times - 1) * row;
            double total = LogAdd(last[length - 1], length > 1 ? last[length - 2] : none, none);
            double[] rows = new double[2 * length], share = new double[shape.Classes];
            Span<double> beta = rows.AsSpan(0, length), after = rows.AsSpan(length);
            for (int t = times - 1; t >= 0; t--)
            {
                T* logs = (T*)p.C + ((nint)t * shape.Batch + n) * shape.Classes, d = (T*)p.A + ((nint)t * shape.Batch + n) * shape.Classes;
                double* alpha = (double*)p.B + ((nint)n * shape.Times + t) * row;
                Array.Clear(share);
                for (int s = 0; s < length; s++)
                {
                    long label = shape.Label(labels, s);
                    double rest = t == times - 1
                        ? (s >= length - 2 ? 0 : none)
                        : LogAdd(after[s], s + 1 < length ? after[s + 1] : none, s + 2 < length && shape.MaySkip(labels, s + 2) ? after[s + 2] : none);
                    // Alpha holds the emission at this time, and the rest does not.
                    share[label] += Math.Exp(alpha[s] + rest - total);
                    beta[s] = rest + double.CreateTruncating(logs[label]);
                }
                for (int c = 0; c < share.Length; c++) if (share[c] != 0) d[c] = T.CreateTruncating(-scale * share[c]);
                var swap = beta;
                beta = after;
                after = swap;
            }
        }
    }
}
