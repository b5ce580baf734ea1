using System.Runtime.CompilerServices;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>A number that the compiler knows.</summary>
internal interface IConstant
{
    static abstract int Value { get; }
}

internal readonly struct C1 : IConstant { public static int Value => 1; }
internal readonly struct C2 : IConstant { public static int Value => 2; }
internal readonly struct C4 : IConstant { public static int Value => 4; }
internal readonly struct C6 : IConstant { public static int Value => 6; }
internal readonly struct C8 : IConstant { public static int Value => 8; }
internal readonly struct C10 : IConstant { public static int Value => 10; }
internal readonly struct C12 : IConstant { public static int Value => 12; }
internal readonly struct C14 : IConstant { public static int Value => 14; }

/// <summary>
/// The innermost loop of every matrix product: a tile of up to 14 rows by two lanes that stays in registers while k runs.
/// </summary>
/// <remarks>
/// The file is long because each accumulator must be a local variable of its own: only those live in registers. 14 × 2
/// accumulators, two lanes of B and one broadcast number of A are 31 of the 32 registers of AVX-512; with 16 registers the
/// tile is 6 × 2. Smaller tiles are the same text: the compiler drops the rows and the lane that the constants exclude.
/// Each element is summed over k in ascending order by itself, so its bits do not depend on the tile that it falls into.
/// </remarks>
internal static unsafe class GemmKernel
{
    /// <summary>Rows of the largest tile: what the registers hold.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Rows<V, T>() where V : unmanaged, ISimdLane<V, T> where T : unmanaged => sizeof(V) == 64 ? 14 : 6;

    /// <summary>The heights that tiles come in: 1 and the even numbers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Height(int rows) => rows == 1 ? 1 : (rows + 1) & ~1;

