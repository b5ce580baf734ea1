using Microsoft.CodeAnalysis;

namespace DeepNotes.Generators;

/// <summary>The library's types as one compilation sees them, and what a member of some type means to a module.</summary>
internal sealed class KnownTypes
{
    public const string VisitMethod = "VisitMembers";

    private readonly INamedTypeSymbol module;
    private readonly INamedTypeSymbol layer;
    private readonly INamedTypeSymbol tensor;
    private readonly INamedTypeSymbol parameter;

    private KnownTypes(INamedTypeSymbol module, INamedTypeSymbol layer, INamedTypeSymbol tensor, INamedTypeSymbol parameter) =>
        (this.module, this.layer, this.tensor, this.parameter) = (module, layer, tensor, parameter);

    /// <summary>Null where the compilation does not reference DeepNotes.Nn.</summary>
    public static KnownTypes? Find(Compilation compilation) =>
        compilation.GetTypeByMetadataName("DeepNotes.Nn.Module") is { } module
        && compilation.GetTypeByMetadataName("DeepNotes.Nn.ILayer") is { } layer
        && compilation.GetTypeByMetadataName("DeepNotes.Tensor") is { } tensor
        && compilation.GetTypeByMetadataName("DeepNotes.Parameter") is { } parameter
            ? new KnownTypes(module, layer, tensor, parameter)
            : null;

    /// <summary>Whether a class derives from Module and leaves the visiting of its members to the generator.</summary>
    public bool IsGenerated(INamedTypeSymbol type) =>
        type.TypeKind == TypeKind.Class
        && !Same(type, module) && Derives(type, module)
        && !type.GetMembers(VisitMethod).Any(IsHandWritten);

    /// <summary>The analyzer sees the generator's override too, and knows it by its attribute.</summary>
    private static bool IsHandWritten(ISymbol member) =>
        member is IMethodSymbol { IsOverride: true } && !member.GetAttributes().Any(a => a.AttributeClass?.Name == "GeneratedCodeAttribute");

    /// <summary>Whether the module's base class is Module itself, which has nothing to visit.</summary>
    public bool DerivesDirectly(INamedTypeSymbol type) => Same(type.BaseType, module);

    public MemberKind Classify(ITypeSymbol type)
    {
        if (type is ITypeParameterSymbol open) return ClassifyTypeParameter(open);
        if (Derives(type, module)) return MemberKind.Module;
        if (Derives(type, parameter)) return MemberKind.Parameter;
        if (Derives(type, tensor)) return MemberKind.Tensor;
        if (type.TypeKind == TypeKind.Interface && !IsSystem(type)) return Holds(type) ? MemberKind.Collection : MemberKind.MaybeModule;
        if (type is { TypeKind: TypeKind.Class, IsSealed: false } && type.AllInterfaces.Any(i => Same(i, layer))) return MemberKind.MaybeModule;
        return Holds(type) ? MemberKind.Collection : MemberKind.Other;
    }

    private MemberKind ClassifyTypeParameter(ITypeParameterSymbol open)
    {
        foreach (ITypeSymbol constraint in open.ConstraintTypes)
        {
            MemberKind kind = Classify(constraint);
            if (kind is MemberKind.Module or MemberKind.Parameter or MemberKind.Tensor) return kind;
        }
        return open.HasValueTypeConstraint ? MemberKind.Other : MemberKind.MaybeModule;
    }

    /// <summary>Whether a value of the type is an array, list, dictionary, tuple or the like of what a module must visit.</summary>
    private bool Holds(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array) return IsHeld(array.ElementType);
        if (type is not INamedTypeSymbol named) return false;
        if (named.IsTupleType) return named.TupleElements.Any(e => IsHeld(e.Type));
        if (named.Name is "Lazy" or "Nullable" or "KeyValuePair" or "StrongBox" && IsSystem(named)) return named.TypeArguments.Any(IsHeld);
        return IsSequence(named) || named.AllInterfaces.Any(IsSequence);
    }

    private bool IsSequence(INamedTypeSymbol type) =>
        type.OriginalDefinition.SpecialType == SpecialType.System_Collections_Generic_IEnumerable_T && IsHeld(type.TypeArguments[0]);

    private bool IsHeld(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol open => open.ConstraintTypes.Any(IsHeld),
        _ => IsLayer(type) || Derives(type, module) || Derives(type, tensor) || Holds(type),
    };

    /// <summary>Whether the type is ILayer or says that it is one.</summary>
    public bool IsLayer(ITypeSymbol type) => type switch
    {
        ITypeParameterSymbol open => open.ConstraintTypes.Any(IsLayer),
        _ => Same(type, layer) || type.AllInterfaces.Any(i => Same(i, layer)),
    };

    /// <summary>Whether the type is Tensor itself, and no class of its own.</summary>
    public bool IsTensor(ITypeSymbol type) => Same(type, tensor);

    private static bool Derives(ITypeSymbol? type, INamedTypeSymbol ancestor)
    {
        for (; type is not null; type = type.BaseType)
            if (Same(type.OriginalDefinition, ancestor)) return true;
        return false;
    }

    private static bool IsSystem(ITypeSymbol type)
    {
        INamespaceSymbol? space = type.ContainingNamespace;
        while (space is { IsGlobalNamespace: false, ContainingNamespace.IsGlobalNamespace: false }) space = space.ContainingNamespace;
        return space?.Name is "System" or "Microsoft";
    }

    private static bool Same(ISymbol? a, ISymbol? b) => SymbolEqualityComparer.Default.Equals(a, b);
}

/// <summary>What a member's type means to the module that declares it.</summary>
internal enum MemberKind
{
    /// <summary>Nothing to visit.</summary>
    Other,

    /// <summary>A parameter.</summary>
    Parameter,

    /// <summary>A tensor that is no parameter: a buffer if it says so.</summary>
    Tensor,

    /// <summary>A child module.</summary>
    Module,

    /// <summary>A child if the object turns out to be a module: an ILayer, another interface, an open type parameter.</summary>
    MaybeModule,

    /// <summary>An array, list, tuple or the like of modules or tensors, which has no keys and is not visited.</summary>
    Collection,
}
