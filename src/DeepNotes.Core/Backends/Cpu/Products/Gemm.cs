using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>Matrix products: packed, blocked for the caches, tiled in registers, on all workers.</summary>
/// <remarks>The order of every sum follows from the shape alone: the same bits with any number of threads.</remarks>
internal static unsafe class Gemm
{
    // In multiply-adds: what is worth cutting up.
    private const long LargeItem = 1 << 20;

    /// <summary>C = epilogue(A·B), or epilogue(C + A·B), row by row with any strides, in one pass over memory.</summary>
    /// <param name="m">Rows of A and C.</param>
    /// <param name="n">Columns of B and C.</param>
    /// <param name="k">Columns of A, rows of B; with zero the sums are empty.</param>
    /// <param name="a">A[i, p] is a[i·aRow + p·aCol].</param>
    /// <param name="aRow">See <paramref name="a"/>.</param>
    /// <param name="aCol">See <paramref name="a"/>.</param>
    /// <param name="b">B[p, j] is b[p·bRow + j·bCol].</param>
    /// <param name="bRow">See <paramref name="b"/>.</param>
    /// <param name="bCol">See <paramref name="b"/>.</param>
    /// <param name="c">C[i, j] is c[i·cRow + j]; overlaps neither A nor B.</param>
    /// <param name="cRow">See <paramref name="c"/>.</param>
    /// <param name="accumulate">Adds to what C holds.</param>
    /// <param name="epilogue">What happens to each sum before it is stored.</param>
    public static void Multiply<T, TEpilogue>(int m, int n, int k, T* a, nint aRow, nint aCol, T* b, nint bRow, nint bCol, T* c, nint cRow, bool accumulate, TEpilogue epilogue)
        where T : unmanaged, INumber<T> where TEpilogue : struct, IEpilogue<T>
    {
        if (m == 0 || n == 0) return;
        if (Vector512.IsHardwareAccelerated) Multiply<T, Simd512<T>, TEpilogue>(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, accumulate, epilogue);
        else if (Vector256.IsHardwareAccelerated) Multiply<T, Simd256<T>, TEpilogue>(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, accumulate, epilogue);
        else if (Vector128.IsHardwareAccelerated) Multiply<T, Simd128<T>, TEpilogue>(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, accumulate, epilogue);
        else Multiply<T, Number<T>, TEpilogue>(m, n, k, a, aRow, aCol, b, bRow, bCol, c, cRow, accumulate, epilogue);
    }

    /// <summary>
    /// The same for each item of a batch. Item i has its A at a + i·aItem, and so on: an operand with item stride 0 serves all items.
    /// </summary>
    public static void MultiplyBatch<T, TEpilogue>(
        int batch, int m, int n, int k, T* a, nint aItem, nint aRow, nint aCol, T* b, nint bItem, nint bRow, nint bCol, T* c, nint cItem, nint cRow, bool accumulate, TEpilogue epilogue)
        where T : unmanaged, INumber<T> where TEpilogue : struct, IEpilogue<T>
    {
        if (m == 0 || n == 0) return;
        long work = (long)m * n * k;
        // Few large products are cut up themselves; many are dealt out whole, small ones by the handful.
        if (batch < 2 * Workers.Count && work >= LargeItem)
        {
            for (int i = 0; i < batch; i++) Multiply(m, n, k, a + i * aItem, aRow, aCol, b + i * bItem, bRow, bCol, c + i * cItem, cRow, accumulate, epilogue);
            return;
        }
        var job = new BatchJob<T, TEpilogue>
        {
            M = m, N = n, K = k, A = a, B = b, C = c, AItem = aItem, ARow = aRow, ACol = aCol, BItem = bItem, BRow = bRow, BCol = bCol, CItem = cItem, CRow = cRow,
            Accumulate = accumulate, Epilogue = epilogue,
        };
        Handfuls.Run(ref job, batch, work);
    }

