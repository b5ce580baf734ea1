using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace DeepNotes.Nn;

/// <summary>
/// Named modules that are trained and saved with the module that holds them, in the order in which they were added. Their
/// names are their keys: <c>heads.left.weight</c>. Matches torch.nn.ModuleDict.
/// </summary>
/// <typeparam name="T">A module class, or an interface that modules implement.</typeparam>
public sealed partial class ModuleDict<T> : Module, IReadOnlyDictionary<string, T> where T : class
{
    private OrderedDictionary<string, T> items = new(StringComparer.Ordinal);

    /// <summary>The number of modules.</summary>
    public int Count => items.Count;

    /// <summary>The names, in order.</summary>
    public IEnumerable<string> Keys => items.Keys;

    /// <summary>The modules, in order.</summary>
    public IEnumerable<T> Values => items.Values;

    /// <summary>The module of a name; setting a new name appends.</summary>
    /// <param name="name">The name: not empty, without dots.</param>
    /// <exception cref="KeyNotFoundException">No module has the name.</exception>
    public T this[string name]
    {
        get => items[name];
        set
        {
            CheckName(name);
            ArgumentNullException.ThrowIfNull(value);
            items[name] = value;
        }
    }

    /// <summary>Appends a module.</summary>
    /// <param name="name">Its name: not empty, without dots.</param>
    /// <param name="module">The module.</param>
    /// <exception cref="ArgumentException">The name is taken, empty or contains a dot.</exception>
    public void Add(string name, T module)
    {
        CheckName(name);
        ArgumentNullException.ThrowIfNull(module);
        items.Add(name, module);
    }

    /// <summary>Takes a module out.</summary>
    /// <param name="name">Its name.</param>
    /// <returns>Whether there was one.</returns>
    public bool Remove(string name) => items.Remove(name);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => items.ContainsKey(key);

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value) => items.TryGetValue(key, out value);

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => items.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <inheritdoc/>
    protected override void VisitMembers(MemberVisitor visitor) => visitor.ChildItems(ref items);

    private static void CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        if (name.Contains('.', StringComparison.Ordinal)) throw new ArgumentException($"ModuleDict: the name '{name}' contains a dot, which separates the parts of a state-dict key.", nameof(name));
    }
}
