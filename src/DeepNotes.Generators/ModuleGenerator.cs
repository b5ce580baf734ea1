using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace DeepNotes.Generators;

/// <summary>
/// Gives every class that derives from <c>DeepNotes.Nn.Module</c> its <c>VisitMembers</c>: parameters first, then
/// buffers, then children, each in declaration order, after those of the base class. No reflection, so trimming and
/// ahead-of-time compilation lose nothing.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class ModuleGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        IncrementalValuesProvider<ModuleModel> modules = context.SyntaxProvider
            .CreateSyntaxProvider(
                static (node, _) => node is ClassDeclarationSyntax { BaseList: not null },
                static (syntax, cancellation) => Model(syntax, cancellation))
            .Where(static model => model is not null)
            .Select(static (model, _) => model!)
            .WithTrackingName("Modules");

        context.RegisterSourceOutput(modules, static (output, model) => output.AddSource(model.FileName, SourceText.From(model.Text(), Encoding.UTF8)));
    }

    private static ModuleModel? Model(GeneratorSyntaxContext syntax, CancellationToken cancellation) =>
        syntax.SemanticModel.GetDeclaredSymbol(syntax.Node, cancellation) is INamedTypeSymbol type
        && KnownTypes.Find(syntax.SemanticModel.Compilation) is { } known
        && known.IsGenerated(type)
        && IsFirstPart(type, syntax.Node, cancellation)
            ? ModuleModel.Of(type, known)
            : null;

    /// <summary>Of several parts with a base list, one generates.</summary>
    private static bool IsFirstPart(INamedTypeSymbol type, SyntaxNode part, CancellationToken cancellation) =>
        type.DeclaringSyntaxReferences.Select(r => r.GetSyntax(cancellation)).First(s => s is ClassDeclarationSyntax { BaseList: not null }) == part;
}
