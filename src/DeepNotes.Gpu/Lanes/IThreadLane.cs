using DeepNotes.Lanes;

namespace DeepNotes.Gpu.Lanes;

/// <summary>A number lane of one element, as a GPU thread holds it.</summary>
/// <typeparam name="V">The implementing type.</typeparam>
/// <typeparam name="T">The element.</typeparam>
/// <remarks>
/// A mask is 1 or 0 in the same type. Lanes never throw: a kernel has nowhere to throw to, and only formulas that say
/// so (<see cref="Ops.IIntegerFormula"/>) are handed integer lanes.
/// </remarks>
internal interface IThreadLane<V, T> : INumberLane<V> where V : unmanaged, IThreadLane<V, T> where T : unmanaged
{
    static abstract V Load(T value);

    static abstract T Store(V value);

    /// <summary>1 where the mask holds, else 0.</summary>
    static abstract byte Bit(V mask);

    /// <summary>True for integers. A constant to the compiler.</summary>
    static abstract bool IsInteger { get; }

    static abstract double ToDouble(V value);

    static abstract long ToInt64(V value);

    static abstract V FromDouble(double value);

    static abstract V FromInt64(long value);
}
