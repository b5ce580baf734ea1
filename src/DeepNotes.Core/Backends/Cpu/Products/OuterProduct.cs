using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>A column times a row: nothing is added up, only a result is written, a multiple of the row after the other.</summary>
internal static unsafe class OuterProduct
{
    // Numbers that a worker writes at a time.
    private const int Grain = 32768;

    /// <summary>y[i, j] = a[i·aStride]·b[j], for y of m contiguous rows of n numbers.</summary>
    public static void Multiply<T>(int m, int n, T* a, nint aStride, T* b, T* y) where T : unmanaged, INumber<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<T, Simd512<T>>(m, n, a, aStride, b, y);
        else if (Vector256.IsHardwareAccelerated) Run<T, Simd256<T>>(m, n, a, aStride, b, y);
        else if (Vector128.IsHardwareAccelerated) Run<T, Simd128<T>>(m, n, a, aStride, b, y);
        else Run<T, Number<T>>(m, n, a, aStride, b, y);
    }

    private static void Run<T, V>(int m, int n, T* a, nint aStride, T* b, T* y) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        int rows = Math.Max(1, Grain / n);
        var job = new Job<T, V>(m, n, rows, a, aStride, b, y);
        Workers.Run(ref job, (m + rows - 1) / rows);
    }

    private readonly struct Job<T, V>(int m, int n, int rows, T* a, nint aStride, T* b, T* y) : IJob where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        private readonly T* a = a, b = b, y = y;

        public void Run(int index)
        {
            int end = Math.Min((index + 1) * rows, m);
            for (nint i = (nint)index * rows; i < end; i++) RowLoops.Map<Scaled<T, V>, T, V>(new(a[i * aStride]), n, y + i * n, b);
        }
    }
}
