using System.Runtime.CompilerServices;

namespace DeepNotes.Lanes;

/// <summary>Conversions of one element that the compiler folds for each element type.</summary>
internal static class Element<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T From(double value)
    {
        if (typeof(T) == typeof(float)) return (T)(object)(float)value;
        if (typeof(T) == typeof(double)) return (T)(object)value;
        if (typeof(T) == typeof(int)) return (T)(object)(int)value;
        if (typeof(T) == typeof(long)) return (T)(object)(long)value;
        if (typeof(T) == typeof(byte)) return (T)(object)(byte)value;
        throw new NotSupportedException($"There is no lane of {typeof(T).Name}.");
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(T value)
    {
        if (typeof(T) == typeof(float)) return (float)(object)value;
        if (typeof(T) == typeof(double)) return (double)(object)value;
        if (typeof(T) == typeof(int)) return (int)(object)value;
        if (typeof(T) == typeof(long)) return (long)(object)value;
        if (typeof(T) == typeof(byte)) return (byte)(object)value;
        throw new NotSupportedException($"There is no lane of {typeof(T).Name}.");
    }

    /// <summary>A formula reached an integer lane although it does not say that it is an integer formula.</summary>
    public static NotSupportedException FloatsOnly() => new($"This formula needs floating-point numbers; the elements are {typeof(T).Name}.");
}

/// <summary>Whether a fused multiply-add is one instruction; without it, it is a library call per element.</summary>
internal static class Fma3
{
    public static bool IsFast
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => System.Runtime.Intrinsics.X86.Fma.IsSupported || System.Runtime.Intrinsics.X86.Avx512F.IsSupported || System.Runtime.Intrinsics.Arm.AdvSimd.IsSupported;
    }
}
