using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Lanes;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Backends.Cpu;

/// <summary>What the innermost loop of a matrix product does with a register.</summary>
/// <remarks>
/// The bare vector types, not the lanes around them: inside a struct, the compiler turns each sum += a·b into three copies and a multiply-add that
/// overwrites a factor, which costs a sixth of the speed.
/// </remarks>
internal unsafe interface IRegisters<W, T> where W : unmanaged where T : unmanaged
{
    static abstract int Count { get; }
    static abstract W Load(T* source);
    static abstract void Store(W value, T* target);
    static abstract W Broadcast(T value);
    static abstract W Add(W a, W b);
    static abstract W MultiplyAdd(W a, W b, W sum);
}

internal readonly unsafe struct Singles512 : IRegisters<Vector512<float>, float>
{
    public static int Count => Vector512<float>.Count;
    [MethodImpl(AggressiveInlining)] public static Vector512<float> Load(float* source) => Vector512.Load(source);
    [MethodImpl(AggressiveInlining)] public static void Store(Vector512<float> value, float* target) => value.Store(target);
    [MethodImpl(AggressiveInlining)] public static Vector512<float> Broadcast(float value) => Vector512.Create(value);
    [MethodImpl(AggressiveInlining)] public static Vector512<float> Add(Vector512<float> a, Vector512<float> b) => a + b;
    [MethodImpl(AggressiveInlining)] public static Vector512<float> MultiplyAdd(Vector512<float> a, Vector512<float> b, Vector512<float> sum) => Vector512.FusedMultiplyAdd(a, b, sum);
}

internal readonly unsafe struct Doubles512 : IRegisters<Vector512<double>, double>
{
    public static int Count => Vector512<double>.Count;
    [MethodImpl(AggressiveInlining)] public static Vector512<double> Load(double* source) => Vector512.Load(source);
    [MethodImpl(AggressiveInlining)] public static void Store(Vector512<double> value, double* target) => value.Store(target);
    [MethodImpl(AggressiveInlining)] public static Vector512<double> Broadcast(double value) => Vector512.Create(value);
    [MethodImpl(AggressiveInlining)] public static Vector512<double> Add(Vector512<double> a, Vector512<double> b) => a + b;
    [MethodImpl(AggressiveInlining)] public static Vector512<double> MultiplyAdd(Vector512<double> a, Vector512<double> b, Vector512<double> sum) => Vector512.FusedMultiplyAdd(a, b, sum);
}

internal readonly unsafe struct Singles256 : IRegisters<Vector256<float>, float>
{
    public static int Count => Vector256<float>.Count;
    [MethodImpl(AggressiveInlining)] public static Vector256<float> Load(float* source) => Vector256.Load(source);
    [MethodImpl(AggressiveInlining)] public static void Store(Vector256<float> value, float* target) => value.Store(target);
    [MethodImpl(AggressiveInlining)] public static Vector256<float> Broadcast(float value) => Vector256.Create(value);
    [MethodImpl(AggressiveInlining)] public static Vector256<float> Add(Vector256<float> a, Vector256<float> b) => a + b;
    [MethodImpl(AggressiveInlining)] public static Vector256<float> MultiplyAdd(Vector256<float> a, Vector256<float> b, Vector256<float> sum) => Vector256.FusedMultiplyAdd(a, b, sum);
}

internal readonly unsafe struct Doubles256 : IRegisters<Vector256<double>, double>
{
    public static int Count => Vector256<double>.Count;
    [MethodImpl(AggressiveInlining)] public static Vector256<double> Load(double* source) => Vector256.Load(source);
    [MethodImpl(AggressiveInlining)] public static void Store(Vector256<double> value, double* target) => value.Store(target);
    [MethodImpl(AggressiveInlining)] public static Vector256<double> Broadcast(double value) => Vector256.Create(value);
    [MethodImpl(AggressiveInlining)] public static Vector256<double> Add(Vector256<double> a, Vector256<double> b) => a + b;
    [MethodImpl(AggressiveInlining)] public static Vector256<double> MultiplyAdd(Vector256<double> a, Vector256<double> b, Vector256<double> sum) => Vector256.FusedMultiplyAdd(a, b, sum);
}

/// <summary>Any lane, for processors without wide vectors.</summary>
internal readonly unsafe struct LaneRegisters<V, T> : IRegisters<V, T> where V : unmanaged, ISimdLane<V, T> where T : unmanaged
{
    public static int Count => V.Count;
    [MethodImpl(AggressiveInlining)] public static V Load(T* source) => V.Load(source);
    [MethodImpl(AggressiveInlining)] public static void Store(V value, T* target) => V.Store(value, target);
    [MethodImpl(AggressiveInlining)] public static V Broadcast(T value) => V.Broadcast(value);
    [MethodImpl(AggressiveInlining)] public static V Add(V a, V b) => a + b;
    [MethodImpl(AggressiveInlining)] public static V MultiplyAdd(V a, V b, V sum) => V.Fma(a, b, sum);
}

/// <summary>Work written for any register.</summary>
internal interface IRegisterWork
{
    void Run<W, T, TRegisters>() where W : unmanaged where T : unmanaged where TRegisters : struct, IRegisters<W, T>;
}

/// <summary>The choice of the widest register that this processor has.</summary>
internal static class Registers
{
    public static void Widest<T, TWork>(in TWork work) where T : unmanaged, INumber<T> where TWork : struct, IRegisterWork
    {
        if (typeof(T) == typeof(float) && Vector512.IsHardwareAccelerated) work.Run<Vector512<float>, float, Singles512>();
        else if (typeof(T) == typeof(double) && Vector512.IsHardwareAccelerated) work.Run<Vector512<double>, double, Doubles512>();
        else if (typeof(T) == typeof(float) && Fma.IsSupported) work.Run<Vector256<float>, float, Singles256>();
        else if (typeof(T) == typeof(double) && Fma.IsSupported) work.Run<Vector256<double>, double, Doubles256>();
        else if (Vector256.IsHardwareAccelerated) work.Run<Simd256<T>, T, LaneRegisters<Simd256<T>, T>>();
        else if (Vector128.IsHardwareAccelerated) work.Run<Simd128<T>, T, LaneRegisters<Simd128<T>, T>>();
        else work.Run<Number<T>, T, LaneRegisters<Number<T>, T>>();
    }
}
