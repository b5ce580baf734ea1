using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static System.Runtime.CompilerServices.MethodImplOptions;

namespace DeepNotes.Backends.Cpu;

/// <summary>a.</summary>
internal readonly struct Itself<T, V> : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => a;
}

/// <summary>op(a).</summary>
internal readonly struct Applied<TOp, T, V>(TOp op) : IRowFormula<V> where TOp : unmanaged, IUnaryOp where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly TOp op = op;

    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => V.Call(op, a);
}

/// <summary>b.</summary>
internal readonly struct Second<T, V> : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => b;
}

/// <summary>a·c.</summary>
internal readonly struct ProductWithThird<T, V> : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    public static int Inputs => 3;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => a * c;
}

/// <summary>a·b.</summary>
internal readonly struct ProductOf<T, V> : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => a * b;
}

/// <summary>a·factor.</summary>
internal readonly struct Scaled<T, V>(T factor) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V factor = V.Broadcast(factor);

    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => a * factor;
}

/// <summary>(a − shift)².</summary>
internal readonly struct SquaredDistance<T, V>(T shift) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V shift = V.Broadcast(shift);

    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c)
    {
        V d = a - shift;
        return d * d;
    }
}

/// <summary>exp(a − shift)·factor.</summary>
internal readonly struct ShiftedExp<T, V>(T shift, T factor) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V shift = V.Broadcast(shift);
    private readonly V factor = V.Broadcast(factor);

    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => V.Call(default(Exp), a - shift) * factor;
}

/// <summary>(a − shift − second).</summary>
internal readonly struct Shifted<T, V>(T shift, T second) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V shift = V.Broadcast(shift);
    private readonly V second = V.Broadcast(second);

    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => a - shift - second;
}

/// <summary>b·(a − shift): softmax's gradient.</summary>
internal readonly struct ProductWithShifted<T, V>(T shift) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V shift = V.Broadcast(shift);

    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => b * (a - shift);
}

/// <summary>a − exp(b)·factor: log-softmax's gradient.</summary>
internal readonly struct LessExp<T, V>(T factor) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V factor = V.Broadcast(factor);

    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => a - V.Call(default(Exp), b) * factor;
}

/// <summary>(a − mean)·scale.</summary>
internal readonly struct Normalized<T, V>(T mean, T scale) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);
    private readonly V scale = V.Broadcast(scale);

    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => (a - mean) * scale;
}

/// <summary>(a − mean)·scale + shift.</summary>
internal readonly struct NormalizedPlus<T, V>(T mean, T scale, T shift) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);
    private readonly V scale = V.Broadcast(scale);
    private readonly V shift = V.Broadcast(shift);

    public static int Inputs => 1;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => V.Fma(a - mean, scale, shift);
}

/// <summary>(a − mean)·scale·b.</summary>
internal readonly struct NormalizedAndScaled<T, V>(T mean, T scale) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);
    private readonly V scale = V.Broadcast(scale);

    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => (a - mean) * scale * b;
}

/// <summary>(a − mean)·scale·b + c.</summary>
internal readonly struct NormalizedScaledAndShifted<T, V>(T mean, T scale) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);
    private readonly V scale = V.Broadcast(scale);

    public static int Inputs => 3;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => (a - mean) * scale * b + c;
}

/// <summary>(a − mean)·scale + b.</summary>
internal readonly struct NormalizedAndShifted<T, V>(T mean, T scale) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);
    private readonly V scale = V.Broadcast(scale);

    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => (a - mean) * scale + b;
}

/// <summary>a·(b − mean).</summary>
internal readonly struct ProductWithCentred<T, V>(T mean) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);

    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => a * (b - mean);
}

/// <summary>a·c·(b − mean).</summary>
internal readonly struct WeightedProductWithCentred<T, V>(T mean) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);

    public static int Inputs => 3;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => a * c * (b - mean);
}

/// <summary>a·p + (b − mean)·q + r: a normalisation's gradient, of the gradient a and the input b.</summary>
internal readonly struct NormalizationGradient<T, V>(T mean, T p, T q, T r) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);
    private readonly V p = V.Broadcast(p);
    private readonly V q = V.Broadcast(q);
    private readonly V r = V.Broadcast(r);

    public static int Inputs => 2;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => V.Fma(a, p, V.Fma(b - mean, q, r));
}

/// <summary>a·c·p + (b − mean)·q + r: the same with weights c.</summary>
internal readonly struct WeightedNormalizationGradient<T, V>(T mean, T p, T q, T r) : IRowFormula<V> where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    private readonly V mean = V.Broadcast(mean);
    private readonly V p = V.Broadcast(p);
    private readonly V q = V.Broadcast(q);
    private readonly V r = V.Broadcast(r);

    public static int Inputs => 3;

    [MethodImpl(AggressiveInlining)]
    public V Apply(V a, V b, V c) => V.Fma(a * c, p, V.Fma(b - mean, q, r));
}
