using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>DN0001: makes the module and the types around it partial, and internal what is local to a file.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class PartialFixProvider() : ModuleFixProvider(Diagnostics.NotPartial)
{
    private protected override Task<IReadOnlyList<Offer>> Offers(Solution solution, SemanticModel model, KnownTypes known, SyntaxNode declaration, CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<Offer>>(model.GetDeclaredSymbol(declaration, cancellation) is INamedTypeSymbol module && Obstacles(module) is { } offer ? [offer] : []);

    private static Offer? Obstacles(INamedTypeSymbol module)
    {
        var types = new List<INamedTypeSymbol>();
        for (INamedTypeSymbol? type = module; type is not null; type = type.ContainingType) types.Add(type);
        INamedTypeSymbol[] closed = [.. types.Where(t => !ModuleModel.IsPartial(t))];
        INamedTypeSymbol[] local = [.. types.Where(t => t.IsFileLocal)];
        if (closed.Length + local.Length == 0) return null;

        string title = (closed.Length, local.Length) switch
        {
            (_, 0) => $"Declare {Names(closed)} partial",
            (0, _) => $"Make {Names(local)} internal",
            _ => $"Make {Names(local)} internal and declare {Names(closed)} partial",
        };
        return new Offer(title, local.Length == 0 ? "Partial" : "Internal", async (editor, cancellation) =>
        {
            foreach (TypeDeclarationSyntax part in Parts(closed)) await editor.Replace(part, Partial, cancellation).ConfigureAwait(false);
            foreach (TypeDeclarationSyntax part in Parts(local)) await editor.Replace(part, Internal, cancellation).ConfigureAwait(false);
        });
    }

    private static string Names(INamedTypeSymbol[] types) => string.Join(" and ", types.Select(t => $"'{t.Name}'"));

    private static IEnumerable<TypeDeclarationSyntax> Parts(INamedTypeSymbol[] types) =>
        types.SelectMany(t => t.DeclaringSyntaxReferences).Select(r => r.GetSyntax()).OfType<TypeDeclarationSyntax>();

    private static TypeDeclarationSyntax Partial(TypeDeclarationSyntax type)
    {
        SyntaxToken partial = Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(Space);
        if (type.Modifiers.Count > 0) return type.AddModifiers(partial);
        // What stood before the first word stays before the first word.
        return type.WithKeyword(type.Keyword.WithLeadingTrivia()).AddModifiers(partial.WithLeadingTrivia(type.Keyword.LeadingTrivia));
    }

    private static TypeDeclarationSyntax Internal(TypeDeclarationSyntax type)
    {
        SyntaxToken file = type.Modifiers.First(m => m.IsKind(SyntaxKind.FileKeyword));
        return type.WithModifiers(type.Modifiers.Replace(file, Token(SyntaxKind.InternalKeyword).WithTriviaFrom(file)));
    }
}
