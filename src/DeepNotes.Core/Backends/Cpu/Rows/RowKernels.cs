using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>A function of one row of a contiguous matrix, written once for all lanes and element types.</summary>
internal unsafe interface IRowFunction
{
    /// <summary>Handles one row.</summary>
    /// <param name="row">Its number.</param>
    /// <param name="length">Its length.</param>
    /// <param name="p">The first bytes of all tensors involved.</param>
    void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>;
}

/// <summary>Runs row functions: in groups of rows that depend on the shape alone.</summary>
internal static unsafe class RowKernels
{
    private const int WorkPerPiece = 16384;

    // Two inputs with the row at hand and the next one each fill a first-level cache of 32 KB.
    private const int LongestFetched = 8192;

    /// <summary>Runs a function on every row.</summary>
    /// <param name="fn">The function.</param>
    /// <param name="dtype">Float32 or Float64.</param>
    /// <param name="rows">How many rows there are.</param>
    /// <param name="length">Their length.</param>
    /// <param name="a">What is written; it and the others arrive as pointers.</param>
    /// <param name="b">See <paramref name="a"/>.</param>
    /// <param name="c">See <paramref name="a"/>.</param>
    /// <param name="d">See <paramref name="a"/>.</param>
    /// <param name="e">See <paramref name="a"/>.</param>
    /// <param name="f">See <paramref name="a"/>.</param>
    /// <param name="cost">The elements that a row is worked out from, if not its length.</param>
    public static void Run<TFn>(TFn fn, DType dtype, int rows, int length, Tensor a, Tensor? b = null, Tensor? c = null, Tensor? d = null, Tensor? e = null, Tensor? f = null, long? cost = null)
        where TFn : struct, IRowFunction
    {
        int group = (int)Math.Clamp(WorkPerPiece / Math.Max(1, cost ?? length), 1, Math.Max(1, rows));
        if (dtype == DType.Float32) Widest<TFn, float>(fn, rows, length, group, a, b, c, d, e, f);
        else Widest<TFn, double>(fn, rows, length, group, a, b, c, d, e, f);
    }

    private static void Widest<TFn, T>(TFn fn, int rows, int length, int group, Tensor a, Tensor? b, Tensor? c, Tensor? d, Tensor? e, Tensor? f)
        where TFn : struct, IRowFunction where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Pinned.Run(new Kernel<TFn, T, Simd512<T>>(fn, rows, length, group), a, b, c, d, e, f);
        else if (Vector256.IsHardwareAccelerated) Pinned.Run(new Kernel<TFn, T, Simd256<T>>(fn, rows, length, group), a, b, c, d, e, f);
        else if (Vector128.IsHardwareAccelerated) Pinned.Run(new Kernel<TFn, T, Simd128<T>>(fn, rows, length, group), a, b, c, d, e, f);
        else Pinned.Run(new Kernel<TFn, T, Number<T>>(fn, rows, length, group), a, b, c, d, e, f);
    }

    private readonly struct Kernel<TFn, T, V>(TFn fn, int rows, int length, int group) : IKernel
        where TFn : struct, IRowFunction where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(Pointers p)
        {
            var job = new Job<TFn, T, V>(fn, rows, length, group, p);
            int pieces = (rows + group - 1) / group;
            if (pieces == 1) job.Run(0);
            else Workers.Run(ref job, pieces);
        }
    }

    private readonly struct Job<TFn, T, V>(TFn fn, int rows, int length, int group, Pointers p) : IJob
        where TFn : struct, IRowFunction where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(int index)
        {
            int end = Math.Min(rows, (index + 1) * group);
            for (int row = index * group; row < end; row++) fn.Row<T, V>(row, length, p);
            PastCaches.Finish();
        }
    }

    /// <summary>
    /// Fetches the row behind one while that is worked on: rows that are passed over several times leave memory idle from the second pass on.
    /// It may lie behind the end: nothing is read.
    /// </summary>
    [MethodImpl(Compile.Alone)]
    public static void FetchNext<T>(T* row, int length) where T : unmanaged
    {
        if (!Sse.IsSupported || (long)length * sizeof(T) > LongestFetched) return;
        byte* next = (byte*)(row + length), end = (byte*)(row + 2 * (nint)length);
        for (; next < end; next += 64) Sse.Prefetch0(next);
    }

    /// <summary>The lane at position i of a row; beyond the end it is filled up.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V LoadRow<T, V>(T* row, int i, int length, double fill) where T : unmanaged where V : unmanaged, ISimdLane<V, T> =>
        i + V.Count <= length ? V.Load(row + i) : RowEnds.Load(row + i, length - i, V.Const(fill));

    /// <summary>Stores a lane at position i of a row, as far as the row goes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreRow<T, V>(V value, T* row, int i, int length) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        if (i + V.Count <= length) V.Store(value, row + i);
        else RowEnds.Store(value, row + i, length - i);
    }
}
