using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>DN0003: holds the modules in a module, says what a tensor is, or marks the member [NotVisited].</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class MemberFixProvider() : ModuleFixProvider(Diagnostics.Forgotten)
{
    private protected override async Task<IReadOnlyList<Offer>> Offers(Solution solution, SemanticModel model, KnownTypes known, SyntaxNode declaration, CancellationToken cancellation)
    {
        if (declaration.FirstAncestorOrSelf<MemberDeclarationSyntax>() is not { } syntax
            || model.GetDeclaredSymbol(declaration, cancellation) is not { ContainingType: { } module } symbol
            || ModuleMember.Of(module, known).FirstOrDefault(m => SymbolEqualityComparer.Default.Equals(m.Symbol, symbol)) is not { Symbol: not null, IsForgotten: true } member) return [];

        var offers = new List<Offer>();
        References references = await References.To(symbol, solution, cancellation).ConfigureAwait(false);
        var retyping = new Retyping(solution, syntax, references);
        if (member.Kind == MemberKind.Collection)
        {
            if (IsOwnAffair(symbol)
                && Container.For(member.Type, known, model, syntax.SpanStart) is { } container
                && (container.HasSetter || !references.HasElementsSet)
                && await retyping.To(container.Type, container.Value, member.Type is IArrayTypeSymbol, cancellation).ConfigureAwait(false) is { } edit)
                offers.Add(new($"Hold '{symbol.Name}' in a {container.Name}", "Container", edit));
        }
        else if (known.IsTensor(member.Type))
        {
            offers.Add(new($"Mark '{symbol.Name}' [Buffer]: state that is not trained", "Buffer", (editor, cancellation) => editor.Replace(syntax, m => m.Marked("Buffer"), cancellation)));
            if (IsOwnAffair(symbol)
                && references.Assignments.All(a => a.Parent is InitializerExpressionSyntax || a.FirstAncestorOrSelf<MemberDeclarationSyntax>() is ConstructorDeclarationSyntax)
                && await retyping.To(Edits.LibraryType("Parameter"), (value, place) => AsParameter(value, place, known), hasLength: false, cancellation).ConfigureAwait(false) is { } edit)
                offers.Add(new($"Make '{symbol.Name}' a Parameter: it is trained", "Parameter", edit));
        }
        offers.Add(new($"Mark '{symbol.Name}' [NotVisited]", "NotVisited", (editor, cancellation) => editor.Replace(syntax, m => m.Marked("NotVisited"), cancellation)));
        return offers;
    }

    /// <summary>Whether no other type has a say in the member's type.</summary>
    private static bool IsOwnAffair(ISymbol member) =>
        !member.IsVirtual && !member.IsOverride
        && !member.ContainingType.AllInterfaces.SelectMany(i => i.GetMembers()).Any(m => SymbolEqualityComparer.Default.Equals(member.ContainingType.FindImplementationForInterfaceMember(m), member));

    /// <summary>Makes a parameter of every tensor that the expression may give; what is null stays null.</summary>
    private static ExpressionSyntax AsParameter(ExpressionSyntax value, SemanticModel model, KnownTypes known) => value switch
    {
        ParenthesizedExpressionSyntax inner => inner.WithExpression(AsParameter(inner.Expression, model, known)),
        ConditionalExpressionSyntax choice => choice.WithWhenTrue(AsParameter(choice.WhenTrue, model, known)).WithWhenFalse(AsParameter(choice.WhenFalse, model, known)),
        PostfixUnaryExpressionSyntax or LiteralExpressionSyntax => value,
        _ when model.GetTypeInfo(value).Type is { } type && known.Classify(type) == MemberKind.Parameter => value,
        _ => ParseExpression($"new({value.WithoutTrivia().ToFullString()})").WithTriviaFrom(value),
    };
}
