using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>
/// Mends many diagnostics one after the other, each in what the one before left: two of them may insert at the same place
/// or want the same modifier, where edits made side by side could not be merged.
/// </summary>
internal sealed class OneAfterAnother : FixAllProvider
{
    public static readonly OneAfterAnother Instance = new();

    public override async Task<CodeAction?> GetFixAsync(FixAllContext context)
    {
        ImmutableArray<Diagnostic> diagnostics = await Reported(context).ConfigureAwait(false);
        if (diagnostics.IsEmpty) return null;
        return CodeAction.Create($"Mend every {diagnostics[0].Id} like this", cancellation => Mend(context, diagnostics, cancellation), context.CodeActionEquivalenceKey);
    }

    private static async Task<ImmutableArray<Diagnostic>> Reported(FixAllContext context) => context.Scope switch
    {
        FixAllScope.Document when context.Document is { } document => await context.GetDocumentDiagnosticsAsync(document).ConfigureAwait(false),
        FixAllScope.Project => await context.GetAllDiagnosticsAsync(context.Project).ConfigureAwait(false),
        FixAllScope.Solution => [.. (await Task.WhenAll(context.Solution.Projects.Select(context.GetAllDiagnosticsAsync)).ConfigureAwait(false)).SelectMany(d => d)],
        _ => [],
    };

    private static async Task<Solution> Mend(FixAllContext context, ImmutableArray<Diagnostic> diagnostics, CancellationToken cancellation)
    {
        Solution solution = context.Solution;
        var places = new List<(DocumentId Document, SyntaxAnnotation Mark)>();
        foreach (var inTree in diagnostics.Where(d => d.Location.IsInSource).GroupBy(d => d.Location.SourceTree!))
        {
            if (context.Solution.GetDocument(inTree.Key) is not { } document) continue;
            SyntaxNode root = await inTree.Key.GetRootAsync(cancellation).ConfigureAwait(false);
            var marks = inTree.Select(d => d.Location.SourceSpan.Start).Distinct().OrderBy(start => start).ToDictionary(start => root.FindToken(start), _ => new SyntaxAnnotation());
            solution = solution.WithDocumentSyntaxRoot(document.Id, root.ReplaceTokens(marks.Keys, (old, now) => now.WithAdditionalAnnotations(marks[old])));
            places.AddRange(marks.Values.Select(mark => (document.Id, mark)));
        }

        foreach (var (id, mark) in places)
        {
            Document document = solution.GetDocument(id)!;
            SyntaxNode root = (await document.GetSyntaxRootAsync(cancellation).ConfigureAwait(false))!;
            SyntaxToken place = root.GetAnnotatedTokens(mark).FirstOrDefault();
            IReadOnlyList<Offer> offers = await ((ModuleFixProvider)context.CodeFixProvider).Offers(document, place, cancellation).ConfigureAwait(false);
            if (offers.FirstOrDefault(o => o.Key == context.CodeActionEquivalenceKey) is { } offer)
                solution = await offer.Apply(solution, cancellation).ConfigureAwait(false);
        }
        return solution;
    }
}