    /// <summary>c = a·b, or c += a·b, for one tile.</summary>
    /// <param name="height">Rows, one of the heights.</param>
    /// <param name="wide">Two lanes of columns instead of one.</param>
    /// <param name="k">Length of the sums.</param>
    /// <param name="a">Row i at step p is a[p·aStep + i].</param>
    /// <param name="aStep">Distance between steps.</param>
    /// <param name="b">Column j at step p is b[p·bStep + j].</param>
    /// <param name="bStep">Distance between steps.</param>
    /// <param name="c">The tile, written whole.</param>
    /// <param name="cRow">Distance between its rows.</param>
    /// <param name="add">Adds to what c holds.</param>
    public static void Tile<V, T>(int height, bool wide, nint k, T* a, nint aStep, T* b, nint bStep, T* c, nint cRow, bool add)
        where V : unmanaged, ISimdLane<V, T> where T : unmanaged
    {
        if (wide) Tile<V, T, C2>(height, k, a, aStep, b, bStep, c, cRow, add);
        else Tile<V, T, C1>(height, k, a, aStep, b, bStep, c, cRow, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<V, T, TLanes>(int height, nint k, T* a, nint aStep, T* b, nint bStep, T* c, nint cRow, bool add)
        where V : unmanaged, ISimdLane<V, T> where T : unmanaged where TLanes : struct, IConstant
    {
        switch (height)
        {
            case 1: Tile<V, T, C1, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 2: Tile<V, T, C2, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 4: Tile<V, T, C4, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 6: Tile<V, T, C6, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 8: Tile<V, T, C8, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 10: Tile<V, T, C10, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 12: Tile<V, T, C12, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            default: Tile<V, T, C14, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
        }
    }

    // Straight to the final code: the first call of a program may be its longest, and there is nothing to profile.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Tile<V, T, TRows, TLanes>(nint k, T* a, nint aStep, T* b, nint bStep, T* c, nint cRow, bool add)
        where V : unmanaged, ISimdLane<V, T> where T : unmanaged where TRows : struct, IConstant where TLanes : struct, IConstant
    {
        V l00 = V.Const(0), l01 = V.Const(0), l02 = V.Const(0), l03 = V.Const(0), l04 = V.Const(0), l05 = V.Const(0), l06 = V.Const(0),
          l07 = V.Const(0), l08 = V.Const(0), l09 = V.Const(0), l10 = V.Const(0), l11 = V.Const(0), l12 = V.Const(0), l13 = V.Const(0);
        V r00 = V.Const(0), r01 = V.Const(0), r02 = V.Const(0), r03 = V.Const(0), r04 = V.Const(0), r05 = V.Const(0), r06 = V.Const(0),
          r07 = V.Const(0), r08 = V.Const(0), r09 = V.Const(0), r10 = V.Const(0), r11 = V.Const(0), r12 = V.Const(0), r13 = V.Const(0);

        for (; k > 0; k--)
        {
            V x, left = V.Load(b), right = TLanes.Value > 1 ? V.Load(b + V.Count) : V.Const(0);
            x = V.Broadcast(a[0]); l00 = V.Fma(x, left, l00); if (TLanes.Value > 1) r00 = V.Fma(x, right, r00);
            if (TRows.Value > 1) { x = V.Broadcast(a[1]); l01 = V.Fma(x, left, l01); if (TLanes.Value > 1) r01 = V.Fma(x, right, r01); }
            if (TRows.Value > 2)
            {
                x = V.Broadcast(a[2]); l02 = V.Fma(x, left, l02); if (TLanes.Value > 1) r02 = V.Fma(x, right, r02);
                x = V.Broadcast(a[3]); l03 = V.Fma(x, left, l03); if (TLanes.Value > 1) r03 = V.Fma(x, right, r03);
            }
            if (TRows.Value > 4)
            {
                x = V.Broadcast(a[4]); l04 = V.Fma(x, left, l04); if (TLanes.Value > 1) r04 = V.Fma(x, right, r04);
                x = V.Broadcast(a[5]); l05 = V.Fma(x, left, l05); if (TLanes.Value > 1) r05 = V.Fma(x, right, r05);
            }
            if (TRows.Value > 6)
            {
                x = V.Broadcast(a[6]); l06 = V.Fma(x, left, l06); if (TLanes.Value > 1) r06 = V.Fma(x, right, r06);
                x = V.Broadcast(a[7]); l07 = V.Fma(x, left, l07); if (TLanes.Value > 1) r07 = V.Fma(x, right, r07);
            }
            if (TRows.Value > 8)
            {
                x = V.Broadcast(a[8]); l08 = V.Fma(x, left, l08); if (TLanes.Value > 1) r08 = V.Fma(x, right, r08);
                x = V.Broadcast(a[9]); l09 = V.Fma(x, left, l09); if (TLanes.Value > 1) r09 = V.Fma(x, right, r09);
            }
            if (TRows.Value > 10)
            {
                x = V.Broadcast(a[10]); l10 = V.Fma(x, left, l10); if (TLanes.Value > 1) r10 = V.Fma(x, right, r10);
                x = V.Broadcast(a[11]); l11 = V.Fma(x, left, l11); if (TLanes.Value > 1) r11 = V.Fma(x, right, r11);
            }
            if (TRows.Value > 12)
            {
                x = V.Broadcast(a[12]); l12 = V.Fma(x, left, l12); if (TLanes.Value > 1) r12 = V.Fma(x, right, r12);
                x = V.Broadcast(a[13]); l13 = V.Fma(x, left, l13); if (TLanes.Value > 1) r13 = V.Fma(x, right, r13);
            }
            a += aStep;
            b += bStep;
        }

        if (add)
        {
            Add(c, l00); if (TLanes.Value > 1) Add(c + V.Count, r00);
            if (TRows.Value > 1) { c += cRow; Add(c, l01); if (TLanes.Value > 1) Add(c + V.Count, r01); }
            if (TRows.Value > 2) { c += cRow; Add(c, l02); if (TLanes.Value > 1) Add(c + V.Count, r02); c += cRow; Add(c, l03); if (TLanes.Value > 1) Add(c + V.Count, r03); }
            if (TRows.Value > 4) { c += cRow; Add(c, l04); if (TLanes.Value > 1) Add(c + V.Count, r04); c += cRow; Add(c, l05); if (TLanes.Value > 1) Add(c + V.Count, r05); }
            if (TRows.Value > 6) { c += cRow; Add(c, l06); if (TLanes.Value > 1) Add(c + V.Count, r06); c += cRow; Add(c, l07); if (TLanes.Value > 1) Add(c + V.Count, r07); }
            if (TRows.Value > 8) { c += cRow; Add(c, l08); if (TLanes.Value > 1) Add(c + V.Count, r08); c += cRow; Add(c, l09); if (TLanes.Value > 1) Add(c + V.Count, r09); }
            if (TRows.Value > 10) { c += cRow; Add(c, l10); if (TLanes.Value > 1) Add(c + V.Count, r10); c += cRow; Add(c, l11); if (TLanes.Value > 1) Add(c + V.Count, r11); }
            if (TRows.Value > 12) { c += cRow; Add(c, l12); if (TLanes.Value > 1) Add(c + V.Count, r12); c += cRow; Add(c, l13); if (TLanes.Value > 1) Add(c + V.Count, r13); }
        }
        else
        {
            Put(c, l00); if (TLanes.Value > 1) Put(c + V.Count, r00);
            if (TRows.Value > 1) { c += cRow; Put(c, l01); if (TLanes.Value > 1) Put(c + V.Count, r01); }
            if (TRows.Value > 2) { c += cRow; Put(c, l02); if (TLanes.Value > 1) Put(c + V.Count, r02); c += cRow; Put(c, l03); if (TLanes.Value > 1) Put(c + V.Count, r03); }
            if (TRows.Value > 4) { c += cRow; Put(c, l04); if (TLanes.Value > 1) Put(c + V.Count, r04); c += cRow; Put(c, l05); if (TLanes.Value > 1) Put(c + V.Count, r05); }
            if (TRows.Value > 6) { c += cRow; Put(c, l06); if (TLanes.Value > 1) Put(c + V.Count, r06); c += cRow; Put(c, l07); if (TLanes.Value > 1) Put(c + V.Count, r07); }
            if (TRows.Value > 8) { c += cRow; Put(c, l08); if (TLanes.Value > 1) Put(c + V.Count, r08); c += cRow; Put(c, l09); if (TLanes.Value > 1) Put(c + V.Count, r09); }
            if (TRows.Value > 10) { c += cRow; Put(c, l10); if (TLanes.Value > 1) Put(c + V.Count, r10); c += cRow; Put(c, l11); if (TLanes.Value > 1) Put(c + V.Count, r11); }
            if (TRows.Value > 12) { c += cRow; Put(c, l12); if (TLanes.Value > 1) Put(c + V.Count, r12); c += cRow; Put(c, l13); if (TLanes.Value > 1) Put(c + V.Count, r13); }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Put(T* at, V sum) => V.Store(sum, at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(T* at, V sum) => V.Store(V.Load(at) + sum, at);
    }
}
