using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The last elements of a row, fewer than a lane holds, and a lane's elements put together: in registers where the processor can.
/// Rows of a thousand numbers end that way, and going through memory took a third of a layer norm's time.
/// </summary>
internal static unsafe class RowEnds
{
    /// <summary>The first elements from memory; the others are taken from a lane.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V Load<T, V>(T* source, int count, V others) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        if (typeof(V) == typeof(Simd512<float>) && Avx512F.IsSupported) return To<V, float>(Avx512F.MaskLoad((float*)source, Mask512(count).AsSingle(), From512<V, float>(others)));
        if (typeof(V) == typeof(Simd256<float>) && Avx.IsSupported)
        {
            var mask = Mask256(count).AsSingle();
            return To<V, float>(Vector256.ConditionalSelect(mask, Avx.MaskLoad((float*)source, mask), From256<V, float>(others)));
        }
        return LoadThroughMemory(source, count, others);
    }

    /// <summary>Writes the first elements only.</summary>
    [MethodImpl(AggressiveInlining)]
    public static void Store<T, V>(V value, T* target, int count) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        if (typeof(V) == typeof(Simd512<float>) && Avx512F.IsSupported) Avx512F.MaskStore((float*)target, Mask512(count).AsSingle(), From512<V, float>(value));
        else if (typeof(V) == typeof(Simd256<float>) && Avx.IsSupported) Avx.MaskStore((float*)target, Mask256(count).AsSingle(), From256<V, float>(value));
        else StoreThroughMemory(value, target, count);
    }

    /// <summary>The first elements of a lane; the others are 0.</summary>
    [MethodImpl(AggressiveInlining)]
    public static V First<T, V>(V value, int count) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        if (typeof(V) == typeof(Simd512<float>) && Avx512F.IsSupported) return To<V, float>(From512<V, float>(value) & Mask512(count).AsSingle());
        if (typeof(V) == typeof(Simd256<float>) && Avx.IsSupported) return To<V, float>(From256<V, float>(value) & Mask256(count).AsSingle());
        T* lane = stackalloc T[64];
        V.Store(value, lane);
        return LoadThroughMemory(lane, count, V.Const(0));
    }

    /// <summary>The sum of a lane's elements: the upper half is added to the lower one until one is left.</summary>
    [MethodImpl(AggressiveInlining)]
    public static T Sum<T, V>(V value) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        if (typeof(V) == typeof(Simd512<float>) || typeof(V) == typeof(Simd256<float>))
        {
            var half = typeof(V) == typeof(Simd512<float>) ? From512<V, float>(value).GetLower() + From512<V, float>(value).GetUpper() : From256<V, float>(value);
            var quarter = half.GetLower() + half.GetUpper();
            quarter += Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1));
            return Unsafe.BitCast<float, T>(quarter[0] + quarter[1]);
        }
        T* lane = stackalloc T[64];
        V.Store(value, lane);
        for (int width = V.Count / 2; width > 0; width /= 2)
        {
            for (int k = 0; k < width; k++) lane[k] += lane[k + width];
        }
        return *lane;
    }

    /// <summary>The largest of a lane's elements; NaN if there is one.</summary>
    [MethodImpl(AggressiveInlining)]
    public static T Max<T, V>(V value) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        if (typeof(V) == typeof(Simd512<float>) || typeof(V) == typeof(Simd256<float>))
        {
            var half = typeof(V) == typeof(Simd512<float>) ? Vector256.Max(From512<V, float>(value).GetLower(), From512<V, float>(value).GetUpper()) : From256<V, float>(value);
            var quarter = Vector128.Max(half.GetLower(), half.GetUpper());
            quarter = Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(2, 3, 0, 1)));
            return Unsafe.BitCast<float, T>(Vector128.Max(quarter, Vector128.Shuffle(quarter, Vector128.Create(1, 0, 3, 2)))[0]);
        }
        T* lane = stackalloc T[64];
        V.Store(value, lane);
        T best = *lane;
        for (int k = 1; k < V.Count; k++) best = T.Max(best, lane[k]);
        return best;
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector512<int> Mask512(int count) => Vector512.LessThan(Vector512<int>.Indices, Vector512.Create(count));

    [MethodImpl(AggressiveInlining)]
    private static Vector256<int> Mask256(int count) => Vector256.LessThan(Vector256<int>.Indices, Vector256.Create(count));

    [MethodImpl(AggressiveInlining)]
    private static Vector512<T> From512<V, T>(V value) where T : unmanaged where V : unmanaged => Unsafe.BitCast<V, Vector512<T>>(value);

    [MethodImpl(AggressiveInlining)]
    private static Vector256<T> From256<V, T>(V value) where T : unmanaged where V : unmanaged => Unsafe.BitCast<V, Vector256<T>>(value);

    [MethodImpl(AggressiveInlining)]
    private static V To<V, T>(Vector512<T> value) where T : unmanaged where V : unmanaged => Unsafe.BitCast<Vector512<T>, V>(value);

    [MethodImpl(AggressiveInlining)]
    private static V To<V, T>(Vector256<T> value) where T : unmanaged where V : unmanaged => Unsafe.BitCast<Vector256<T>, V>(value);

    [MethodImpl(NoInlining)]
    private static V LoadThroughMemory<T, V>(T* source, int count, V others) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        T* lane = stackalloc T[64];
        V.Store(others, lane);
        for (int k = 0; k < count; k++) lane[k] = source[k];
        return V.Load(lane);
    }

    [MethodImpl(NoInlining)]
    private static void StoreThroughMemory<T, V>(V value, T* target, int count) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        T* lane = stackalloc T[64];
        V.Store(value, lane);
        for (int k = 0; k < count; k++) target[k] = lane[k];
    }
}
