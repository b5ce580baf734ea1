using System.Buffers;
using System.Numerics;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The order of a row's elements, by sorting whole numbers whose order is theirs: comparing those takes one instruction, comparing
/// elements by their places a call. Stable; NaN is the largest, and the two zeros are equal.
/// </summary>
internal static class SortKeys
{
    /// <summary>Writes the places of the elements in ascending or descending order.</summary>
    public static void Sort<T>(ReadOnlySpan<T> x, Span<long> places, bool descending) where T : unmanaged, INumber<T>
    {
        var rented = ArrayPool<ulong>.Shared.Rent(x.Length);
        var keys = rented.AsSpan(0, x.Length);
        if (typeof(T) == typeof(double) || typeof(T) == typeof(long))
        {
            for (int i = 0; i < keys.Length; i++)
            {
                ulong key = typeof(T) == typeof(double) ? Key((double)(object)x[i]) : (ulong)((long)(object)x[i] ^ long.MinValue);
                (keys[i], places[i]) = (descending ? ~key : key, i);
            }
            keys.Sort(places);
            // Such keys leave no room for a place, so equal elements are put into order afterwards.
            for (int start = 0, end; start < keys.Length; start = end)
            {
                for (end = start + 1; end < keys.Length && keys[end] == keys[start];) end++;
                if (end > start + 1) places[start..end].Sort();
            }
        }
        else
        {
            for (int i = 0; i < keys.Length; i++)
            {
                uint key = Key(x[i]);
                keys[i] = (ulong)(descending ? ~key : key) << 32 | (uint)i;
            }
            keys.Sort();
            for (int i = 0; i < keys.Length; i++) places[i] = (uint)keys[i];
        }
        ArrayPool<ulong>.Shared.Return(rented);
    }

    private static ulong Key(double x)
    {
        if (double.IsNaN(x)) return ulong.MaxValue;
        long bits = BitConverter.DoubleToInt64Bits(x + 0.0);
        return (ulong)(bits ^ (bits >> 63 | long.MinValue));
    }

    private static uint Key<T>(T x) where T : unmanaged, INumber<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(Half)) return (uint)(int.CreateTruncating(x) ^ int.MinValue);
        float number = float.CreateTruncating(x);
        if (float.IsNaN(number)) return uint.MaxValue;
        int bits = BitConverter.SingleToInt32Bits(number + 0f);
        return (uint)(bits ^ (bits >> 31 | int.MinValue));
    }
}
