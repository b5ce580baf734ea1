using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace DeepNotes.Generators;

/// <summary>A field or automatic property that a module declares: what both the generator and the analyzer look at.</summary>
internal readonly struct ModuleMember
{
    private const string AttributeSpace = "DeepNotes.Nn.";

    private readonly string field;

    private ModuleMember(ISymbol symbol, IFieldSymbol field, ITypeSymbol type, MemberKind kind) => (Symbol, this.field, Type, Kind) = (symbol, field.Name, type, kind);

    public ISymbol Symbol { get; }

    public ITypeSymbol Type { get; }

    public MemberKind Kind { get; }

    /// <summary>Whether the generated code hands the member on.</summary>
    public bool IsVisited => !IsExcluded && (Kind is MemberKind.Parameter or MemberKind.Module or MemberKind.MaybeModule || IsBuffer);

    /// <summary>Whether the member would be lost: a collection, or a tensor that does not say what it is.</summary>
    public bool IsForgotten => !IsExcluded && !IsBuffer && Kind is MemberKind.Tensor or MemberKind.Collection;

    public bool IsBuffer => Kind == MemberKind.Tensor && Attribute("BufferAttribute") is not null;

    public bool IsPersistent => !Attribute("BufferAttribute")!.NamedArguments.Any(a => a is { Key: "Persistent", Value.Value: false });

    public string Key => Attribute("KeyAttribute")?.ConstructorArguments.FirstOrDefault().Value is string key ? key : KeyNames.SnakeCase(SimpleName);

    private bool IsExcluded => Attribute("NotVisitedAttribute") is not null;

    private string SimpleName => ExplicitInterfaceProperty?.Name ?? Symbol.Name;

    private IPropertySymbol? ExplicitInterfaceProperty => (Symbol as IPropertySymbol)?.ExplicitInterfaceImplementations.FirstOrDefault();

    /// <summary>The expression for the member's storage inside its module.</summary>
    public string Access => $"ref {Accessor}(this)";

    /// <summary>The property's value, where the property may be overridden and its own storage be dead; null elsewhere.</summary>
    public string? VirtualValue => Symbol is IPropertySymbol { IsVirtual: true } or IPropertySymbol { IsOverride: true, IsSealed: false, ContainingType.IsSealed: false }
        ? "this." + (SyntaxFacts.GetKeywordKind(SimpleName) == SyntaxKind.None ? SimpleName : "@" + SimpleName)
        : null;

    /// <summary>A method that gives the member's storage, also where the language lets nobody assign it: a read-only field, a property without a setter.</summary>
    public string AccessorDeclaration(string module) =>
        $"[global::System.Runtime.CompilerServices.UnsafeAccessor(global::System.Runtime.CompilerServices.UnsafeAccessorKind.Field, Name = {SymbolDisplay.FormatLiteral(field, quote: true)})] "
        + $"private static extern ref {Type.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat)} {Accessor}({module} module);";

    private string Accessor => ExplicitInterfaceProperty is { } property ? $"FieldOf_{property.ContainingType.Name}_{SimpleName}" : $"FieldOf{SimpleName}";

    /// <summary>
    /// The members with storage, in declaration order. An automatic property is found by its backing field, so one that
    /// computes its value is none.
    /// </summary>
    public static IEnumerable<ModuleMember> Of(INamedTypeSymbol module, KnownTypes known)
    {
        foreach (IFieldSymbol field in module.GetMembers().OfType<IFieldSymbol>())
        {
            if (field.IsStatic) continue;
            if (field.AssociatedSymbol is IPropertySymbol property)
            {
                if (property.GetMethod is not null) yield return new(property, field, property.Type, known.Classify(property.Type));
            }
            else if (!field.IsImplicitlyDeclared)
            {
                yield return new(field, field, field.Type, known.Classify(field.Type));
            }
        }
    }

    /// <summary>Whether a symbol says that nobody shall visit it.</summary>
    public static bool SaysNotVisited(ISymbol symbol) => Attribute(symbol, "NotVisitedAttribute") is not null;

    private AttributeData? Attribute(string name) => Attribute(Symbol, name);

    private static AttributeData? Attribute(ISymbol symbol, string name) =>
        symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass?.Name == name && a.AttributeClass.ToDisplayString() == AttributeSpace + name);
}
