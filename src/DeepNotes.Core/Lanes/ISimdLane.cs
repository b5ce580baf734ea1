namespace DeepNotes.Lanes;

/// <summary>A number lane that the CPU kernels can load, store and take apart.</summary>
/// <typeparam name="V">The implementing type.</typeparam>
/// <typeparam name="T">The element: float, double, long, int or byte.</typeparam>
internal unsafe interface ISimdLane<V, T> : INumberLane<V> where V : unmanaged, ISimdLane<V, T> where T : unmanaged
{
    /// <summary>Elements in the lane.</summary>
    static abstract int Count { get; }

    static abstract V Load(T* source);

    static abstract void Store(V value, T* target);

    /// <summary>
    /// Stores past the caches, to an address that is a multiple of the lane's size: what is overwritten is not read first. A lane that has no such
    /// store does an ordinary one.
    /// </summary>
    static abstract void StorePast(V value, T* target);

    static abstract V Broadcast(T value);

    /// <summary>Bit i tells whether the mask holds for element i.</summary>
    static abstract ulong Bits(V mask);
}
