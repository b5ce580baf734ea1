using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>What one row of one step of a recurrent network reads and writes; each pointer at that row.</summary>
/// <remarks>With H numbers a row where not said otherwise; what a cell or a pass does not have is null.</remarks>
internal unsafe struct CellRow<T> where T : unmanaged
{
    /// <summary>[gates·H]: the gates, first as sums.</summary>
    public T* Gates;

    /// <summary>[gates·H]: what the state contributes to the sums, where it is not in them already.</summary>
    public T* Product;

    /// <summary>The hidden state before the step.</summary>
    public T* Previous;

    /// <summary>The cell state: before the step when it begins, after it when it ends. Backward, the one before the step.</summary>
    public T* Cell;

    /// <summary>What the backward pass needs beside the gates.</summary>
    public T* Saved;

    /// <summary>The hidden state after the step.</summary>
    public T* Output;

    /// <summary>The gradient of what came out of this step, from the loss; it is added to <see cref="HiddenGradient"/>.</summary>
    public T* OutputGradient;

    /// <summary>The gradient of the hidden state; the part of it that goes to the state before without a matrix, when the step has been run through.</summary>
    public T* HiddenGradient;

    /// <summary>The gradient of the cell state, after the step and then before it.</summary>
    public T* CellGradient;

    /// <summary>[gates·H]: the gradient of the gates' sums.</summary>
    public T* GatesGradient;

    /// <summary>[gates·H]: the gradient of what the state contributes to them, where it differs.</summary>
    public T* ProductGradient;
}

/// <summary>The arithmetic of one step of a recurrent network beside its matrix products.</summary>
internal interface IRecurrentCell
{
    /// <summary>How many numbers are summed for each number of the state.</summary>
    static abstract int Gates { get; }

    /// <summary>What the state contributes is kept apart from the sums, for a gate stands between.</summary>
    static abstract bool HasProduct { get; }

    /// <summary>There is a cell state beside the hidden one.</summary>
    static abstract bool HasCell { get; }

    /// <summary>From sums to gates and to the new state.</summary>
    static abstract void Forward<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>;

    /// <summary>From the gradient of the new state to those of the sums and of the old state.</summary>
    static abstract void Backward<T, V>(int size, CellRow<T> row) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>;
}

/// <summary>The lanes of a row, the last one filled up.</summary>
internal static unsafe class CellLanes
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static V Load<T, V>(T* row, int i, int size) where T : unmanaged where V : unmanaged, ISimdLane<V, T> => PartialLane.Load<V, T>(row + i, size - i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T, V>(V value, T* row, int i, int size) where T : unmanaged where V : unmanaged, ISimdLane<V, T> => PartialLane.Store(value, row + i, size - i);

    /// <summary>y = op(x).</summary>
    public static void Apply<T, V, TOp>(T* y, T* x, int size) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T> where TOp : unmanaged, IUnaryOp =>
        RowLoops.Map<Applied<TOp, T, V>, T, V>(new(default), size, y, x);

    /// <summary>y = op(a + b).</summary>
    public static void Apply<T, V, TOp>(T* y, T* a, T* b, int size) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T> where TOp : unmanaged, IUnaryOp =>
        RowLoops.Map<AppliedSum<TOp, T, V>, T, V>(default, size, y, a, b);

    /// <summary>x += y.</summary>
    [MethodImpl(Compile.Alone)]
    public static void Add<T, V>(T* x, T* y, int size) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        for (int i = 0; i < size; i += V.Count) Store(Load<T, V>(x, i, size) + Load<T, V>(y, i, size), x, i, size);
    }
}

/// <summary>op(a + b).</summary>
internal readonly struct AppliedSum<TOp, T, V> : IRowFormula<V> where TOp : unmanaged, IUnaryOp where T : unmanaged where V : unmanaged, ISimdLane<V, T>
{
    public static int Inputs => 2;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public V Apply(V a, V b, V c) => V.Call(default(TOp), a + b);
}