    /// <summary>The same for operands that pack themselves, such as the windows of a convolution.</summary>
    public static void Multiply<T, TA, TB, TEpilogue>(int m, int n, int k, in TA a, in TB b, T* c, nint cRow, bool accumulate, in TEpilogue epilogue)
        where T : unmanaged, INumber<T> where TA : struct, IPanels<T> where TB : struct, IPanels<T> where TEpilogue : struct, IEpilogue<T>
    {
        if (m == 0 || n == 0) return;
        if (Vector512.IsHardwareAccelerated) GemmJob<T, Simd512<T>, TA, TB, TEpilogue>.Multiply(m, n, k, a, b, c, cRow, accumulate, epilogue);
        else if (Vector256.IsHardwareAccelerated) GemmJob<T, Simd256<T>, TA, TB, TEpilogue>.Multiply(m, n, k, a, b, c, cRow, accumulate, epilogue);
        else if (Vector128.IsHardwareAccelerated) GemmJob<T, Simd128<T>, TA, TB, TEpilogue>.Multiply(m, n, k, a, b, c, cRow, accumulate, epilogue);
        else GemmJob<T, Number<T>, TA, TB, TEpilogue>.Multiply(m, n, k, a, b, c, cRow, accumulate, epilogue);
    }

    /// <summary>C = epilogue(A·B) with a B whose panels were packed before, see <see cref="PackedPanels{T}"/>; rows of C lie close.</summary>
    public static void MultiplyPacked<T, TEpilogue>(int m, int n, int k, T* a, nint aRow, nint aCol, T* panels, T* c, in TEpilogue epilogue)
        where T : unmanaged, INumber<T> where TEpilogue : struct, IEpilogue<T>
    {
        if (m != 1 || aCol != 1) Multiply(m, n, k, new StridedPanels<T>(a, aRow, aCol), new PackedPanels<T>(panels, k), c, n, false, epilogue);
        else if (Vector512.IsHardwareAccelerated) GemmVector<T, Simd512<T>, TEpilogue>.MultiplyPanels(n, k, a, panels, c, epilogue);
        else if (Vector256.IsHardwareAccelerated) GemmVector<T, Simd256<T>, TEpilogue>.MultiplyPanels(n, k, a, panels, c, epilogue);
        else if (Vector128.IsHardwareAccelerated) GemmVector<T, Simd128<T>, TEpilogue>.MultiplyPanels(n, k, a, panels, c, epilogue);
        else GemmVector<T, Number<T>, TEpilogue>.MultiplyPanels(n, k, a, panels, c, epilogue);
    }

    /// <summary>The columns of one tile on this processor.</summary>
    public static int TileColumns<T>() where T : unmanaged =>
        2 * (Vector512.IsHardwareAccelerated ? Vector512<T>.Count : Vector256.IsHardwareAccelerated ? Vector256<T>.Count : Vector128.IsHardwareAccelerated ? Vector128<T>.Count : 1);

    private static void Multiply<T, V, TEpilogue>(int m, int n, int k, T* a, nint aRow, nint aCol, T* b, nint bRow, nint bCol, T* c, nint cRow, bool accumulate, in TEpilogue epilogue)
        where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T> where TEpilogue : struct, IEpilogue<T>
    {
        if (m == 1 && GemmVector<T, V, TEpilogue>.Takes(k, n, bCol, bRow))
        {
            GemmVector<T, V, TEpilogue>.Multiply(n, k, a, aCol, b, bCol, bRow, c, 1, false, accumulate, epilogue);
        }
        else if (n == 1 && GemmVector<T, V, TEpilogue>.Takes(k, m, aRow, aCol))
        {
            GemmVector<T, V, TEpilogue>.Multiply(m, k, b, bRow, a, aRow, aCol, c, cRow, true, accumulate, epilogue);
        }
        else
        {
            var rows = new StridedPanels<T>(a, aRow, aCol);
            var columns = new StridedPanels<T>(b, bCol, bRow);
            GemmJob<T, V, StridedPanels<T>, StridedPanels<T>, TEpilogue>.Multiply(m, n, k, rows, columns, c, cRow, accumulate, epilogue);
        }
    }

    private struct BatchJob<T, TEpilogue> : IJob where T : unmanaged, INumber<T> where TEpilogue : struct, IEpilogue<T>
    {
        public int M, N, K;
        public T* A, B, C;
        public nint AItem, ARow, ACol, BItem, BRow, BCol, CItem, CRow;
        public bool Accumulate;
        public TEpilogue Epilogue;

        public readonly void Run(int i) => Multiply(M, N, K, A + i * AItem, ARow, ACol, B + i * BItem, BRow, BCol, C + i * CItem, CRow, Accumulate, Epilogue);
    }
}
