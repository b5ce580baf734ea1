using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.FindSymbols;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>Where the code mentions a member or parameter, and how.</summary>
internal sealed class References
{
    private readonly IReadOnlyList<IdentifierNameSyntax> names;

    private References(IReadOnlyList<IdentifierNameSyntax> names) => this.names = names;

    public static async Task<References> To(ISymbol symbol, Solution solution, CancellationToken cancellation)
    {
        var names = new List<IdentifierNameSyntax>();
        foreach (ReferencedSymbol found in await SymbolFinder.FindReferencesAsync(symbol, solution, cancellation).ConfigureAwait(false))
        {
            foreach (ReferenceLocation place in found.Locations.Where(p => !p.IsImplicit))
            {
                SyntaxNode root = await place.Location.SourceTree!.GetRootAsync(cancellation).ConfigureAwait(false);
                if (root.FindToken(place.Location.SourceSpan.Start).Parent is IdentifierNameSyntax { Parent: not (NameColonSyntax or NameEqualsSyntax) } name) names.Add(name);
            }
        }
        return new References(names);
    }

    /// <summary>The references that run with the module at hand: not those in initialisers, base arguments and nameof.</summary>
    public IEnumerable<IdentifierNameSyntax> InBodies => names.Where(n => !n.Ancestors().Any(IsOutsideBodies));

    /// <summary>The assignments to it, in object initialisers too.</summary>
    public IEnumerable<AssignmentExpressionSyntax> Assignments => names.Select(Access).Select(a => a.Parent).OfType<AssignmentExpressionSyntax>().Where(a => names.Any(n => a.Left == Access(n)));

    /// <summary>Whether it is handed out by reference.</summary>
    public bool IsPassedByReference => names.Any(n => Access(n).Parent is ArgumentSyntax { RefKindKeyword.RawKind: not 0 } or RefExpressionSyntax);

    /// <summary>Whether the elements of a collection are set one by one.</summary>
    public bool HasElementsSet => names.Any(n => Access(n).Parent is ElementAccessExpressionSyntax { Parent: AssignmentExpressionSyntax assignment } element && assignment.Left == element);

    /// <summary>Reads <c>Count</c> where an array's <c>Length</c> was read.</summary>
    public async Task CountInsteadOfLength(SolutionEditor editor, CancellationToken cancellation)
    {
        foreach (IdentifierNameSyntax name in names)
        {
            SimpleNameSyntax? member = Access(name).Parent switch
            {
                MemberAccessExpressionSyntax access => access.Name,
                ConditionalAccessExpressionSyntax { WhenNotNull: MemberBindingExpressionSyntax binding } => binding.Name,
                _ => null,
            };
            if (member is IdentifierNameSyntax { Identifier.ValueText: "Length" } length)
                await editor.Replace(length, l => IdentifierName("Count").WithTriviaFrom(l), cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>The whole of <c>this.Name</c> or <c>other.Name</c>.</summary>
    private static ExpressionSyntax Access(IdentifierNameSyntax name) => name.Parent is MemberAccessExpressionSyntax access && access.Name == name ? access : name;

    private static bool IsOutsideBodies(SyntaxNode node) => node switch
    {
        EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax } => true,
        EqualsValueClauseSyntax { Parent.Parent.Parent: BaseFieldDeclarationSyntax } => true,
        BaseListSyntax or DocumentationCommentTriviaSyntax => true,
        InvocationExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.ValueText: "nameof" } } => true,
        _ => false,
    };
}
