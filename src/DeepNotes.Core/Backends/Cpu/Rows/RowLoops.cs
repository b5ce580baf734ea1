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
/// have to spill in the loop.
/// </summary>
internal static unsafe class RowLoops
{
    /// <summary>Σ formula, in four sums.</summary>
    [MethodImpl(Compile.Alone)]
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
        V sum = (s0 + s1) + (s2 + s3);
        if (i < length) sum += RowEnds.First<T, V>(End<TFormula, T, V>(formula, a, b, c, i, length), length - i);
        return RowEnds.Sum<T, V>(sum);
    }

    /// <summary>Two sums in one pass, each in the order of <see cref="Sum"/>.</summary>
    [MethodImpl(Compile.Alone)]
    public static void Sums<TFirst, TSecond, T, V>(TFirst first, TSecond second, int length, out T firstSum, out T secondSum, T* a, T* b = null, T* c = null)
        where TFirst : struct, IRowFormula<V> where TSecond : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        V s0 = V.Const(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        int i = 0;
        for (; i <= length - 4 * V.Count; i += 4 * V.Count)
        {
            s0 += At<TFirst, T, V>(first, a, b, c, i);
            t0 += At<TSecond, T, V>(second, a, b, c, i);
            s1 += At<TFirst, T, V>(first, a, b, c, i + V.Count);
            t1 += At<TSecond, T, V>(second, a, b, c, i + V.Count);
            s2 += At<TFirst, T, V>(first, a, b, c, i + 2 * V.Count);
            t2 += At<TSecond, T, V>(second, a, b, c, i + 2 * V.Count);
            s3 += At<TFirst, T, V>(first, a, b, c, i + 3 * V.Count);
            t3 += At<TSecond, T, V>(second, a, b, c, i + 3 * V.Count);
        }
        for (; i <= length - V.Count; i += V.Count)
        {
            s0 += At<TFirst, T, V>(first, a, b, c, i);
            t0 += At<TSecond, T, V>(second, a, b, c, i);
        }
        V s = (s0 + s1) + (s2 + s3), t = (t0 + t1) + (t2 + t3);
        if (i < length)
        {
            s += RowEnds.First<T, V>(End<TFirst, T, V>(first, a, b, c, i, length), length - i);
            t += RowEnds.First<T, V>(End<TSecond, T, V>(second, a, b, c, i, length), length - i);
        }
        firstSum = RowEnds.Sum<T, V>(s);
        secondSum = RowEnds.Sum<T, V>(t);
    }

    /// <summary>y = formula.</summary>
    [MethodImpl(Compile.Alone)]
    public static void Map<TFormula, T, V>(TFormula formula, int length, T* y, T* a, T* b = null, T* c = null)
        where TFormula : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count) V.Store(At<TFormula, T, V>(formula, a, b, c, i), y + i);
        if (i < length) RowEnds.Store(End<TFormula, T, V>(formula, a, b, c, i, length), y + i, length - i);
    }

    /// <summary>y = formula, stored past the caches where <paramref name="past"/> says so; <see cref="PastCaches.Finish"/> is then for the caller to call.</summary>
    public static void Map<TFormula, T, V>(TFormula formula, bool past, int length, T* y, T* a, T* b = null, T* c = null)
        where TFormula : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        if (past) MapPast<TFormula, T, V>(formula, length, y, a, b, c);
        else Map<TFormula, T, V>(formula, length, y, a, b, c);
    }

    [MethodImpl(Compile.Alone)]
    private static void MapPast<TFormula, T, V>(TFormula formula, int length, T* y, T* a, T* b, T* c)
        where TFormula : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        // Such stores go to whole cache lines: rows begin anywhere.
        int i = Math.Min(length, (int)(-(nint)y & 63) / sizeof(T));
        for (int from = 0; from < i; from += V.Count) RowEnds.Store(End<TFormula, T, V>(formula, a, b, c, from, Math.Min(i, from + V.Count)), y + from, Math.Min(i - from, V.Count));
        for (; i <= length - V.Count; i += V.Count) V.StorePast(At<TFormula, T, V>(formula, a, b, c, i), y + i);
        if (i < length) RowEnds.Store(End<TFormula, T, V>(formula, a, b, c, i, length), y + i, length - i);
    }

    /// <summary>y += formula.</summary>
    [MethodImpl(Compile.Alone)]
    public static void Add<TFormula, T, V>(TFormula formula, int length, T* y, T* a, T* b = null, T* c = null)
        where TFormula : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count) V.Store(V.Load(y + i) + At<TFormula, T, V>(formula, a, b, c, i), y + i);
        if (i < length) RowEnds.Store(RowEnds.Load(y + i, length - i, V.Const(0)) + End<TFormula, T, V>(formula, a, b, c, i, length), y + i, length - i);
    }

    /// <summary>y += first and z += second in one pass.</summary>
    [MethodImpl(Compile.Alone)]
    public static void Adds<TFirst, TSecond, T, V>(TFirst first, TSecond second, int length, T* y, T* z, T* a, T* b = null)
        where TFirst : struct, IRowFormula<V> where TSecond : struct, IRowFormula<V> where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        int i = 0;
        for (; i <= length - V.Count; i += V.Count)
        {
            V.Store(V.Load(y + i) + At<TFirst, T, V>(first, a, b, null, i), y + i);
            V.Store(V.Load(z + i) + At<TSecond, T, V>(second, a, b, null, i), z + i);
        }
        if (i == length) return;
        RowEnds.Store(RowEnds.Load(y + i, length - i, V.Const(0)) + End<TFirst, T, V>(first, a, b, null, i, length), y + i, length - i);
        RowEnds.Store(RowEnds.Load(z + i, length - i, V.Const(0)) + End<TSecond, T, V>(second, a, b, null, i, length), z + i, length - i);
    }

    /// <summary>The largest element; NaN if there is one.</summary>
    [MethodImpl(Compile.Alone)]
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
        if (i < length) m1 = V.Max(m1, RowEnds.Load(a + i, length - i, V.Const(double.NegativeInfinity)));
        return RowEnds.Max<T, V>(V.Max(V.Max(m0, m1), V.Max(m2, m3)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V At<TFormula, T, V>(TFormula formula, T* a, T* b, T* c, nint i)
        where TFormula : struct, IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T> =>
        formula.Apply(V.Load(a + i), TFormula.Inputs > 1 ? V.Load(b + i) : default, TFormula.Inputs > 2 ? V.Load(c + i) : default);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V End<TFormula, T, V>(TFormula formula, T* a, T* b, T* c, int from, int length)
        where TFormula : struct, IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        V zero = V.Const(0);
        int count = length - from;
        return formula.Apply(
            RowEnds.Load(a + from, count, zero),
            TFormula.Inputs > 1 ? RowEnds.Load(b + from, count, zero) : default,
            TFormula.Inputs > 2 ? RowEnds.Load(c + from, count, zero) : default);
    }
}
