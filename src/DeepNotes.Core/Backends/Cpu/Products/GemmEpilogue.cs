using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>What happens to a product's element on its way to memory, once all of it has been summed.</summary>
internal interface IEpilogue<T> where T : unmanaged
{
    /// <summary>Whether nothing happens; a constant to the compiler.</summary>
    static abstract bool IsIdentity { get; }

    /// <summary>Maps neighbours of one row.</summary>
    /// <param name="value">The elements from <paramref name="column"/> on.</param>
    /// <param name="row">Their row.</param>
    /// <param name="column">The column of the first.</param>
    /// <param name="count">How many of them exist; beyond that the lane holds anything, and nothing may be read from memory.</param>
    V Apply<V>(V value, int row, int column, int count) where V : unmanaged, ISimdLane<V, T>;
}

/// <summary>The product as it is.</summary>
internal readonly struct NoEpilogue<T> : IEpilogue<T> where T : unmanaged
{
    public static bool IsIdentity => true;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V value, int row, int column, int count) where V : unmanaged, ISimdLane<V, T> => value;
}

/// <summary>Adds a bias vector.</summary>
/// <param name="bias">As many numbers as the product has columns (<paramref name="perRow"/>: rows).</param>
/// <param name="perRow">One number a row, as a convolution's output channels are, instead of one a column.</param>
internal readonly unsafe struct Bias<T>(T* bias, bool perRow = false) : IEpilogue<T> where T : unmanaged
{
    public static bool IsIdentity => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V value, int row, int column, int count) where V : unmanaged, ISimdLane<V, T> =>
        value + (perRow ? V.Broadcast(bias[row]) : PartialLane.Load<V, T>(bias + column, count));
}

/// <summary>Adds a bias vector and applies a formula.</summary>
/// <param name="bias">As in <see cref="Bias{T}"/>, or null for none.</param>
/// <param name="op">The formula.</param>
/// <param name="perRow">As in <see cref="Bias{T}"/>.</param>
internal readonly unsafe struct BiasActivation<T, TOp>(T* bias, TOp op, bool perRow = false) : IEpilogue<T>
    where T : unmanaged where TOp : unmanaged, IUnaryOp
{
    public static bool IsIdentity => false;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply<V>(V value, int row, int column, int count) where V : unmanaged, ISimdLane<V, T>
    {
        if (bias != null) value += perRow ? V.Broadcast(bias[row]) : PartialLane.Load<V, T>(bias + column, count);
        return V.Call(op, value);
    }
}

/// <summary>Lanes at the end of a row, where reading or writing a whole one would leave the array.</summary>
internal static unsafe class PartialLane
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<V, T>(T* source, int count) where V : unmanaged, ISimdLane<V, T> where T : unmanaged =>
        count >= V.Count ? V.Load(source) : LoadPart<V, T>(source, count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<V, T>(V value, T* target, int count) where V : unmanaged, ISimdLane<V, T> where T : unmanaged
    {
        if (count >= V.Count) V.Store(value, target);
        else StorePart(value, target, count);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V LoadPart<V, T>(T* source, int count) where V : unmanaged, ISimdLane<V, T> where T : unmanaged
    {
        V lane = V.Const(0);
        NativeMemory.Copy(source, &lane, (nuint)(count * sizeof(T)));
        return lane;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void StorePart<V, T>(V value, T* target, int count) where V : unmanaged, ISimdLane<V, T> where T : unmanaged =>
        NativeMemory.Copy(&value, target, (nuint)(count * sizeof(T)));
}
