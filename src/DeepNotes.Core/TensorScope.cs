namespace DeepNotes;

/// <summary>
/// Gives the memory of tensors back at a known point: <c>using var scope = new TensorScope();</c>. Every tensor made on
/// this thread inside it throws <see cref="ObjectDisposedException"/> when used after it, unless <see cref="Keep{T}"/>
/// let it out. Gradients of parameters and the state of optimizers belong to no scope.
/// </summary>
/// <remarks>
/// No program needs scopes: without one, memory comes back when the garbage collector finds it unused. Until it ends, a scope
/// holds on to everything made in it, needed or not: open one for a step, not one for a program. Another thread must be done
/// with a tensor before the scope that made it ends.
/// </remarks>
public readonly ref struct TensorScope
{
    [ThreadStatic] private static StorageList? current;

    private readonly StorageList? outer;
    private readonly StorageList? made;

    /// <summary>Opens a scope on this thread.</summary>
    public TensorScope() : this([]) { }

    private TensorScope(StorageList? made)
    {
        outer = current;
        made?.Outer = outer;
        this.made = made;
        current = made;
    }

    /// <summary>Lets tensors outlive this scope; they belong to the surrounding one, if there is one.</summary>
    /// <param name="tensor">A tensor made in this scope. One from elsewhere is left as it is.</param>
    /// <returns>The tensor.</returns>
    public T Keep<T>(T tensor) where T : Tensor
    {
        if (made is not null && made.TakeOut(tensor.Storage)) outer?.Add(tensor.Storage);
        return tensor;
    }

    /// <summary>Ends the scope: what it made and did not keep is released.</summary>
    public void Dispose()
    {
        current = outer;
        if (made is null) return;
        foreach (var storage in made) storage.Release();
        made.Clear();
    }

    /// <summary>Until disposed, tensors made on this thread belong to no scope: for what lives longer than a step, such as an optimizer's state.</summary>
    public static TensorScope Outside() => new(null);

    /// <summary>Until left, what is made on this thread is written into the list and nothing is released: the engine's own scope.</summary>
    internal static TensorScope Into(StorageList list) => new(list);

    internal static void Register(Storage storage) => current?.Add(storage);

    /// <summary>Takes a storage out of whichever scope of this thread it belongs to.</summary>
    internal static void Forget(Storage storage)
    {
        for (var list = current; list is not null && !list.TakeOut(storage); list = list.Outer) { }
    }

    /// <summary>Ends a scope opened by <see cref="Into"/> without releasing anything.</summary>
    internal void Leave() => current = outer;
}

/// <summary>The storages of a scope.</summary>
internal sealed class StorageList : List<Storage>
{
    /// <summary>Those of the surrounding scope.</summary>
    public StorageList? Outer { get; set; }

    /// <summary>Removes a storage; true if it was there. What is let out has mostly been made last.</summary>
    public bool TakeOut(Storage storage)
    {
        int index = LastIndexOf(storage);
        if (index >= 0) RemoveAt(index);
        return index >= 0;
    }
}
