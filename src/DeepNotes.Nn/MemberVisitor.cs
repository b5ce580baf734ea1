using System.Diagnostics.CodeAnalysis;

namespace DeepNotes.Nn;

/// <summary>
/// Collects what one module holds, or puts copies in its place. The generated <see cref="Module.VisitMembers"/> calls it; a
/// module that holds its members in a way of its own overrides that method and calls it by hand.
/// </summary>
/// <remarks>Members arrive by reference, so that <see cref="ModuleCopies.Clone"/> can replace them.</remarks>
[SuppressMessage("Design", "CA1045", Justification = "A clone's members are replaced in place.")]
public sealed class MemberVisitor
{
    private readonly Module module;
    private readonly ModuleCopier? copier;
    private readonly List<(string Key, Parameter Value)> parameters = [];
    private readonly List<(string Key, Tensor Value, bool Persistent)> buffers = [];
    private readonly List<(string Key, Module Value)> children = [];
    private readonly Dictionary<string, object> byKey = [];
    private readonly List<(string Key, object Value)> borrowed = [];

    internal MemberVisitor(Module module, ModuleCopier? copier = null) => (this.module, this.copier) = (module, copier);

    internal IReadOnlyList<(string Key, Parameter Value)> Parameters => parameters;

    internal IReadOnlyList<(string Key, Tensor Value, bool Persistent)> Buffers => buffers;

    internal IReadOnlyList<(string Key, Module Value)> Children => children;

    /// <summary>Hands on a parameter.</summary>
    /// <param name="key">Its key in the state dict, relative to the module.</param>
    /// <param name="value">Where the module holds it; null is skipped.</param>
    /// <exception cref="InvalidOperationException">Another member of the module has the same key.</exception>
    public void Parameter(string key, ref Parameter? value)
    {
        if (value is null) return;
        if (copier is not null) value = copier.Copy(value);
        if (IsNew(key, value)) parameters.Add((key, value));
    }

    /// <summary>Hands on a tensor that is state but not trained.</summary>
    /// <param name="key">Its key in the state dict, relative to the module.</param>
    /// <param name="value">Where the module holds it; null is skipped.</param>
    /// <param name="persistent">Whether the state dict contains it.</param>
    /// <exception cref="InvalidOperationException">Another member of the module has the same key.</exception>
    public void Buffer(string key, ref Tensor? value, bool persistent = true)
    {
        if (value is null) return;
        if (copier is not null) value = copier.Copy(value);
        if (IsNew(key, value)) buffers.Add((key, value, persistent));
    }

    /// <summary>Hands on what may be a child module; whatever is none is skipped.</summary>
    /// <typeparam name="T">A module class, an interface that modules implement, or any other type.</typeparam>
    /// <param name="key">The prefix of its keys in the state dict, relative to the module.</param>
    /// <param name="value">Where the module holds it.</param>
    /// <exception cref="InvalidOperationException">Another member of the module has the same key.</exception>
    public void Child<T>(string key, ref T value)
    {
        if (value is not Module child) return;
        if (copier is not null)
        {
            child = copier.Copy(child);
            value = (T)(object)child;
        }
        if (IsNew(key, child)) children.Add((key, child));
    }

    /// <summary>Hands on a parameter that is held elsewhere: a module that visits so by hand must hand it on by reference as well, or cannot be cloned.</summary>
    /// <param name="key">Its key in the state dict, relative to the module.</param>
    /// <param name="value">The parameter; null is skipped.</param>
    public void Parameter(string key, Parameter? value)
    {
        if (value is not null && Borrow(key, value)) parameters.Add((key, value));
    }

    /// <summary>Hands on a tensor that is held elsewhere, as <see cref="Parameter(string, DeepNotes.Parameter)"/> does.</summary>
    /// <param name="key">Its key in the state dict, relative to the module.</param>
    /// <param name="value">The tensor; null is skipped.</param>
    /// <param name="persistent">Whether the state dict contains it.</param>
    public void Buffer(string key, Tensor? value, bool persistent = true)
    {
        if (value is not null && Borrow(key, value)) buffers.Add((key, value, persistent));
    }

