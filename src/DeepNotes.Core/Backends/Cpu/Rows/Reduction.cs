using System.Numerics;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Reduces [rows, length, inner] over the middle. The reduced dimension is cut into stretches of a fixed length whose
/// results are reduced again: long sums keep their accuracy, and the order does not depend on the number of threads.
/// </summary>
internal readonly unsafe struct Reduction<TOp, T, V>(TOp op, int rows, int length, int inner) : IKernel
    where TOp : unmanaged, IReduceOp where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
{
    private const int RowStretch = 4096;
    private const int ColumnStretch = 256;
    private const int ColumnBlock = 4096;
    private const int WorkPerPiece = 32768;
    private const int Streams = 4;

    public void Run(Pointers p)
    {
        T* y = (T*)p.A;
        Reduce((T*)p.B, y, length);
        int count = rows * inner, i = 0;
        for (; i <= count - V.Count; i += V.Count) V.Store(op.Finish(V.Load(y + i), length), y + i);
        for (; i < count; i++) Number<T>.Store(op.Finish(Number<T>.Load(y + i), length), y + i);
    }

    private void Reduce(T* x, T* y, int count)
    {
        int stretch = inner == 1 ? RowStretch : ColumnStretch;
        int stretches = Math.Max(1, (count + stretch - 1) / stretch);
        if (stretches == 1)
        {
            Stage(x, y, count, stretch, 1);
            return;
        }
        using var scratch = new Scratch((long)rows * stretches * inner * sizeof(T));
        Stage(x, (T*)scratch.Pointer, count, stretch, stretches);
        Reduce((T*)scratch.Pointer, y, stretches);
    }

    private void Stage(T* x, T* y, int count, int stretch, int stretches)
    {
        int blocks = (inner + ColumnBlock - 1) / ColumnBlock;
        long work = (long)Math.Min(count, stretch) * Math.Min(inner, ColumnBlock);
        int units = rows * stretches * blocks, group = (int)Math.Clamp(WorkPerPiece / Math.Max(1, work), 1, units);
        if (inner == 1 && stretches > Streams)
        {
            int steps = units / Streams;
            group = (group + Streams - 1) / Streams;
            var streams = new StreamJob(op, x, y, count, stretch, stretches, steps, group);
            Workers.Run(ref streams, (steps + group - 1) / group);
            for (int unit = steps * Streams; unit < units; unit++) streams.One(unit);
            return;
        }
        var job = new Job(op, x, y, count, inner, stretch, stretches, blocks, units, group);
        int pieces = (units + group - 1) / group;
        if (pieces == 1) job.Run(0);
        else Workers.Run(ref job, pieces);
    }

    /// <summary>
    /// Many stretches without columns. They are dealt out so that memory is read at four places at once, each time from where the last piece stopped:
    /// it then delivers a half more than as one stream.
    /// </summary>
    private readonly struct StreamJob(TOp op, T* x, T* y, int length, int stretch, int stretches, int steps, int group) : IJob
    {
        public void Run(int index)
        {
            for (int i = index * group; i < Math.Min(steps, (index + 1) * group); i++)
            {
                int j = i + steps, k = j + steps, l = k + steps;
                if (IsWhole(i) && IsWhole(j) && IsWhole(k) && IsWhole(l))
                {
                    RowReduction<TOp, T, V>.Four(op, stretch, Source(i), Source(j), Source(k), Source(l), y + i, steps);
                    continue;
                }
                One(i);
                One(j);
                One(k);
                One(l);
            }
        }

        public void One(int unit) => y[unit] = RowReduction<TOp, T, V>.One(op, Math.Min(stretch, length - unit % stretches * stretch), Source(unit));

        private bool IsWhole(int unit) => (unit % stretches + 1) * stretch <= length;

        private T* Source(int unit) => x + (nint)(unit / stretches) * length + (nint)(unit % stretches) * stretch;
    }

    private readonly struct Job(TOp op, T* x, T* y, int length, int inner, int stretch, int stretches, int blocks, int units, int group) : IJob
    {
        public void Run(int index)
        {
            for (int unit = index * group; unit < Math.Min(units, (index + 1) * group); unit++)
            {
                int block = unit % blocks, part = unit / blocks % stretches, row = unit / blocks / stretches;
                int count = Math.Min(stretch, length - part * stretch);
                T* source = x + ((nint)row * length + (nint)part * stretch) * inner;
                T* target = y + ((nint)row * stretches + part) * inner;
                if (inner == 1) *target = RowReduction<TOp, T, V>.One(op, count, source);
                else Columns(source, target, count, block * ColumnBlock, Math.Min(inner, (block + 1) * ColumnBlock));
            }
        }

        private void Columns(T* x, T* y, int count, int from, int to)
        {
            int width = V.Count, j = from;
            for (; j <= to - 4 * width; j += 4 * width)
            {
                V a = op.Identity<V>(), b = a, c = a, d = a;
                T* p = x + j;
                for (int i = 0; i < count; i++, p += inner)
                {
                    a = op.Combine(a, V.Load(p));
                    b = op.Combine(b, V.Load(p + width));
                    c = op.Combine(c, V.Load(p + 2 * width));
                    d = op.Combine(d, V.Load(p + 3 * width));
                }
                V.Store(a, y + j);
                V.Store(b, y + j + width);
                V.Store(c, y + j + 2 * width);
                V.Store(d, y + j + 3 * width);
            }
            for (; j <= to - width; j += width)
            {
                V a = op.Identity<V>();
                for (int i = 0; i < count; i++) a = op.Combine(a, V.Load(x + (nint)i * inner + j));
                V.Store(a, y + j);
            }
            for (; j < to; j++)
            {
                var a = op.Identity<Number<T>>();
                for (int i = 0; i < count; i++) a = op.Combine(a, Number<T>.Load(x + (nint)i * inner + j));
                Number<T>.Store(a, y + j);
            }
        }
    }
}
