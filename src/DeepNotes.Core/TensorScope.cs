namespace DeepNotes;

/// <summary>
/// Gives the memory of tensors back at a known point: <c>using var scope = new TensorScope();</c>. Every tensor made on
/// this thread inside it throws <see cref="ObjectDisposedException"/> when used after it, unless <see cref="Keep{T}"/>
/// let it out. Gradients of parameters and the state of optimizers belong to no scope.
/// </summary>
/// <remarks>No program needs scopes: without one, memory comes back when the garbage collector finds it unused.</remarks>
public readonly ref struct TensorScope
{
    [ThreadStatic] private static List<Storage>? current;

    private readonly List<Storage>? outer;
    private readonly List<Storage>? made;

    /// <summary>Opens a scope on this thread.</summary>
    public TensorScope() : this([]) { }

    private TensorScope(List<Storage>? made)
    {
        outer = current;
        this.made = made;
        current = made;
    }

    /// <summary>Lets tensors outlive this scope; they belong to the surrounding one, if there is one.</summary>
    /// <param name="tensor">A tensor made in this scope. One from elsewhere is left as it is.</param>
    /// <returns>The tensor.</returns>
    public T Keep<T>(T tensor) where T : Tensor
    {
        if (made is not null && made.Remove(tensor.Storage)) outer?.Add(tensor.Storage);
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

    /// <summary>Until disposed, what is made on this thread is written into the list and nothing is released: the engine's own scope.</summary>
    internal static TensorScope Into(List<Storage> list) => new(list);

    internal static List<Storage>? Current => current;

    internal static void Register(Storage storage) => current?.Add(storage);

    /// <summary>Ends a scope opened by <see cref="Into"/> without releasing anything.</summary>
    internal void Leave() => current = outer;
}
