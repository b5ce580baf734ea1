using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// A few rows times a matrix of narrow numbers: y[r, j] = scale[j]·(sum over p of x[r, p]·w[j, p]) + bias[j]. The matrix is read once, as it lies, and
/// widened in registers: with one row its bytes are what takes the time.
/// </summary>
/// <typeparam name="T">The matrix' numbers: sbyte, BFloat16 or Half.</typeparam>
internal unsafe struct NarrowRows<T> : IJob, IRegisterWork where T : unmanaged
{
    /// <summary>More rows are better served by panels that are widened once, the sooner the dearer it is to widen a number.</summary>
    public static int Most => typeof(T) == typeof(Half) ? 3 : 10;

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
        float* sums = stackalloc float[Group];
        for (int j = from; j < to; j += Group)
        {
            // Past the end the last line is repeated and what it gives is dropped.
            int last = Math.Min(Group, to - j) - 1;
            T* l0 = Weight + (nint)j * Length, l1 = l0 + (nint)Math.Min(1, last) * Length, l2 = l0 + (nint)Math.Min(2, last) * Length, l3 = l0 + (nint)Math.Min(3, last) * Length;
            nint ahead = j + 2 * Group <= Lines ? (nint)Group * Length : 0;
            for (int r = 0; r < Rows; r++)
            {
                Dots<W, TSingle, TRegisters>(Length, X + (nint)r * Length, l0, l1, l2, l3, ahead, sums);
                float* y = Y + (nint)r * Lines + j;
                for (int i = 0; i <= last; i++)
                {
                    float sum = Scale == null ? sums[i] : sums[i] * Scale[j + i];
                    y[i] = Bias == null ? sum : sum + Bias[j + i];
                }
            }
        }
    }

    /// <summary>Four dot products.</summary>
    /// <remarks>
    /// A line of 8-bit numbers is about a page long, and processors fetch ahead within a page only: what the next group needs is asked for here.
    /// </remarks>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Dots<W, TSingle, TRegisters>(nint k, float* x, T* l0, T* l1, T* l2, T* l3, nint ahead, float* sums)
        where W : unmanaged where TSingle : unmanaged where TRegisters : struct, IRegisters<W, TSingle>
    {
        W s0 = default, s1 = default, s2 = default, s3 = default, t0 = default, t1 = default, t2 = default, t3 = default;
        nint p = 0, count = TRegisters.Count;
        for (; p <= k - 2 * count; p += 2 * count)
        {
            if (Sse.IsSupported)
            {
                Sse.Prefetch0(l0 + p + ahead);
                Sse.Prefetch0(l1 + p + ahead);
                Sse.Prefetch0(l2 + p + ahead);
                Sse.Prefetch0(l3 + p + ahead);
            }
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
        TSingle* lanes = stackalloc TSingle[4 * TRegisters.Count];
        TRegisters.Store(TRegisters.Add(s0, t0), lanes);
        TRegisters.Store(TRegisters.Add(s1, t1), lanes + count);
        TRegisters.Store(TRegisters.Add(s2, t2), lanes + 2 * count);
        TRegisters.Store(TRegisters.Add(s3, t3), lanes + 3 * count);
        sums[0] = Sum((float*)lanes, count) + Rest(x, l0, p, k);
        sums[1] = Sum((float*)(lanes + count), count) + Rest(x, l1, p, k);
        sums[2] = Sum((float*)(lanes + 2 * count), count) + Rest(x, l2, p, k);
        sums[3] = Sum((float*)(lanes + 3 * count), count) + Rest(x, l3, p, k);
    }

    /// <summary>Adds the halves of a register until one number is left.</summary>
    private static float Sum(float* lane, nint count)
    {
        for (nint half = count / 2; half > 0; half /= 2)
        {
            for (nint i = 0; i < half; i++) lane[i] += lane[i + half];
        }
        return *lane;
    }

    private static float Rest(float* x, T* line, nint p, nint k)
    {
        float rest = 0;
        for (; p < k; p++) rest += x[p] * NarrowNumbers.One(line + p);
        return rest;
    }
}
