using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Simplification;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>The edits that the fixes are made of.</summary>
internal static class Edits
{
    /// <summary>Replaces a node of any document; edits of nodes inside it are kept.</summary>
    public static async Task Replace<T>(this SolutionEditor editor, T node, Func<T, SyntaxNode> change, CancellationToken cancellation) where T : SyntaxNode
    {
        DocumentId id = editor.OriginalSolution.GetDocumentId(node.SyntaxTree)!;
        DocumentEditor document = await editor.GetDocumentEditorAsync(id, cancellation).ConfigureAwait(false);
        document.ReplaceNode(node, (current, _) => change((T)current));
    }

    /// <summary>A type of the library, written as shortly as the place allows.</summary>
    public static TypeSyntax LibraryType(string name) => ParseTypeName("global::DeepNotes." + name).WithAdditionalAnnotations(Simplifier.Annotation);

    /// <summary>A member with one more attribute, after those it has and on the line of its first word.</summary>
    public static MemberDeclarationSyntax Marked(this MemberDeclarationSyntax member, string attribute)
    {
        SyntaxToken first = FirstWord(member, member.AttributeLists);
        return member.ReplaceToken(first, first.WithLeadingTrivia()).AddAttributeLists(AttributeOf(attribute, first.LeadingTrivia));
    }

    /// <summary>A parameter with one more attribute.</summary>
    public static ParameterSyntax Marked(this ParameterSyntax parameter, string attribute)
    {
        SyntaxToken first = FirstWord(parameter, parameter.AttributeLists);
        return parameter.ReplaceToken(first, first.WithLeadingTrivia()).AddAttributeLists(AttributeOf(attribute, first.LeadingTrivia));
    }

    private static SyntaxToken FirstWord(SyntaxNode node, SyntaxList<AttributeListSyntax> attributes) =>
        attributes.Count > 0 ? attributes.Last().GetLastToken().GetNextToken() : node.GetFirstToken();

    private static AttributeListSyntax AttributeOf(string name, SyntaxTriviaList before)
    {
        // Parsed, not made: the formatter would give a made one a line of its own.
        AttributeSyntax attribute = ParseMemberDeclaration("[_] int _;")!.AttributeLists[0].Attributes[0];
        var list = (AttributeListSyntax)attribute.Parent!;
        return list.ReplaceNode(attribute.Name, LibraryType("Nn." + name)).WithLeadingTrivia(before).WithTrailingTrivia(Space);
    }
}
