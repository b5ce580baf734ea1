using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Backends.Cpu;

/// <summary>Numbers of 8 or 16 bits, widened to Float32 on their way into a register.</summary>
internal static unsafe class NarrowNumbers
{
    /// <summary>As many numbers as a register holds.</summary>
    /// <typeparam name="W">A register of 1, 4, 8 or 16 Float32 numbers.</typeparam>
    /// <typeparam name="T">sbyte, BFloat16 or Half.</typeparam>
    [MethodImpl(AggressiveInlining)]
    public static W Load<W, T>(T* source) where W : unmanaged where T : unmanaged
    {
        if (sizeof(W) == sizeof(Vector512<float>)) return Unsafe.BitCast<Vector512<float>, W>(Load512(source));
        if (sizeof(W) == sizeof(Vector256<float>)) return Unsafe.BitCast<Vector256<float>, W>(Load256(source));
        if (sizeof(W) == sizeof(Vector128<float>)) return Unsafe.BitCast<Vector128<float>, W>(Load128(source));
        return Unsafe.BitCast<float, W>(One(source));
    }

    [MethodImpl(AggressiveInlining)]
    public static float One<T>(T* source) where T : unmanaged => typeof(T) == typeof(sbyte) ? *(sbyte*)source : (float)Element<T>.ToDouble(*source);

    /// <summary>Widens a run of numbers.</summary>
    /// <typeparam name="W">A register.</typeparam>
    /// <typeparam name="TSingle">float.</typeparam>
    /// <typeparam name="TRegisters">What is done with registers.</typeparam>
    /// <typeparam name="T">sbyte, BFloat16 or Half.</typeparam>
    [MethodImpl(Compile.Alone)]
    public static void Copy<W, TSingle, TRegisters, T>(float* target, T* source, nint count)
        where W : unmanaged where TSingle : unmanaged where TRegisters : struct, IRegisters<W, TSingle> where T : unmanaged
    {
        nint i = 0;
        for (; i <= count - TRegisters.Count; i += TRegisters.Count) TRegisters.Store(Load<W, T>(source + i), (TSingle*)target + i);
        for (; i < count; i++) target[i] = One(source + i);
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector512<float> Load512<T>(T* source) where T : unmanaged
    {
        if (typeof(T) == typeof(sbyte)) return Vector512.ConvertToSingle(Avx512F.ConvertToVector512Int32(Vector128.Load((sbyte*)source)));
        if (typeof(T) == typeof(BFloat16)) return (Avx512F.ConvertToVector512UInt32(Vector256.Load((ushort*)source)) << 16).AsSingle();
        return Vector512.Create(Load256(source), Load256(source + 8));
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector256<float> Load256<T>(T* source) where T : unmanaged
    {
        if (typeof(T) == typeof(BFloat16) && Avx2.IsSupported) return (Avx2.ConvertToVector256Int32((ushort*)source) << 16).AsSingle();
        if (typeof(T) != typeof(sbyte)) return Narrow.Widen<T>(Vector128.Load((ushort*)source));
        if (Avx2.IsSupported) return Vector256.ConvertToSingle(Avx2.ConvertToVector256Int32((sbyte*)source));
        return Vector256.Create(Load128(source), Load128(source + 4));
    }

    [MethodImpl(AggressiveInlining)]
    private static Vector128<float> Load128<T>(T* source) where T : unmanaged
    {
        if (typeof(T) != typeof(sbyte)) return Narrow.Widen<T>(Vector128.CreateScalar(Unsafe.ReadUnaligned<ulong>(source)).AsUInt16()).GetLower();
        var bytes = Vector128.CreateScalar(Unsafe.ReadUnaligned<int>(source)).AsSByte();
        return Vector128.ConvertToSingle(Vector128.WidenLower(Vector128.WidenLower(bytes)));
    }
}

/// <summary>A matrix of narrow numbers as the kernel of products wants it: Float32 panels, widened as they are packed.</summary>
/// <param name="data">Its first element; lines lie one behind the other.</param>
/// <param name="length">The length of a line.</param>
internal readonly unsafe struct NarrowPanels<T>(T* data, int length) : IPanels<float> where T : unmanaged
{
    public float* Direct => null;

    public nint Step => 0;

    public nint Line => 0;

    public void Pack(float* panel, int width, int line, int count, int step, int steps) =>
        Registers.Widest<float, Packing>(new Packing { Panel = panel, Width = width, From = data + (nint)line * length + step, Length = length, Count = count, Steps = steps });

    private struct Packing : IRegisterWork
    {
        public float* Panel;
        public T* From;
        public int Width, Length, Count, Steps;

        public readonly void Run<W, TSingle, TRegisters>() where W : unmanaged where TSingle : unmanaged where TRegisters : struct, IRegisters<W, TSingle>
        {
            float* wide = (float*)GemmMemory.Weights((nint)Count * Steps * sizeof(float));
            for (int i = 0; i < Count; i++) NarrowNumbers.Copy<W, TSingle, TRegisters, T>(wide + (nint)i * Steps, From + (nint)i * Length, Steps);
            PanelPacking.Transpose(Panel, Width, wide, Steps, Count, Steps);
        }
    }
}
