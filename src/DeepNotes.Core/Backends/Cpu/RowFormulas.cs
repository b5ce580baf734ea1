using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Backends.Cpu;

/// <summary>a.</summary>
internal readonly struct Itself<T> : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => a;
}

/// <summary>a·b.</summary>
internal readonly struct ProductOf<T> : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => a * b;
}

/// <summary>a·factor.</summary>
internal readonly struct Scaled<T>(T factor) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => a * V.Broadcast(factor);
}

/// <summary>(a − shift)².</summary>
internal readonly struct SquaredDistance<T>(T shift) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T>
    {
        V d = a - V.Broadcast(shift);
        return d * d;
    }
}

/// <summary>exp(a − shift)·factor.</summary>
internal readonly struct ShiftedExp<T>(T shift, T factor) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => V.Call(default(Exp), a - V.Broadcast(shift)) * V.Broadcast(factor);
}

/// <summary>(a − shift − second).</summary>
internal readonly struct Shifted<T>(T shift, T second) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => a - V.Broadcast(shift) - V.Broadcast(second);
}

/// <summary>b·(a − shift): softmax's gradient.</summary>
internal readonly struct ProductWithShifted<T>(T shift) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => b * (a - V.Broadcast(shift));
}

/// <summary>a − exp(b)·factor: log-softmax's gradient.</summary>
internal readonly struct LessExp<T>(T factor) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => a - V.Call(default(Exp), b) * V.Broadcast(factor);
}

/// <summary>(a − mean)·scale.</summary>
internal readonly struct Normalized<T>(T mean, T scale) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => (a - V.Broadcast(mean)) * V.Broadcast(scale);
}

/// <summary>(a − mean)·scale + shift.</summary>
internal readonly struct NormalizedPlus<T>(T mean, T scale, T shift) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => V.Fma(a - V.Broadcast(mean), V.Broadcast(scale), V.Broadcast(shift));
}

/// <summary>(a − mean)·scale·b.</summary>
internal readonly struct NormalizedAndScaled<T>(T mean, T scale) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => (a - V.Broadcast(mean)) * V.Broadcast(scale) * b;
}

/// <summary>(a − mean)·scale·b + c.</summary>
internal readonly struct NormalizedScaledAndShifted<T>(T mean, T scale) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 3;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => (a - V.Broadcast(mean)) * V.Broadcast(scale) * b + c;
}

/// <summary>(a − mean)·scale + b.</summary>
internal readonly struct NormalizedAndShifted<T>(T mean, T scale) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => (a - V.Broadcast(mean)) * V.Broadcast(scale) + b;
}

/// <summary>a·(b − mean).</summary>
internal readonly struct ProductWithCentred<T>(T mean) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => a * (b - V.Broadcast(mean));
}

/// <summary>a·c·(b − mean).</summary>
internal readonly struct WeightedProductWithCentred<T>(T mean) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 3;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => a * c * (b - V.Broadcast(mean));
}

/// <summary>a·p + (b − mean)·q + r: a normalisation's gradient, of the gradient a and the input b.</summary>
internal readonly struct NormalizationGradient<T>(T mean, T p, T q, T r) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => V.Fma(a, V.Broadcast(p), V.Fma(b - V.Broadcast(mean), V.Broadcast(q), V.Broadcast(r)));
}

/// <summary>a·c·p + (b − mean)·q + r: the same with weights c.</summary>
internal readonly struct WeightedNormalizationGradient<T>(T mean, T p, T q, T r) : IRowFormula<T> where T : unmanaged
{
    public static int Inputs => 3;

    [MethodImpl(AggressiveInlining)]
    public V Apply<V>(V a, V b, V c) where V : unmanaged, ISimdLane<V, T> => V.Fma(a * c, V.Broadcast(p), V.Fma(b - V.Broadcast(mean), V.Broadcast(q), V.Broadcast(r)));
}
