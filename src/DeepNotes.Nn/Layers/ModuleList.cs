using System.Collections;
using System.Runtime.CompilerServices;

namespace DeepNotes.Nn;

/// <summary>
/// A list of modules that are trained and saved with the module that holds the list; how they are run is that module's
/// matter. Their keys are their positions: <c>blocks.0.weight</c>. Matches torch.nn.ModuleList.
/// </summary>
/// <typeparam name="T">A module class, or an interface that modules implement.</typeparam>
[CollectionBuilder(typeof(ModuleList), nameof(ModuleList.Create))]
public sealed partial class ModuleList<T> : Module, IReadOnlyList<T> where T : class
{
    private List<T> items = [];

    /// <summary>A list of these modules.</summary>
    /// <param name="modules">The modules, in order.</param>
    public ModuleList(params IEnumerable<T> modules)
    {
        foreach (T module in modules) Add(module);
    }

    /// <summary>The number of modules.</summary>
    public int Count => items.Count;

    /// <summary>The module at a position.</summary>
    /// <param name="index">The position, from 0.</param>
    public T this[int index] => items[index];

    /// <summary>Appends a module.</summary>
    /// <param name="module">The module.</param>
    public void Add(T module)
    {
        ArgumentNullException.ThrowIfNull(module);
        items.Add(module);
    }

    /// <inheritdoc/>
    public IEnumerator<T> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    protected override void VisitMembers(MemberVisitor visitor) => visitor.ChildItems(ref items);
}

/// <summary>What collection expressions of type <see cref="ModuleList{T}"/> call.</summary>
public static class ModuleList
{
    /// <summary>A list of these modules.</summary>
    /// <param name="modules">The modules, in order.</param>
    public static ModuleList<T> Create<T>(ReadOnlySpan<T> modules) where T : class => new(modules.ToArray());
}
