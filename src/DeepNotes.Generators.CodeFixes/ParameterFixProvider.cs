using System.Composition;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Editing;
using Microsoft.CodeAnalysis.Formatting;
using static Microsoft.CodeAnalysis.CSharp.SyntaxFactory;

namespace DeepNotes.Generators.CodeFixes;

/// <summary>DN0002: stores the parameter in a property that the methods then use, or marks it [NotVisited].</summary>
[ExportCodeFixProvider(LanguageNames.CSharp)]
[Shared]
public sealed class ParameterFixProvider() : ModuleFixProvider(Diagnostics.OnlyParameter)
{
    private protected override async Task<IReadOnlyList<Offer>> Offers(Solution solution, SemanticModel model, KnownTypes known, SyntaxNode declaration, CancellationToken cancellation)
    {
        if (declaration is not ParameterSyntax { Type: { } written, Parent.Parent: TypeDeclarationSyntax type } syntax
            || model.GetDeclaredSymbol(syntax, cancellation) is not { } parameter
            || ModuleMember.SaysNotVisited(parameter)) return [];

        var offers = new List<Offer>();
        References references = await References.To(parameter, solution, cancellation).ConfigureAwait(false);
        if (references.InBodies.Any() && Property(parameter, syntax, written, references, known, model) is { } property)
        {
            string name = property.Identifier.ValueText;
            offers.Add(new($"Store '{parameter.Name}' in the property '{name}'", "Property", async (editor, cancellation) =>
            {
                foreach (IdentifierNameSyntax use in references.InBodies)
                {
                    ExpressionSyntax member = await Member(use, name, solution, cancellation).ConfigureAwait(false);
                    await editor.Replace(use, _ => member.WithTriviaFrom(use), cancellation).ConfigureAwait(false);
                }
                if (parameter.Type is IArrayTypeSymbol) await references.CountInsteadOfLength(editor, cancellation).ConfigureAwait(false);
                await editor.Replace(type, t => WithMember(t, property), cancellation).ConfigureAwait(false);
            }));
        }
        offers.Add(new($"Mark '{parameter.Name}' [NotVisited]", "NotVisited", (editor, cancellation) => editor.Replace(syntax, p => p.Marked("NotVisited"), cancellation)));
        return offers;
    }

    /// <summary>The property that holds the parameter; null where none could.</summary>
    private static PropertyDeclarationSyntax? Property(IParameterSymbol parameter, ParameterSyntax syntax, TypeSyntax type, References references, KnownTypes known, SemanticModel model)
    {
        bool isWritten = references.Assignments.Any();
        if (references.IsPassedByReference) return null;
        MemberKind kind = known.Classify(parameter.Type);
        if (kind == MemberKind.Tensor && !known.IsTensor(parameter.Type)) return null;
        string value = syntax.Identifier.Text;
        if (kind == MemberKind.Collection)
        {
            bool isCopied = !isWritten && parameter.NullableAnnotation != NullableAnnotation.Annotated;
            if (!isCopied || Container.For(parameter.Type, known, model, syntax.SpanStart) is not { Name: not "ModuleDict" } container || (references.HasElementsSet && !container.HasSetter)) return null;
            type = container.Type;
            value = $"[.. {value}]";
        }
        string accessors = isWritten ? "{ get; set; }" : "{ get; }";
        var property = (PropertyDeclarationSyntax)ParseMemberDeclaration($"{Access(parameter)} object {FreeName(parameter)} {accessors} = {value};")!;
        property = property.WithType(type.WithoutTrivia().WithTrailingTrivia(Space));
        return kind == MemberKind.Tensor ? (PropertyDeclarationSyntax)property.Marked("Buffer") : property;
    }

    private static string FreeName(IParameterSymbol parameter)
    {
        INamedTypeSymbol module = parameter.ContainingType;
        string name = char.ToUpperInvariant(parameter.Name[0]) + parameter.Name.Substring(1);
        string free = name;
        for (int i = 2; free == module.Name || Has(module, free) || free == parameter.Name; i++) free = name + i;
        return free;
    }

    private static bool Has(INamedTypeSymbol module, string name)
    {
        for (INamedTypeSymbol? type = module; type is not null; type = type.BaseType)
            if (type.GetMembers(name).Any()) return true;
        return false;
    }

    /// <summary>Public, unless the type is seen by fewer than the module is.</summary>
    private static string Access(IParameterSymbol parameter)
    {
        Accessibility type = Reach(parameter.Type);
        return type >= Reach(parameter.ContainingType) ? "public" : type >= Accessibility.Internal ? "internal" : "private";
    }

    private static Accessibility Reach(ITypeSymbol type)
    {
        var reach = Accessibility.Public;
        for (ITypeSymbol? t = type is IArrayTypeSymbol array ? array.ElementType : type; t is not null; t = t.ContainingType)
        {
            if (t.DeclaredAccessibility is not Accessibility.NotApplicable && t.DeclaredAccessibility < reach) reach = t.DeclaredAccessibility;
            if (t is INamedTypeSymbol named) reach = named.TypeArguments.Where(a => a is INamedTypeSymbol).Select(Reach).Append(reach).Min();
        }
        return reach;
    }

    /// <summary>The property's name, or <c>this.Name</c> where the name alone means something else.</summary>
    private static async Task<ExpressionSyntax> Member(IdentifierNameSyntax use, string name, Solution solution, CancellationToken cancellation)
    {
        SemanticModel model = (await solution.GetDocument(use.SyntaxTree)!.GetSemanticModelAsync(cancellation).ConfigureAwait(false))!;
        bool isTaken = model.LookupSymbols(use.SpanStart, name: name).Any(s => s is ILocalSymbol or IParameterSymbol or IMethodSymbol { MethodKind: MethodKind.LocalFunction });
        return ParseExpression(isTaken ? $"this.{name}" : name);
    }

    /// <summary>After the fields and automatic properties that the class begins with.</summary>
    private static TypeDeclarationSyntax WithMember(TypeDeclarationSyntax type, PropertyDeclarationSyntax property)
    {
        if (type.OpenBraceToken.IsKind(SyntaxKind.None) || type.OpenBraceToken.IsMissing)
        {
            type = type.WithSemicolonToken(default)
                .WithOpenBraceToken(Token(SyntaxKind.OpenBraceToken))
                .WithCloseBraceToken(Token(SyntaxKind.CloseBraceToken).WithTrailingTrivia(type.SemicolonToken.TrailingTrivia));
        }
        int at = type.Members.TakeWhile(m => m is FieldDeclarationSyntax or PropertyDeclarationSyntax { ExpressionBody: null }).Count();
        return type.WithMembers(type.Members.Insert(at, property.WithLeadingTrivia(ElasticMarker).WithTrailingTrivia(ElasticMarker).WithAdditionalAnnotations(Formatter.Annotation)));
    }
}
