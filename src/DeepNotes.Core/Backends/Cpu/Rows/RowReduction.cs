using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>The innermost loops of <see cref="Reduction{TOp, T, V}"/>: neighbours in memory to one number, in four accumulators.</summary>
internal static unsafe class RowReduction<TOp, T, V> where TOp : unmanaged, IReduceOp where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
{
    // As many elements as any lane has.
    private const int Apart = 64;

    /// <summary>One row.</summary>
    [MethodImpl(Compile.Alone)]
    public static T One(TOp op, int count, T* x)
    {
        V a = op.Identity<V>(), b = a, c = a, d = a;
        nint i = 0;
        for (; i <= count - 4 * V.Count; i += 4 * V.Count)
        {
            a = op.Combine(a, V.Load(x + i));
            b = op.Combine(b, V.Load(x + i + V.Count));
            c = op.Combine(c, V.Load(x + i + 2 * V.Count));
            d = op.Combine(d, V.Load(x + i + 3 * V.Count));
        }
        for (; i <= count - V.Count; i += V.Count) a = op.Combine(a, V.Load(x + i));
        T* lane = stackalloc T[Apart];
        if (i < count)
        {
            V.Store(op.Identity<V>(), lane);
            for (nint k = 0; i + k < count; k++) lane[k] = x[i + k];
            b = op.Combine(b, V.Load(lane));
        }
        V.Store(op.Combine(op.Combine(a, b), op.Combine(c, d)), lane);
        return Across(op, lane);
    }

    /// <summary>Four rows of a multiple of four lanes, each as <see cref="One"/> would. Their results go <paramref name="apart"/> elements from each other.</summary>
    public static void Four(TOp op, int count, T* x0, T* x1, T* x2, T* x3, T* y, nint apart)
    {
        T* lanes = stackalloc T[4 * Apart];
        if (V.Count * sizeof(T) == 64)
        {
            Read(op, count, x0, x1, x2, x3, lanes);
        }
        else
        {
            // Processors with narrower vectors have half as many registers.
            Read(op, count, x0, x1, lanes);
            Read(op, count, x2, x3, lanes + 2 * Apart);
        }
        for (int i = 0; i < 4; i++) y[i * apart] = Across(op, lanes + i * Apart);
    }

    /// <summary>Four rows to a lane each, <see cref="Apart"/> elements from each other.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Read(TOp op, int count, T* x0, T* x1, T* x2, T* x3, T* lanes)
    {
        V a0 = op.Identity<V>(), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0, a2 = a0, b2 = a0, c2 = a0, d2 = a0, a3 = a0, b3 = a0, c3 = a0, d3 = a0;
        for (nint i = 0, b = V.Count, c = 2 * b, d = 3 * b; i < count; i += 4 * V.Count)
        {
            a0 = op.Combine(a0, V.Load(x0 + i)); b0 = op.Combine(b0, V.Load(x0 + i + b)); c0 = op.Combine(c0, V.Load(x0 + i + c)); d0 = op.Combine(d0, V.Load(x0 + i + d));
            a1 = op.Combine(a1, V.Load(x1 + i)); b1 = op.Combine(b1, V.Load(x1 + i + b)); c1 = op.Combine(c1, V.Load(x1 + i + c)); d1 = op.Combine(d1, V.Load(x1 + i + d));
            a2 = op.Combine(a2, V.Load(x2 + i)); b2 = op.Combine(b2, V.Load(x2 + i + b)); c2 = op.Combine(c2, V.Load(x2 + i + c)); d2 = op.Combine(d2, V.Load(x2 + i + d));
            a3 = op.Combine(a3, V.Load(x3 + i)); b3 = op.Combine(b3, V.Load(x3 + i + b)); c3 = op.Combine(c3, V.Load(x3 + i + c)); d3 = op.Combine(d3, V.Load(x3 + i + d));
        }
        V.Store(op.Combine(op.Combine(a0, b0), op.Combine(c0, d0)), lanes);
        V.Store(op.Combine(op.Combine(a1, b1), op.Combine(c1, d1)), lanes + Apart);
        V.Store(op.Combine(op.Combine(a2, b2), op.Combine(c2, d2)), lanes + 2 * Apart);
        V.Store(op.Combine(op.Combine(a3, b3), op.Combine(c3, d3)), lanes + 3 * Apart);
    }

    [MethodImpl(Compile.Alone)]
    private static void Read(TOp op, int count, T* x0, T* x1, T* lanes)
    {
        V a0 = op.Identity<V>(), b0 = a0, c0 = a0, d0 = a0, a1 = a0, b1 = a0, c1 = a0, d1 = a0;
        for (nint i = 0, b = V.Count, c = 2 * b, d = 3 * b; i < count; i += 4 * V.Count)
        {
            a0 = op.Combine(a0, V.Load(x0 + i)); b0 = op.Combine(b0, V.Load(x0 + i + b)); c0 = op.Combine(c0, V.Load(x0 + i + c)); d0 = op.Combine(d0, V.Load(x0 + i + d));
            a1 = op.Combine(a1, V.Load(x1 + i)); b1 = op.Combine(b1, V.Load(x1 + i + b)); c1 = op.Combine(c1, V.Load(x1 + i + c)); d1 = op.Combine(d1, V.Load(x1 + i + d));
        }
        V.Store(op.Combine(op.Combine(a0, b0), op.Combine(c0, d0)), lanes);
        V.Store(op.Combine(op.Combine(a1, b1), op.Combine(c1, d1)), lanes + Apart);
    }

    /// <summary>The elements of a lane to one, halves first.</summary>
    private static T Across(TOp op, T* lane)
    {
        for (int width = V.Count / 2; width > 0; width /= 2)
        {
            for (int k = 0; k < width; k++) Number<T>.Store(op.Combine(Number<T>.Load(lane + k), Number<T>.Load(lane + k + width)), lane + k);
        }
        return *lane;
    }
}
