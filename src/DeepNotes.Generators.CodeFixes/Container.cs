using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>The module that holds what an array, list or dictionary held: ModuleList, ModuleDict or ParameterList.</summary>
internal sealed class Container
{
    private readonly string item;
    private readonly bool isDictionary;

    private Container(string name, string item, bool isDictionary = false) => (Name, this.item, this.isDictionary) = (name, item, isDictionary);

    public string Name { get; }

    /// <summary>Whether an element can be set by its position or name.</summary>
    public bool HasSetter => Name != "ModuleList";

    public TypeSyntax Type => Edits.LibraryType("Nn." + Name + item);

    /// <summary>Null where no module holds such a thing: tuples, arrays of arrays, elements that may be null, tensors.</summary>
    public static Container? For(ITypeSymbol type, KnownTypes known, SemanticModel model, int position)
    {
        var (element, isDictionary) = type switch
        {
            IArrayTypeSymbol { Rank: 1 } array => (array.ElementType, false),
            INamedTypeSymbol { Name: "List" or "IList" or "IReadOnlyList" or "ICollection" or "IReadOnlyCollection" or "IEnumerable", Arity: 1 } list => (list.TypeArguments[0], false),
            INamedTypeSymbol { Name: "Dictionary" or "IDictionary" or "IReadOnlyDictionary" or "OrderedDictionary", Arity: 2 } map
                when map.TypeArguments[0].SpecialType == SpecialType.System_String => (map.TypeArguments[1], true),
            _ => default,
        };
        if (element is not { IsReferenceType: true } || element.NullableAnnotation == NullableAnnotation.Annotated) return null;
        MemberKind kind = known.Classify(element);
        if (kind == MemberKind.Parameter) return isDictionary ? null : new("ParameterList", "");
        if (kind != MemberKind.Module && !known.IsLayer(element)) return null;
        return new(isDictionary ? "ModuleDict" : "ModuleList", $"<{element.ToMinimalDisplayString(model, position)}>", isDictionary);
    }

    /// <summary>The expression for the container where the code had one for the collection; null where there is none that says the same.</summary>
    public ExpressionSyntax? Value(ExpressionSyntax old, SemanticModel model)
    {
        if (IsNull(old)) return old;
        return (isDictionary ? Dictionary(old) : List(old, model))?.WithTriviaFrom(old);
    }

    private static bool IsNull(ExpressionSyntax value) => value switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.NullLiteralExpression) || literal.IsKind(SyntaxKind.DefaultLiteralExpression),
        PostfixUnaryExpressionSyntax { RawKind: (int)SyntaxKind.SuppressNullableWarningExpression } suppressed => IsNull(suppressed.Operand),
        _ => false,
    };

    private static ExpressionSyntax? Dictionary(ExpressionSyntax old) => old switch
    {
        CollectionExpressionSyntax { Elements.Count: 0 } => ParseExpression("new()"),
        BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: null } => ParseExpression("new()"),
        BaseObjectCreationExpressionSyntax { ArgumentList: null or { Arguments.Count: 0 }, Initializer: { } items } =>
            ((ImplicitObjectCreationExpressionSyntax)ParseExpression("new()")).WithTrailingTrivia(items.GetFirstToken().GetPreviousToken().TrailingTrivia).WithInitializer(items),
        _ => null,
    };

    private static ExpressionSyntax? List(ExpressionSyntax old, SemanticModel model) => old switch
    {
        CollectionExpressionSyntax => old,
        InitializerExpressionSyntax items => Of(items.Expressions),
        ImplicitArrayCreationExpressionSyntax array => Of(array.Initializer.Expressions),
        ArrayCreationExpressionSyntax { Initializer: { } items } => Of(items.Expressions),
        ArrayCreationExpressionSyntax array => array.Type.RankSpecifiers[0].Sizes[0] is LiteralExpressionSyntax { Token.Value: 0 } ? Of([]) : null,
        BaseObjectCreationExpressionSyntax creation when model.GetTypeInfo(creation).Type?.Name == "List" => Of(creation, model),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Empty" }, ArgumentList.Arguments.Count: 0 } => Of([]),
        InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ToArray" or "ToList" } call, ArgumentList.Arguments.Count: 0 } => AllOf(call.Expression),
        _ => AllOf(old),
    };

    private static ExpressionSyntax? Of(BaseObjectCreationExpressionSyntax list, SemanticModel model)
    {
        SeparatedSyntaxList<ArgumentSyntax> arguments = list.ArgumentList?.Arguments ?? default;
        // A list made for so many elements has none yet.
        bool isCopy = arguments.Count == 1 && model.GetTypeInfo(arguments[0].Expression).Type?.SpecialType != SpecialType.System_Int32;
        if (isCopy) return list.Initializer is null ? AllOf(arguments[0].Expression) : null;
        return Of(list.Initializer?.Expressions ?? default);
    }

    private static CollectionExpressionSyntax Of(SeparatedSyntaxList<ExpressionSyntax> items) =>
        CollectionExpression(SeparatedList<CollectionElementSyntax>(items.GetWithSeparators().Select(i => i.IsNode ? ExpressionElement((ExpressionSyntax)i.AsNode()!) : i)))
            .WithOpenBracketToken(Token(SyntaxKind.OpenBracketToken)).WithCloseBracketToken(Token(SyntaxKind.CloseBracketToken));

    private static ExpressionSyntax AllOf(ExpressionSyntax items) => ParseExpression($"[.. {items.WithoutTrivia().ToFullString()}]");
}
