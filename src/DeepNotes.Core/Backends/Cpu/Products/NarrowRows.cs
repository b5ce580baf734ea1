using System.Runtime.CompilerServices;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// A few rows times a matrix of narrow numbers: y[r, j] = scale[j]·(sum over p of x[r, p]·w[j, p]) + bias[j]. The matrix is read once, as it lies, and
/// widened in registers: with one row its bytes are what takes the time.
/// </summary>
/// <typeparam name="T">The matrix' numbers: sbyte, BFloat16 or Half.</typeparam>
internal unsafe struct NarrowRows<T> : IJob, IRegisterWork where T : unmanaged
{
    /// <summary>More rows are better served by panels that are widened once, the sooner the dearer it is to widen a number.</summary>
    public static int Most => typeof(T) == typeof(Half) ? 4 : 16;

    // Four lines share each load of x, and leave registers for two sums each.
    private const int Group = 4;
    private const int PieceLines = 1024;
    private const long ParallelWork = 1 << 16;

    public float* X, Y, Scale, Bias;
    public T* Weight;
    public int Rows, Lines, Length;
    private int pieceLines, from, to;

    /// <summary>Computes all of it; <see cref="Scale"/> and <see cref="Bias"/> may be null.</summary>
    public static void Multiply(NarrowRows<T> job)
    {
        job.pieceLines = PieceLines;
        bool parallel = (long)job.Rows * job.Lines * job.Length >= ParallelWork;
        // A line's sum is its own: where the cut is made changes nothing.
        if (parallel && Workers.AreIdle) job.pieceLines = Math.Clamp((job.Lines / (4 * Workers.Count) + Group - 1) / Group * Group, Group, PieceLines);
        int pieces = (job.Lines + job.pieceLines - 1) / job.pieceLines;
        if (parallel) Workers.Run(ref job, pieces);
        else for (int i = 0; i < pieces; i++) job.Run(i);
    }

    public readonly void Run(int index)
    {
        var piece = this;
        piece.from = index * pieceLines;
        piece.to = Math.Min(Lines, piece.from + pieceLines);
        Registers.Widest<float, NarrowRows<T>>(piece);
    }

    public readonly void Run<W, TSingle, TRegisters>() where W : unmanaged where TSingle : unmanaged where TRegisters : struct, IRegisters<W, TSingle>
    {
        float* sums = stackalloc float[2 * Group];
        // Four streams, each along memory: what processors fetch ahead by themselves. Neighbouring lines, where lines are short, take twice as long.
        int apart = (to - from + Group - 1) / Group;
        for (int j = from; j < from + apart; j++)
        {
            // Past the end the last line is repeated and what it gives is dropped.
            T* l0 = Line(j), l1 = Line(j + apart), l2 = Line(j + 2 * apart), l3 = Line(j + 3 * apart);
            int r = 0;
            for (; r < Rows - 1; r += 2)
            {
                PairDots<W, TSingle, TRegisters>(Length, X + (nint)r * Length, l0, l1, l2, l3, sums);
                Finish(sums, r, j, apart);
                Finish(sums + Group, r + 1, j, apart);
            }
            if (r == Rows) continue;
            Dots<W, TSingle, TRegisters>(Length, X + (nint)r * Length, l0, l1, l2, l3, sums);
            Finish(sums, r, j, apart);
        }
    }

    private readonly T* Line(int line) => Weight + (nint)Math.Min(line, to - 1) * Length;

    private readonly void Finish(float* sums, int row, int line, int apart)
    {
        float* y = Y + (nint)row * Lines;
        for (int i = 0; i < Group && line < to; i++, line += apart)
        {
            float sum = Scale == null ? sums[i] : sums[i] * Scale[line];
            y[line] = Bias == null ? sum : sum + Bias[line];
        }
    }

