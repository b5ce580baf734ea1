namespace DeepNotes.Nn;

/// <summary>
/// Collects what one module holds. The generated <see cref="Module.VisitMembers"/> calls it; a module that holds its
/// children in a way of its own overrides that method and calls it by hand.
/// </summary>
public sealed class MemberVisitor
{
    private readonly Module module;
    private readonly List<(string Key, Parameter Value)> parameters = [];
    private readonly List<(string Key, Tensor Value, bool Persistent)> buffers = [];
    private readonly List<(string Key, Module Value)> children = [];
    private readonly Dictionary<string, object> byKey = [];

    internal MemberVisitor(Module module) => this.module = module;

    internal IReadOnlyList<(string Key, Parameter Value)> Parameters => parameters;

    internal IReadOnlyList<(string Key, Tensor Value, bool Persistent)> Buffers => buffers;

    internal IReadOnlyList<(string Key, Module Value)> Children => children;

    /// <summary>Hands on a parameter.</summary>
    /// <param name="key">Its key in the state dict, relative to the module.</param>
    /// <param name="value">The parameter; null is skipped.</param>
    /// <exception cref="InvalidOperationException">Another member of the module has the same key.</exception>
    public void Parameter(string key, Parameter? value)
    {
        if (value is not null && IsNew(key, value)) parameters.Add((key, value));
    }

    /// <summary>Hands on a tensor that is state but not trained.</summary>
    /// <param name="key">Its key in the state dict, relative to the module.</param>
    /// <param name="value">The tensor; null is skipped.</param>
    /// <param name="persistent">Whether the state dict contains it.</param>
    /// <exception cref="InvalidOperationException">Another member of the module has the same key.</exception>
    public void Buffer(string key, Tensor? value, bool persistent = true)
    {
        if (value is not null && IsNew(key, value)) buffers.Add((key, value, persistent));
    }

    /// <summary>Hands on a child module.</summary>
    /// <param name="key">The prefix of its keys in the state dict, relative to the module.</param>
    /// <param name="value">The child; null is skipped.</param>
    /// <exception cref="InvalidOperationException">Another member of the module has the same key.</exception>
    public void Child(string key, Module? value)
    {
        if (value is not null && IsNew(key, value)) children.Add((key, value));
    }

    /// <summary>An overridden property arrives twice, from the base class and from the class itself, with one value.</summary>
    private bool IsNew(string key, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (byKey.TryAdd(key, value)) return true;
        if (ReferenceEquals(byKey[key], value)) return false;
        throw new InvalidOperationException($"{module.GetType().Name} has two members with the state-dict key '{key}'; give one of them another with [Key(\"…\")].");
    }
}
