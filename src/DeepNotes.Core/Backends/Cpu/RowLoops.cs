using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>What a loop over rows computes from the elements at one place of up to three rows.</summary>
/// <remarks>Its numbers are lanes already: spread in the loop, they would go through memory each time.</remarks>
internal interface IRowFormula<V>
{
    /// <summary>How many of the rows it reads; a constant to the compiler.</summary>
    static abstract int Inputs { get; }

    V Apply(V a, V b, V c);
}

/// <summary>
/// The loops that row functions are made of. They call nothing while lanes are in registers, which the compiler would
/// have to spill in the loop; the end of a row runs on padded copies, when the sums are in memory.
/// </summary>
internal static unsafe class RowLoops
{
    /// <summary>Σ formula, in four sums.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Sum<TFormula, T, V>(TFormula formula, int length, T* a, T* b = null, T* c = null)
        where TFormula : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        V s0 = V.Const(0), s1 = s0, s2 = s0, s3 = s0;
        int i = 0;
        for (; i <= length - 4 * V.Count; i += 4 * V.Count)
        {
            s0 += At<TFormula, T, V>(formula, a, b, c, i);
            s1 += At<TFormula, T, V>(formula, a, b, c, i + V.Count);
            s2 += At<TFormula, T, V>(formula, a, b, c, i + 2 * V.Count);
            s3 += At<TFormula, T, V>(formula, a, b, c, i + 3 * V.Count);
        }
        for (; i <= length - V.Count; i += V.Count) s0 += At<TFormula, T, V>(formula, a, b, c, i);
        T* lane = stackalloc T[2 * 64];
        V.Store((s0 + s1) + (s2 + s3), lane);
        if (i < length)
        {
            V.Store(End<TFormula, T, V>(formula, a, b, c, i, length), lane + 64);
            for (int k = 0; i + k < length; k++) lane[k] += lane[64 + k];
        }
        for (int width = V.Count / 2; width > 0; width /= 2)
        {
            for (int k = 0; k < width; k++) lane[k] += lane[k + width];
        }
        return *lane;
    }

    /// <summary>y = formula.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Map<TFormula, T, V>(TFormula formula, int length, T* y, T* a, T* b = null, T* c = null)
        where TFormula : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count) V.Store(At<TFormula, T, V>(formula, a, b, c, i), y + i);
        if (i == length) return;
        T* lane = stackalloc T[64];
        V.Store(End<TFormula, T, V>(formula, a, b, c, i, length), lane);
        for (int k = 0; i + k < length; k++) y[i + k] = lane[k];
    }

    /// <summary>y += formula.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add<TFormula, T, V>(TFormula formula, int length, T* y, T* a, T* b = null, T* c = null)
        where TFormula : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count) V.Store(V.Load(y + i) + At<TFormula, T, V>(formula, a, b, c, i), y + i);
        if (i == length) return;
        T* lane = stackalloc T[64];
        V.Store(End<TFormula, T, V>(formula, a, b, c, i, length), lane);
        for (int k = 0; i + k < length; k++) y[i + k] += lane[k];
    }

    /// <summary>The largest element; NaN if there is one.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static T Max<T, V>(int length, T* a) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        V m0 = V.Const(double.NegativeInfinity), m1 = m0, m2 = m0, m3 = m0;
        int i = 0;
        for (; i <= length - 4 * V.Count; i += 4 * V.Count)
        {
            m0 = V.Max(m0, V.Load(a + i));
            m1 = V.Max(m1, V.Load(a + i + V.Count));
            m2 = V.Max(m2, V.Load(a + i + 2 * V.Count));
            m3 = V.Max(m3, V.Load(a + i + 3 * V.Count));
        }
        for (; i <= length - V.Count; i += V.Count) m0 = V.Max(m0, V.Load(a + i));
        T* lane = stackalloc T[64];
        V.Store(V.Max(V.Max(m0, m1), V.Max(m2, m3)), lane);
        T best = *lane;
        for (int k = 1; k < V.Count; k++) best = T.Max(best, lane[k]);
        for (; i < length; i++) best = T.Max(best, a[i]);
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V At<TFormula, T, V>(TFormula formula, T* a, T* b, T* c, nint i)
        where TFormula : struct, IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T> =>
        formula.Apply(V.Load(a + i), TFormula.Inputs > 1 ? V.Load(b + i) : default, TFormula.Inputs > 2 ? V.Load(c + i) : default);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V End<TFormula, T, V>(TFormula formula, T* a, T* b, T* c, int from, int length)
        where TFormula : struct, IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        T* ends = stackalloc T[3 * 64];
        V.Store(V.Const(0), ends);
        V.Store(V.Const(0), ends + 64);
        V.Store(V.Const(0), ends + 128);
        for (int k = 0; from + k < length; k++)
        {
            ends[k] = a[from + k];
            if (TFormula.Inputs > 1) ends[64 + k] = b[from + k];
            if (TFormula.Inputs > 2) ends[128 + k] = c[from + k];
        }
        return At<TFormula, T, V>(formula, ends, ends + 64, ends + 128, 0);
    }
}
