using System.Runtime.CompilerServices;

namespace DeepNotes.Lanes;

/// <summary>Conversions of one element that the compiler folds for each element type.</summary>
internal static class Element<T> where T : unmanaged
{
    // One expression each: every further return costs the inlining compiler a local.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T From(double value)
        => typeof(T) == typeof(float) ? (T)(object)(float)value
        : typeof(T) == typeof(double) ? (T)(object)value
        : typeof(T) == typeof(int) ? (T)(object)(int)value
        : typeof(T) == typeof(long) ? (T)(object)(long)value
        : typeof(T) == typeof(byte) ? (T)(object)(byte)value
        : typeof(T) == typeof(sbyte) ? (T)(object)(sbyte)value
        : typeof(T) == typeof(short) ? (T)(object)(short)value
        : typeof(T) == typeof(Half) ? (T)(object)(Half)(float)value
        : typeof(T) == typeof(BFloat16) ? (T)(object)(BFloat16)(float)value
        : throw new NotSupportedException($"There is no lane of {typeof(T).Name}.");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(T value)
        => typeof(T) == typeof(float) ? (float)(object)value
        : typeof(T) == typeof(double) ? (double)(object)value
        : typeof(T) == typeof(int) ? (int)(object)value
        : typeof(T) == typeof(long) ? (long)(object)value
        : typeof(T) == typeof(byte) ? (byte)(object)value
        : typeof(T) == typeof(sbyte) ? (sbyte)(object)value
        : typeof(T) == typeof(short) ? (short)(object)value
        : typeof(T) == typeof(Half) ? (double)(float)(Half)(object)value
        : typeof(T) == typeof(BFloat16) ? (double)(float)(BFloat16)(object)value
        : throw new NotSupportedException($"There is no lane of {typeof(T).Name}.");

    /// <summary>A formula reached an integer lane although it does not say that it is an integer formula.</summary>
    public static NotSupportedException FloatsOnly() => new($"This formula needs floating-point numbers; the elements are {typeof(T).Name}.");
}