    /// <summary>Four dot products.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Dots<W, TSingle, TRegisters>(nint k, float* x, T* l0, T* l1, T* l2, T* l3, float* sums)
        where W : unmanaged where TSingle : unmanaged where TRegisters : struct, IRegisters<W, TSingle>
    {
        W s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        nint p = 0, count = TRegisters.Count;
        for (; p <= k - 2 * count; p += 2 * count)
        {
            W u = TRegisters.Load((TSingle*)(x + p)), v = TRegisters.Load((TSingle*)(x + p + count));
            s0 = TRegisters.MultiplyAdd(u, NarrowNumbers.Load<W, T>(l0 + p), s0); t0 = TRegisters.MultiplyAdd(v, NarrowNumbers.Load<W, T>(l0 + p + count), t0);
            s1 = TRegisters.MultiplyAdd(u, NarrowNumbers.Load<W, T>(l1 + p), s1); t1 = TRegisters.MultiplyAdd(v, NarrowNumbers.Load<W, T>(l1 + p + count), t1);
            s2 = TRegisters.MultiplyAdd(u, NarrowNumbers.Load<W, T>(l2 + p), s2); t2 = TRegisters.MultiplyAdd(v, NarrowNumbers.Load<W, T>(l2 + p + count), t2);
            s3 = TRegisters.MultiplyAdd(u, NarrowNumbers.Load<W, T>(l3 + p), s3); t3 = TRegisters.MultiplyAdd(v, NarrowNumbers.Load<W, T>(l3 + p + count), t3);
        }
        if (p <= k - count)
        {
            W u = TRegisters.Load((TSingle*)(x + p));
            s0 = TRegisters.MultiplyAdd(u, NarrowNumbers.Load<W, T>(l0 + p), s0);
            s1 = TRegisters.MultiplyAdd(u, NarrowNumbers.Load<W, T>(l1 + p), s1);
            s2 = TRegisters.MultiplyAdd(u, NarrowNumbers.Load<W, T>(l2 + p), s2);
            s3 = TRegisters.MultiplyAdd(u, NarrowNumbers.Load<W, T>(l3 + p), s3);
            p += count;
        }
        sums[0] = LaneSum.Of<W, float>(TRegisters.Add(s0, t0));
        sums[1] = LaneSum.Of<W, float>(TRegisters.Add(s1, t1));
        sums[2] = LaneSum.Of<W, float>(TRegisters.Add(s2, t2));
        sums[3] = LaneSum.Of<W, float>(TRegisters.Add(s3, t3));
        if (p < k) AddRest(x, l0, l1, l2, l3, p, k, sums);
    }

    /// <summary>Eight dot products, of the same four lines with a row and the one behind it: each number of the matrix is widened once for both.</summary>
    [MethodImpl(Compile.Alone)]
    private static void PairDots<W, TSingle, TRegisters>(nint k, float* x, T* l0, T* l1, T* l2, T* l3, float* sums)
        where W : unmanaged where TSingle : unmanaged where TRegisters : struct, IRegisters<W, TSingle>
    {
        W s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        nint p = 0, count = TRegisters.Count;
        float* z = x + k;
        for (; p <= k - count; p += count)
        {
            W u = TRegisters.Load((TSingle*)(x + p)), v = TRegisters.Load((TSingle*)(z + p)), w;
            w = NarrowNumbers.Load<W, T>(l0 + p); s0 = TRegisters.MultiplyAdd(u, w, s0); t0 = TRegisters.MultiplyAdd(v, w, t0);
            w = NarrowNumbers.Load<W, T>(l1 + p); s1 = TRegisters.MultiplyAdd(u, w, s1); t1 = TRegisters.MultiplyAdd(v, w, t1);
            w = NarrowNumbers.Load<W, T>(l2 + p); s2 = TRegisters.MultiplyAdd(u, w, s2); t2 = TRegisters.MultiplyAdd(v, w, t2);
            w = NarrowNumbers.Load<W, T>(l3 + p); s3 = TRegisters.MultiplyAdd(u, w, s3); t3 = TRegisters.MultiplyAdd(v, w, t3);
        }
        sums[0] = LaneSum.Of<W, float>(s0);
        sums[1] = LaneSum.Of<W, float>(s1);
        sums[2] = LaneSum.Of<W, float>(s2);
        sums[3] = LaneSum.Of<W, float>(s3);
        sums[4] = LaneSum.Of<W, float>(t0);
        sums[5] = LaneSum.Of<W, float>(t1);
        sums[6] = LaneSum.Of<W, float>(t2);
        sums[7] = LaneSum.Of<W, float>(t3);
        if (p == k) return;
        AddRest(x, l0, l1, l2, l3, p, k, sums);
        AddRest(z, l0, l1, l2, l3, p, k, sums + Group);
    }

    /// <summary>What is left of lines that no number of registers fills.</summary>
    private static void AddRest(float* x, T* l0, T* l1, T* l2, T* l3, nint p, nint k, float* sums)
    {
        for (; p < k; p++)
        {
            sums[0] += x[p] * NarrowNumbers.One(l0 + p);
            sums[1] += x[p] * NarrowNumbers.One(l1 + p);
            sums[2] += x[p] * NarrowNumbers.One(l2 + p);
            sums[3] += x[p] * NarrowNumbers.One(l3 + p);
        }
    }
}