    /// <summary>Hands on a child that is held elsewhere, as <see cref="Parameter(string, DeepNotes.Parameter)"/> does.</summary>
    /// <param name="key">The prefix of its keys in the state dict, relative to the module.</param>
    /// <param name="value">The child; what is no module is skipped.</param>
    public void Child(string key, object? value)
    {
        if (value is Module child && Borrow(key, child)) children.Add((key, child));
    }

    /// <summary>Hands on an array of children, whose keys are their positions.</summary>
    /// <typeparam name="T">A module class, or an interface that modules implement.</typeparam>
    /// <param name="items">Where the module holds the array.</param>
    public void ChildItems<T>(ref T[] items)
    {
        if (copier is not null) items = [.. items];
        for (int i = 0; i < items.Length; i++) Child(ListKeys.At(i), ref items[i]);
    }

    /// <summary>Hands on a list of children, whose keys are their positions.</summary>
    /// <typeparam name="T">A module class, or an interface that modules implement.</typeparam>
    /// <param name="items">Where the module holds the list.</param>
    public void ChildItems<T>(ref List<T> items)
    {
        if (copier is not null) items = [.. items];
        for (int i = 0; i < items.Count; i++)
        {
            T item = items[i];
            Child(ListKeys.At(i), ref item);
            if (copier is not null) items[i] = item;
        }
    }

    /// <summary>Hands on named children, in order.</summary>
    /// <typeparam name="T">A module class, or an interface that modules implement.</typeparam>
    /// <param name="items">Where the module holds the dictionary.</param>
    public void ChildItems<T>(ref OrderedDictionary<string, T> items)
    {
        if (copier is not null) items = new(items);
        for (int i = 0; i < items.Count; i++)
        {
            var (key, item) = items.GetAt(i);
            Child(key, ref item);
            if (copier is not null) items.SetAt(i, item);
        }
    }

    /// <summary>Hands on named parameters, in order.</summary>
    /// <param name="items">Where the module holds the dictionary.</param>
    public void ParameterItems(ref OrderedDictionary<string, Parameter> items)
    {
        if (copier is not null) items = new(items);
        for (int i = 0; i < items.Count; i++)
        {
            var (key, value) = items.GetAt(i);
            Parameter? item = value;
            Parameter(key, ref item);
            if (copier is not null) items.SetAt(i, item!);
        }
    }

    /// <summary>Hands on a list of parameters, whose keys are their positions after a prefix.</summary>
    /// <param name="items">Where the module holds the list.</param>
    public void ParameterItems(ref List<Parameter> items)
    {
        if (copier is not null) items = [.. items];
        for (int i = 0; i < items.Count; i++)
        {
            Parameter? item = items[i];
            Parameter(ListKeys.At(i), ref item);
            if (copier is not null) items[i] = item!;
        }
    }

    /// <summary>What a copied module would still share with its original.</summary>
    /// <exception cref="NotSupportedException">Something was handed on by value only.</exception>
    internal void MustBeCopied()
    {
        foreach (var (key, value) in borrowed)
        {
            if (!copier!.IsCopy(value)) throw new NotSupportedException($"{module.GetType().Name} cannot be cloned: its VisitMembers hands on '{key}' by value; hand it on by reference.");
        }
    }

    private bool Borrow(string key, object value)
    {
        if (copier is null) return IsNew(key, value);
        borrowed.Add((key, value));
        return false;
    }

    /// <summary>An overridden property arrives twice, from the base class and from the class itself, with one value.</summary>
    private bool IsNew(string key, object value)
    {
        ArgumentException.ThrowIfNullOrEmpty(key);
        if (byKey.TryAdd(key, value)) return true;
        if (ReferenceEquals(byKey[key], value) || copier is not null) return false;
        throw new InvalidOperationException($"{module.GetType().Name} has two members with the state-dict key '{key}'; give one of them another with [Key(\"…\")].");
    }
}
