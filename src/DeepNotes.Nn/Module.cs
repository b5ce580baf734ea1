namespace DeepNotes.Nn;

/// <summary>
/// The base class of everything with parameters: layers, and models made of layers. A module's members are its
/// parameters (<see cref="DeepNotes.Parameter"/>), its buffers (tensors marked <see cref="BufferAttribute"/>) and its
/// children (members of a module type or of an interface such as <see cref="ILayer"/>). Matches torch.nn.Module.
/// </summary>
/// <remarks>
/// Declare the class <c>partial</c>: a source generator writes <see cref="VisitMembers"/>, so there is nothing to
/// register and no reflection. A module says how it computes in a method of its own, by custom <c>Forward</c>; with
/// exactly one tensor in and one out it also implements <see cref="ILayer"/>.
/// </remarks>
public abstract partial class Module
{
    /// <summary>
    /// True while the module trains, which dropout and batch normalization heed; true for a new module. Set it with
    /// <see cref="Train"/> and <see cref="Eval"/>.
    /// </summary>
    public bool IsTraining { get; private set; } = true;

    /// <summary>The number of elements of all parameters, tied ones counted once.</summary>
    public long ParameterCount => Parameters().Sum(p => (long)p.Count);

    /// <summary>Hands every parameter, buffer and child of this module itself to the visitor. Generated; do not call it.</summary>
    /// <param name="visitor">Collects the members under their state-dict keys.</param>
    protected abstract void VisitMembers(MemberVisitor visitor);

    /// <summary>Switches this module and all below it to training. Matches torch.nn.Module.train.</summary>
    /// <exception cref="InvalidOperationException">The module is a snapshot.</exception>
    public void Train()
    {
        MustBeChangeable();
        SetTraining(true);
    }

    /// <summary>Switches this module and all below it to evaluation. Matches torch.nn.Module.eval.</summary>
    public void Eval() => SetTraining(false);

    /// <summary>
    /// All parameters of this module and those below it: its own in declaration order, then its children's. One that is
    /// tied, that is held in several places, appears once, at the first. Matches torch.nn.Module.parameters.
    /// </summary>
    public IReadOnlyList<Parameter> Parameters() => [.. NamedParameters().Select(p => p.Value)];

    /// <summary>As <see cref="Parameters"/>, with the key of each in the state dict. Matches torch.nn.Module.named_parameters.</summary>
    public IReadOnlyList<(string Key, Parameter Value)> NamedParameters()
    {
        var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
        return [.. Walk().SelectMany(m => m.Members.Parameters.Select(p => (m.Prefix + p.Key, p.Value))).Where(p => seen.Add(p.Value))];
    }

    /// <summary>All buffers of this module and those below it, also those that are not saved. Matches torch.nn.Module.buffers.</summary>
    public IReadOnlyList<Tensor> Buffers() => [.. NamedBuffers().Select(b => b.Value)];

    /// <summary>As <see cref="Buffers"/>, with the key of each. Matches torch.nn.Module.named_buffers.</summary>
    public IReadOnlyList<(string Key, Tensor Value)> NamedBuffers()
    {
        var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
        return [.. Walk().SelectMany(m => m.Members.Buffers.Select(b => (m.Prefix + b.Key, b.Value))).Where(b => seen.Add(b.Value))];
    }

    /// <summary>The modules that this one holds itself, in declaration order. Matches torch.nn.Module.children.</summary>
    public IReadOnlyList<Module> Children() => [.. NamedChildren().Select(c => c.Value)];

    /// <summary>As <see cref="Children"/>, with their keys. Matches torch.nn.Module.named_children.</summary>
    public IReadOnlyList<(string Key, Module Value)> NamedChildren() => Members().Children;

    /// <summary>This module and all below it, parents before children, each once. Matches torch.nn.Module.modules.</summary>
    public IReadOnlyList<Module> Modules() => [.. NamedModules().Select(m => m.Value)];

    /// <summary>As <see cref="Modules"/>, with the path of each, which is empty for this one. Matches torch.nn.Module.named_modules.</summary>
    public IReadOnlyList<(string Key, Module Value)> NamedModules()
    {
        var seen = new HashSet<Module>(ReferenceEqualityComparer.Instance);
        return [.. Walk().Where(m => seen.Add(m.Module)).Select(m => (m.Prefix.TrimEnd('.'), m.Module))];
    }

    /// <summary>Calls a function on every module below this one, children before parents, then on this one. Matches torch.nn.Module.apply.</summary>
    /// <param name="action">What to do with each module.</param>
    public void Apply(Action<Module> action)
    {
        foreach (Module child in Children()) child.Apply(action);
        action(this);
    }

    /// <summary>Stops the training of all parameters: they need no gradient any more, and optimizers pass them by.</summary>
    public void Freeze() => SetRequiresGrad(false);

    /// <summary>Undoes <see cref="Freeze"/>.</summary>
    /// <exception cref="InvalidOperationException">The module is a snapshot.</exception>
    public void Unfreeze()
    {
        MustBeChangeable();
        SetRequiresGrad(true);
    }

    /// <summary>Forgets the gradients of all parameters. Matches torch.nn.Module.zero_grad.</summary>
    public void ZeroGrad()
    {
        foreach (Parameter parameter in Parameters()) parameter.ClearGradient();
    }

    internal void SetTraining(bool on)
    {
        foreach (Module module in Modules()) module.IsTraining = on;
    }

    internal void SetOwnTraining(bool on) => IsTraining = on;

    internal IEnumerable<Parameter> OwnParameters() => Members().Parameters.Select(p => p.Value);

    private void SetRequiresGrad(bool on)
    {
        foreach (Parameter parameter in Parameters()) parameter.RequiresGrad = on;
    }

    private MemberVisitor Members()
    {
        var visitor = new MemberVisitor(this);
        VisitMembers(visitor);
        return visitor;
    }

    /// <summary>This module and all below it, parents before children; a shared one at each of its places.</summary>
    private List<(string Prefix, Module Module, MemberVisitor Members)> Walk()
    {
        var places = new List<(string, Module, MemberVisitor)>();
        Walk("", [], places);
        return places;
    }

    private void Walk(string prefix, List<Module> above, List<(string, Module, MemberVisitor)> places)
    {
        if (above.Contains(this))
            throw new InvalidOperationException($"The module {GetType().Name} contains itself, as '{prefix.TrimEnd('.')}'; mark the member that points back with [NotVisited].");
        MemberVisitor members = Members();
        places.Add((prefix, this, members));
        above.Add(this);
        foreach (var (key, child) in members.Children) child.Walk($"{prefix}{key}.", above, places);
        above.RemoveAt(above.Count - 1);
    }
}
