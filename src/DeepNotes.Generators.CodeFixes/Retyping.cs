using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>Gives a field or property another type, with all values that are assigned to it.</summary>
internal sealed class Retyping(Solution solution, MemberDeclarationSyntax member, References references)
{
    /// <summary>The edit; null where the declaration also speaks of other fields, or a value cannot be converted.</summary>
    /// <param name="type">The new type; it is nullable where the old one was.</param>
    /// <param name="convert">The new expression for an old one, or null.</param>
    /// <param name="hasLength">Whether the old type has a Length where the new one has a Count.</param>
    /// <param name="cancellation">Stops the search.</param>
    public async Task<Func<SolutionEditor, CancellationToken, Task>?> To(TypeSyntax type, Func<ExpressionSyntax, SemanticModel, ExpressionSyntax?> convert, bool hasLength, CancellationToken cancellation)
    {
        var (old, initial) = member switch
        {
            PropertyDeclarationSyntax property => (property.Type, property.Initializer?.Value),
            FieldDeclarationSyntax { Declaration: { Variables.Count: 1 } field } => (field.Type, field.Variables[0].Initializer?.Value),
            _ => default,
        };
        if (old is null || references.IsPassedByReference) return null;

        var values = new Dictionary<ExpressionSyntax, ExpressionSyntax>();
        IEnumerable<ExpressionSyntax> assigned = references.Assignments.Select(a => a.Right);
        foreach (ExpressionSyntax value in initial is null ? assigned : assigned.Prepend(initial))
        {
            SemanticModel model = (await solution.GetDocument(value.SyntaxTree)!.GetSemanticModelAsync(cancellation).ConfigureAwait(false))!;
            if (convert(value, model) is not { } converted) return null;
            values[value] = converted;
        }

        TypeSyntax written = old is NullableTypeSyntax ? NullableType(type) : type;
        return async (editor, cancellation) =>
        {
            await editor.Replace(old, o => written.WithTriviaFrom(o), cancellation).ConfigureAwait(false);
            if (hasLength) await references.CountInsteadOfLength(editor, cancellation).ConfigureAwait(false);
            foreach (var value in values.Where(v => v.Key != v.Value)) await editor.Replace(value.Key, _ => value.Value, cancellation).ConfigureAwait(false);
        };
    }
}
