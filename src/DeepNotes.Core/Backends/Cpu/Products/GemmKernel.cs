using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
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
        if (typeof(V) == typeof(Simd512<float>)) Tile<Vector512<float>, float, Singles512>(height, wide, k, (float*)a, aStep, (float*)b, bStep, (float*)c, cRow, add);
        else if (typeof(V) == typeof(Simd512<double>)) Tile<Vector512<double>, double, Doubles512>(height, wide, k, (double*)a, aStep, (double*)b, bStep, (double*)c, cRow, add);
        else if (typeof(V) == typeof(Simd256<float>) && Fma.IsSupported) Tile<Vector256<float>, float, Singles256>(height, wide, k, (float*)a, aStep, (float*)b, bStep, (float*)c, cRow, add);
        else if (typeof(V) == typeof(Simd256<double>) && Fma.IsSupported) Tile<Vector256<double>, double, Doubles256>(height, wide, k, (double*)a, aStep, (double*)b, bStep, (double*)c, cRow, add);
        else Tile<V, T, LaneRegisters<V, T>>(height, wide, k, a, aStep, b, bStep, c, cRow, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<W, T, TRegisters>(int height, bool wide, nint k, T* a, nint aStep, T* b, nint bStep, T* c, nint cRow, bool add)
        where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T>
    {
        if (wide) Tile<W, T, TRegisters, C2>(height, k, a, aStep, b, bStep, c, cRow, add);
        else Tile<W, T, TRegisters, C1>(height, k, a, aStep, b, bStep, c, cRow, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Tile<W, T, TRegisters, TLanes>(int height, nint k, T* a, nint aStep, T* b, nint bStep, T* c, nint cRow, bool add)
        where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T> where TLanes : struct, IConstant
    {
        switch (height)
        {
            case 1: Tile<W, T, TRegisters, C1, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 2: Tile<W, T, TRegisters, C2, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 4: Tile<W, T, TRegisters, C4, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 6: Tile<W, T, TRegisters, C6, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 8: Tile<W, T, TRegisters, C8, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 10: Tile<W, T, TRegisters, C10, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            case 12: Tile<W, T, TRegisters, C12, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
            default: Tile<W, T, TRegisters, C14, TLanes>(k, a, aStep, b, bStep, c, cRow, add); break;
        }
    }

    // Straight to the final code: the first call of a program may be its longest, and there is nothing to profile.
    [MethodImpl(Compile.Alone)]
    private static void Tile<W, T, TRegisters, TRows, TLanes>(nint k, T* a, nint aStep, T* b, nint bStep, T* c, nint cRow, bool add)
        where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T> where TRows : struct, IConstant where TLanes : struct, IConstant
    {
        W l00 = default, l01 = default, l02 = default, l03 = default, l04 = default, l05 = default, l06 = default,
          l07 = default, l08 = default, l09 = default, l10 = default, l11 = default, l12 = default, l13 = default;
        W r00 = default, r01 = default, r02 = default, r03 = default, r04 = default, r05 = default, r06 = default,
          r07 = default, r08 = default, r09 = default, r10 = default, r11 = default, r12 = default, r13 = default;

        // The tile of C is on its way from memory while the sums are made.
        if (Sse.IsSupported && k >= 24)
        {
            T* row = c;
            for (int i = 0; i < TRows.Value; i++, row += cRow)
            {
                Sse.Prefetch0(row);
                Sse.Prefetch0(row + TLanes.Value * TRegisters.Count - 1);
            }
        }

        for (; k > 0; k--)
        {
            W x, left = TRegisters.Load(b), right = TLanes.Value > 1 ? TRegisters.Load(b + TRegisters.Count) : default;
            x = TRegisters.Broadcast(a[0]); l00 = TRegisters.MultiplyAdd(x, left, l00); if (TLanes.Value > 1) r00 = TRegisters.MultiplyAdd(x, right, r00);
            if (TRows.Value > 1) { x = TRegisters.Broadcast(a[1]); l01 = TRegisters.MultiplyAdd(x, left, l01); if (TLanes.Value > 1) r01 = TRegisters.MultiplyAdd(x, right, r01); }
            if (TRows.Value > 2)
            {
                x = TRegisters.Broadcast(a[2]); l02 = TRegisters.MultiplyAdd(x, left, l02); if (TLanes.Value > 1) r02 = TRegisters.MultiplyAdd(x, right, r02);
                x = TRegisters.Broadcast(a[3]); l03 = TRegisters.MultiplyAdd(x, left, l03); if (TLanes.Value > 1) r03 = TRegisters.MultiplyAdd(x, right, r03);
            }
            if (TRows.Value > 4)
            {
                x = TRegisters.Broadcast(a[4]); l04 = TRegisters.MultiplyAdd(x, left, l04); if (TLanes.Value > 1) r04 = TRegisters.MultiplyAdd(x, right, r04);
                x = TRegisters.Broadcast(a[5]); l05 = TRegisters.MultiplyAdd(x, left, l05); if (TLanes.Value > 1) r05 = TRegisters.MultiplyAdd(x, right, r05);
            }
            if (TRows.Value > 6)
            {
                x = TRegisters.Broadcast(a[6]); l06 = TRegisters.MultiplyAdd(x, left, l06); if (TLanes.Value > 1) r06 = TRegisters.MultiplyAdd(x, right, r06);
                x = TRegisters.Broadcast(a[7]); l07 = TRegisters.MultiplyAdd(x, left, l07); if (TLanes.Value > 1) r07 = TRegisters.MultiplyAdd(x, right, r07);
            }
            if (TRows.Value > 8)
            {
                x = TRegisters.Broadcast(a[8]); l08 = TRegisters.MultiplyAdd(x, left, l08); if (TLanes.Value > 1) r08 = TRegisters.MultiplyAdd(x, right, r08);
                x = TRegisters.Broadcast(a[9]); l09 = TRegisters.MultiplyAdd(x, left, l09); if (TLanes.Value > 1) r09 = TRegisters.MultiplyAdd(x, right, r09);
            }
            if (TRows.Value > 10)
            {
                x = TRegisters.Broadcast(a[10]); l10 = TRegisters.MultiplyAdd(x, left, l10); if (TLanes.Value > 1) r10 = TRegisters.MultiplyAdd(x, right, r10);
                x = TRegisters.Broadcast(a[11]); l11 = TRegisters.MultiplyAdd(x, left, l11); if (TLanes.Value > 1) r11 = TRegisters.MultiplyAdd(x, right, r11);
            }
            if (TRows.Value > 12)
            {
                x = TRegisters.Broadcast(a[12]); l12 = TRegisters.MultiplyAdd(x, left, l12); if (TLanes.Value > 1) r12 = TRegisters.MultiplyAdd(x, right, r12);
                x = TRegisters.Broadcast(a[13]); l13 = TRegisters.MultiplyAdd(x, left, l13); if (TLanes.Value > 1) r13 = TRegisters.MultiplyAdd(x, right, r13);
            }
            a += aStep;
            b += bStep;
        }

        if (add)
        {
            Add(c, l00); if (TLanes.Value > 1) Add(c + TRegisters.Count, r00);
            if (TRows.Value > 1) { c += cRow; Add(c, l01); if (TLanes.Value > 1) Add(c + TRegisters.Count, r01); }
            if (TRows.Value > 2) { c += cRow; Add(c, l02); if (TLanes.Value > 1) Add(c + TRegisters.Count, r02); c += cRow; Add(c, l03); if (TLanes.Value > 1) Add(c + TRegisters.Count, r03); }
            if (TRows.Value > 4) { c += cRow; Add(c, l04); if (TLanes.Value > 1) Add(c + TRegisters.Count, r04); c += cRow; Add(c, l05); if (TLanes.Value > 1) Add(c + TRegisters.Count, r05); }
            if (TRows.Value > 6) { c += cRow; Add(c, l06); if (TLanes.Value > 1) Add(c + TRegisters.Count, r06); c += cRow; Add(c, l07); if (TLanes.Value > 1) Add(c + TRegisters.Count, r07); }
            if (TRows.Value > 8) { c += cRow; Add(c, l08); if (TLanes.Value > 1) Add(c + TRegisters.Count, r08); c += cRow; Add(c, l09); if (TLanes.Value > 1) Add(c + TRegisters.Count, r09); }
            if (TRows.Value > 10) { c += cRow; Add(c, l10); if (TLanes.Value > 1) Add(c + TRegisters.Count, r10); c += cRow; Add(c, l11); if (TLanes.Value > 1) Add(c + TRegisters.Count, r11); }
            if (TRows.Value > 12) { c += cRow; Add(c, l12); if (TLanes.Value > 1) Add(c + TRegisters.Count, r12); c += cRow; Add(c, l13); if (TLanes.Value > 1) Add(c + TRegisters.Count, r13); }
        }
        else
        {
            Put(c, l00); if (TLanes.Value > 1) Put(c + TRegisters.Count, r00);
            if (TRows.Value > 1) { c += cRow; Put(c, l01); if (TLanes.Value > 1) Put(c + TRegisters.Count, r01); }
            if (TRows.Value > 2) { c += cRow; Put(c, l02); if (TLanes.Value > 1) Put(c + TRegisters.Count, r02); c += cRow; Put(c, l03); if (TLanes.Value > 1) Put(c + TRegisters.Count, r03); }
            if (TRows.Value > 4) { c += cRow; Put(c, l04); if (TLanes.Value > 1) Put(c + TRegisters.Count, r04); c += cRow; Put(c, l05); if (TLanes.Value > 1) Put(c + TRegisters.Count, r05); }
            if (TRows.Value > 6) { c += cRow; Put(c, l06); if (TLanes.Value > 1) Put(c + TRegisters.Count, r06); c += cRow; Put(c, l07); if (TLanes.Value > 1) Put(c + TRegisters.Count, r07); }
            if (TRows.Value > 8) { c += cRow; Put(c, l08); if (TLanes.Value > 1) Put(c + TRegisters.Count, r08); c += cRow; Put(c, l09); if (TLanes.Value > 1) Put(c + TRegisters.Count, r09); }
            if (TRows.Value > 10) { c += cRow; Put(c, l10); if (TLanes.Value > 1) Put(c + TRegisters.Count, r10); c += cRow; Put(c, l11); if (TLanes.Value > 1) Put(c + TRegisters.Count, r11); }
            if (TRows.Value > 12) { c += cRow; Put(c, l12); if (TLanes.Value > 1) Put(c + TRegisters.Count, r12); c += cRow; Put(c, l13); if (TLanes.Value > 1) Put(c + TRegisters.Count, r13); }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Put(T* at, W sum) => TRegisters.Store(sum, at);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        static void Add(T* at, W sum) => TRegisters.Store(TRegisters.Add(TRegisters.Load(at), sum), at);
    }
}
