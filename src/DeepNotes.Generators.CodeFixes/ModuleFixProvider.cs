using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>What the fixes of all three diagnostics have in common: each makes offers for the place that was reported.</summary>
public abstract class ModuleFixProvider : CodeFixProvider
{
    private protected ModuleFixProvider(DiagnosticDescriptor diagnostic) => FixableDiagnosticIds = [diagnostic.Id];

    /// <inheritdoc/>
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; }

    /// <inheritdoc/>
    public sealed override FixAllProvider GetFixAllProvider() => OneAfterAnother.Instance;

    /// <inheritdoc/>
    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        SyntaxNode root = (await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false))!;
        foreach (Diagnostic diagnostic in context.Diagnostics)
        {
            SyntaxToken place = root.FindToken(diagnostic.Location.SourceSpan.Start);
            foreach (Offer offer in await Offers(context.Document, place, context.CancellationToken).ConfigureAwait(false))
            {
                Task<Solution> Change(CancellationToken cancellation) => offer.Apply(context.Document.Project.Solution, cancellation);
                context.RegisterCodeFix(CodeAction.Create(offer.Title, Change, offer.Key), diagnostic);
            }
        }
    }

    /// <summary>The ways out of a diagnostic at an identifier; none where it is mended already.</summary>
    internal async Task<IReadOnlyList<Offer>> Offers(Document document, SyntaxToken place, CancellationToken cancellation)
    {
        SemanticModel model = (await document.GetSemanticModelAsync(cancellation).ConfigureAwait(false))!;
        if (place.Parent is null || KnownTypes.Find(model.Compilation) is not { } known) return [];
        return await Offers(document.Project.Solution, model, known, place.Parent, cancellation).ConfigureAwait(false);
    }

    private protected abstract Task<IReadOnlyList<Offer>> Offers(Solution solution, SemanticModel model, KnownTypes known, SyntaxNode declaration, CancellationToken cancellation);
}
