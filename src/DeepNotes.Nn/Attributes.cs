namespace DeepNotes.Nn;

/// <summary>
/// Marks a tensor of a module as state that is not trained, such as running statistics. Matches
/// torch.nn.Module.register_buffer.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class BufferAttribute : Attribute
{
    /// <summary>Whether the state dict, and so a saved file, contains it. True by default.</summary>
    public bool Persistent { get; set; } = true;
}

/// <summary>
/// Names a member in the state dict where a published checkpoint does not use the member's name in snake_case:
/// <c>[Key("attn.c_attn")]</c>.
/// </summary>
/// <param name="name">The key, relative to the module; dots are allowed.</param>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property)]
public sealed class KeyAttribute(string name) : Attribute
{
    /// <summary>The key, relative to the module.</summary>
    public string Name { get; } = name;
}

/// <summary>
/// Says that a member or constructor parameter is deliberately no part of its module: a teacher network, a cache. What
/// it holds is neither trained nor saved with the module.
/// </summary>
[AttributeUsage(AttributeTargets.Field | AttributeTargets.Property | AttributeTargets.Parameter)]
public sealed class NotVisitedAttribute : Attribute;
