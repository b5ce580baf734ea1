using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>A vector times a matrix: every element of the matrix is read once, so nothing is packed.</summary>
/// <remarks>A product whose B is a single column is the same with the roles exchanged; its result then is a column.</remarks>
internal unsafe struct GemmVector<T, V, TEpilogue> : IJob
    where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T> where TEpilogue : struct, IEpilogue<T>
{
    // What one piece computes: its sums stay in the first-level cache, and a line's part is long enough to be fetched ahead.
    private const int PieceLines = 4096;

    private const long ParallelWork = 1 << 16;

    private T* x, lines, y;
    private nint lineStride, stepStride, yStride;
    private int n, k, pieceLines;
    private bool accumulate, column, packed;
    private TEpilogue epilogue;

    /// <summary>Whether this shape and these strides are for this kernel.</summary>
    public static bool Takes(int k, int n, nint lineStride, nint stepStride) => stepStride == 1 || (lineStride == 1 && n >= V.Count) || k == 0;

    /// <summary>y[j] = epilogue(sum over p of x[p] · lines[j·lineStride + p·stepStride]).</summary>
    public static void Multiply(int n, int k, T* x, nint xStride, T* lines, nint lineStride, nint stepStride, T* y, nint yStride, bool column, bool accumulate, in TEpilogue epilogue)
    {
        if (xStride != 1)
        {
            T* near = (T*)GemmMemory.Columns((nint)k * sizeof(T));
            for (int p = 0; p < k; p++) near[p] = x[p * xStride];
            x = near;
        }
        var job = new GemmVector<T, V, TEpilogue>
        {
            x = x, lines = lines, y = y, lineStride = lineStride, stepStride = stepStride, yStride = yStride,
            n = n, k = k, accumulate = accumulate, column = column, epilogue = epilogue, pieceLines = PieceLines,
        };
        // Lines that lie along memory may be dealt out in any number; across them, a piece should be as wide as can be, to read long runs.
        job.RunAll(stepStride == 1 ? 4 * Workers.Count : Workers.Count, V.Count);
    }

    /// <summary>The same for a matrix in panels that were packed before, see <see cref="PackedPanels{T}"/>.</summary>
    public static void MultiplyPanels(int n, int k, T* x, T* panels, T* y, in TEpilogue epilogue)
    {
        var job = new GemmVector<T, V, TEpilogue> { x = x, lines = panels, y = y, lineStride = k, n = n, k = k, packed = true, epilogue = epilogue, pieceLines = PieceLines };
        job.RunAll(Workers.Count, 2 * V.Count);
    }

    private void RunAll(int wanted, int lineGroup)
    {
        bool parallel = (long)n * k >= ParallelWork;
        if (parallel && Workers.AreIdle) pieceLines = Math.Clamp((n / wanted + lineGroup - 1) / lineGroup * lineGroup, lineGroup, PieceLines);
        int pieces = (n + pieceLines - 1) / pieceLines;
        if (parallel) Workers.Run(ref this, pieces);
        else for (int i = 0; i < pieces; i++) Run(i);
    }

    public void Run(int index)
    {
        int from = index * pieceLines, count = Math.Min(pieceLines, n - from);
        T* sums = (T*)GemmMemory.Rows((nint)(PieceLines + 2 * V.Count) * sizeof(T));
        T* first = lines + from * lineStride;
        if (packed) Panels(count, k, x, first, sums);
        else if (stepStride == 1) Dots(count, k, x, first, lineStride, sums);
        else if (count >= V.Count) Combine(count, k, x, first, stepStride, sums);
        else
        {
            // The last few of at least a lane: the lane that ends with them exists, and each sum is its own.
            Combine(V.Count, k, x, first - (V.Count - count), stepStride, sums);
            sums += V.Count - count;
        }
        Finish(sums, from, count);
    }

    /// <summary>Each line lies along memory: dot products, four at a time.</summary>
    /// <remarks>No call while sums are in registers: the caller would have to save all of them.</remarks>
    [MethodImpl(Compile.Alone)]
    private static void Dots(int count, int k, T* x, T* lines, nint lineStride, T* sums)
    {
        for (int j = 0; j < count; j += 4)
        {
            // Past the end the last line is repeated and what it gives is never read.
            int last = count - 1 - j;
            T* l0 = lines + j * lineStride, l1 = l0 + Math.Min(1, last) * lineStride, l2 = l0 + Math.Min(2, last) * lineStride, l3 = l0 + Math.Min(3, last) * lineStride;
            T r0 = T.Zero, r1 = T.Zero, r2 = T.Zero, r3 = T.Zero;
            nint p = 0;
            if (k >= V.Count)
            {
                V s0 = V.Const(0), s1 = V.Const(0), s2 = V.Const(0), s3 = V.Const(0), t0 = V.Const(0), t1 = V.Const(0), t2 = V.Const(0), t3 = V.Const(0);
                for (; p <= k - 2 * V.Count; p += 2 * V.Count)
                {
                    V u = V.Load(x + p), v = V.Load(x + p + V.Count);
                    s0 = V.Fma(u, V.Load(l0 + p), s0); t0 = V.Fma(v, V.Load(l0 + p + V.Count), t0);
                    s1 = V.Fma(u, V.Load(l1 + p), s1); t1 = V.Fma(v, V.Load(l1 + p + V.Count), t1);
                    s2 = V.Fma(u, V.Load(l2 + p), s2); t2 = V.Fma(v, V.Load(l2 + p + V.Count), t2);
                    s3 = V.Fma(u, V.Load(l3 + p), s3); t3 = V.Fma(v, V.Load(l3 + p + V.Count), t3);
                }
                if (p <= k - V.Count)
                {
                    V u = V.Load(x + p);
                    s0 = V.Fma(u, V.Load(l0 + p), s0);
                    s1 = V.Fma(u, V.Load(l1 + p), s1);
                    s2 = V.Fma(u, V.Load(l2 + p), s2);
                    s3 = V.Fma(u, V.Load(l3 + p), s3);
                    p += V.Count;
                }
                r0 = LaneSum.Of<V, T>(s0 + t0);
                r1 = LaneSum.Of<V, T>(s1 + t1);
                r2 = LaneSum.Of<V, T>(s2 + t2);
                r3 = LaneSum.Of<V, T>(s3 + t3);
            }
            for (; p < k; p++)
            {
                T u = x[p];
                r0 += u * l0[p];
                r1 += u * l1[p];
                r2 += u * l2[p];
                r3 += u * l3[p];
            }
            sums[j] = r0;
            sums[j + 1] = r1;
            sums[j + 2] = r2;
            sums[j + 3] = r3;
        }
    }

    /// <summary>Neighbouring lines are neighbours in memory: their sums grow together, four steps at a time.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Combine(int count, int k, T* x, T* lines, nint stepStride, T* sums)
    {
        int whole = count - count % V.Count;
        for (int j = 0; j < whole; j += V.Count) V.Store(V.Const(0), sums + j);
        int p = 0;
        for (; p <= k - 4; p += 4)
        {
            T* l0 = lines + p * stepStride, l1 = l0 + stepStride, l2 = l1 + stepStride, l3 = l2 + stepStride;
            V x0 = V.Broadcast(x[p]), x1 = V.Broadcast(x[p + 1]), x2 = V.Broadcast(x[p + 2]), x3 = V.Broadcast(x[p + 3]);
            for (int j = 0; j < whole; j += V.Count)
            {
                V sum = V.Fma(x1, V.Load(l1 + j), V.Fma(x0, V.Load(l0 + j), V.Load(sums + j)));
                V.Store(V.Fma(x3, V.Load(l3 + j), V.Fma(x2, V.Load(l2 + j), sum)), sums + j);
            }
        }
        for (; p < k; p++)
        {
            V x0 = V.Broadcast(x[p]);
            for (int j = 0; j < whole; j += V.Count) V.Store(V.Fma(x0, V.Load(lines + p * stepStride + j), V.Load(sums + j)), sums + j);
        }
        if (whole == count) return;

        // The lane that ends with the last line; what it repeats are the same sums in the same order.
        int from = count - V.Count;
        V end = V.Const(0);
        for (p = 0; p < k; p++) end = V.Fma(V.Broadcast(x[p]), V.Load(lines + p * stepStride + from), end);
        V.Store(end, sums + from);
    }

    /// <summary>Panels of two lanes of lines: eight sums, two for each of four steps, so that none waits for itself.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Panels(int count, int k, T* x, T* panel, T* sums)
    {
        for (int j = 0; j < count; j += 2 * V.Count, sums += 2 * V.Count)
        {
            V s0 = V.Const(0), s1 = V.Const(0), s2 = V.Const(0), s3 = V.Const(0), t0 = V.Const(0), t1 = V.Const(0), t2 = V.Const(0), t3 = V.Const(0);
            int p = 0;
            for (; p <= k - 4; p += 4, panel += 8 * V.Count)
            {
                V x0 = V.Broadcast(x[p]), x1 = V.Broadcast(x[p + 1]), x2 = V.Broadcast(x[p + 2]), x3 = V.Broadcast(x[p + 3]);
                s0 = V.Fma(x0, V.Load(panel), s0); t0 = V.Fma(x0, V.Load(panel + V.Count), t0);
                s1 = V.Fma(x1, V.Load(panel + 2 * V.Count), s1); t1 = V.Fma(x1, V.Load(panel + 3 * V.Count), t1);
                s2 = V.Fma(x2, V.Load(panel + 4 * V.Count), s2); t2 = V.Fma(x2, V.Load(panel + 5 * V.Count), t2);
                s3 = V.Fma(x3, V.Load(panel + 6 * V.Count), s3); t3 = V.Fma(x3, V.Load(panel + 7 * V.Count), t3);
            }
            for (; p < k; p++, panel += 2 * V.Count)
            {
                V x0 = V.Broadcast(x[p]);
                s0 = V.Fma(x0, V.Load(panel), s0); t0 = V.Fma(x0, V.Load(panel + V.Count), t0);
            }
            V.Store(s0 + s1 + (s2 + s3), sums);
            V.Store(t0 + t1 + (t2 + t3), sums + V.Count);
        }
    }

    private readonly void Finish(T* sums, int from, int count)
    {
        if (!column)
        {
            for (int j = 0; j < count; j += V.Count)
            {
                int some = Math.Min(V.Count, count - j);
                V value = PartialLane.Load<V, T>(sums + j, some);
                if (accumulate) value = PartialLane.Load<V, T>(y + from + j, some) + value;
                PartialLane.Store(TEpilogue.IsIdentity ? value : epilogue.Apply(value, 0, from + j, some), y + from + j, some);
            }
            return;
        }
        for (int j = 0; j < count; j++)
        {
            T* target = y + (from + j) * yStride;
            T sum = accumulate ? *target + sums[j] : sums[j];
            if (TEpilogue.IsIdentity) *target = sum;
            else PartialLane.Store(epilogue.Apply(V.Broadcast(sum), from + j, 0, 1), target, 1);
        }
    }
}
