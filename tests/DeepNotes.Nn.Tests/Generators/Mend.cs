using System.Collections.Immutable;
using DeepNotes.Generators;
using DeepNotes.Generators.CodeFixes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DeepNotes.Nn.Tests.Generators;

/// <summary>Does what an editor does with the fixes: shows what they offer, and carries one out in a project that references the library.</summary>
internal static class Mend
{
    private const string Usings = "global using System; global using System.Collections.Generic; global using System.Linq; global using DeepNotes; global using DeepNotes.Nn;";

    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    private static readonly ImmutableArray<MetadataReference> Library =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is "System.Private.CoreLib.dll" or "System.Runtime.dll" or "System.Collections.dll" or "System.Linq.dll" or "DeepNotes.Core.dll" or "DeepNotes.Nn.dll")
            .Select(p => MetadataReference.CreateFromFile(p))];

    private static readonly ImmutableArray<CodeFixProvider> Providers = [new PartialFixProvider(), new ParameterFixProvider(), new MemberFixProvider()];

    /// <summary>What is offered for the first diagnostic.</summary>
    public static async Task<string[]> Offers(string source)
    {
        Project project = Open(source);
        return [.. (await Actions(project, (await Diagnostics(project))[0])).Select(a => a.Title)];
    }

    /// <summary>The source after the offer of a title; it compiles, and nothing is reported any more.</summary>
    public static async Task<string> Once(string title, string source) => (await OnceInFiles(title, source))[0];

    /// <summary>The sources after the offer of a title for the first diagnostic.</summary>
    public static async Task<string[]> OnceInFiles(string title, params string[] sources)
    {
        Project project = Open(sources);
        ImmutableArray<CodeAction> actions = await Actions(project, (await Diagnostics(project))[0]);
        CodeAction action = Assert.Single(actions, a => a.Title == title);
        return await Sources(await Apply(action, project));
    }

    /// <summary>The sources after one offer for the first diagnostic was chosen for the whole project.</summary>
    public static async Task<string[]> Everywhere(string title, params string[] sources)
    {
        Project project = Open(sources);
        Diagnostic first = (await Diagnostics(project))[0];
        CodeAction action = Assert.Single(await Actions(project, first), a => a.Title == title);
        CodeFixProvider provider = Providers.Single(p => p.FixableDiagnosticIds.Contains(first.Id));
        var context = new FixAllContext(project.Documents.First(), provider, FixAllScope.Project, action.EquivalenceKey, provider.FixableDiagnosticIds, new Reported(), TestContext.Current.CancellationToken);
        return await Sources(await Apply((await provider.GetFixAllProvider()!.GetFixAsync(context))!, project));
    }

    private static Project Open(params string[] sources)
    {
        Project project = new AdhocWorkspace().AddProject("Sample", LanguageNames.CSharp)
            .WithParseOptions(Language)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true))
            .WithMetadataReferences(Library);
        for (int i = 0; i < sources.Length; i++) project = project.AddDocument($"Part{i}.cs", sources[i]).Project;
        return project.AddDocument("Usings.cs", Usings).Project;
    }

    /// <summary>What the analyzer reports, in the order of the text.</summary>
    private static async Task<ImmutableArray<Diagnostic>> Diagnostics(Project project)
    {
        Compilation compilation = (await project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers([new ModuleAnalyzer()]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        return [.. found.OrderBy(d => d.Location.SourceTree!.FilePath, StringComparer.Ordinal).ThenBy(d => d.Location.SourceSpan.Start)];
    }

    private static async Task<ImmutableArray<CodeAction>> Actions(Project project, Diagnostic diagnostic)
    {
        var actions = ImmutableArray.CreateBuilder<CodeAction>();
        Document document = project.GetDocument(diagnostic.Location.SourceTree)!;
        var context = new CodeFixContext(document, diagnostic, (action, _) => actions.Add(action), TestContext.Current.CancellationToken);
        await Providers.Single(p => p.FixableDiagnosticIds.Contains(diagnostic.Id)).RegisterCodeFixesAsync(context);
        return actions.ToImmutable();
    }

    private static async Task<Project> Apply(CodeAction action, Project project)
    {
        ImmutableArray<CodeActionOperation> operations = await action.GetOperationsAsync(TestContext.Current.CancellationToken);
        return operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetProject(project.Id)!;
    }

    private static async Task<string[]> Sources(Project project)
    {
        Assert.Empty(await Diagnostics(project));
        Compilation before = (await project.GetCompilationAsync(TestContext.Current.CancellationToken))!;
        CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: Language).RunGeneratorsAndUpdateCompilation(before, out Compilation after, out _, TestContext.Current.CancellationToken);
        Assert.Empty(after.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error));
        string[] texts = await Task.WhenAll(project.Documents.Select(async d => (await d.GetTextAsync(TestContext.Current.CancellationToken)).ToString().ReplaceLineEndings("\n")));
        return texts[..^1];
    }

    private sealed class Reported : FixAllContext.DiagnosticProvider
    {
        public override async Task<IEnumerable<Diagnostic>> GetAllDiagnosticsAsync(Project project, CancellationToken cancellationToken) => await Diagnostics(project);

        public override async Task<IEnumerable<Diagnostic>> GetDocumentDiagnosticsAsync(Document document, CancellationToken cancellationToken) =>
            (await Diagnostics(document.Project)).Where(d => document.Project.GetDocument(d.Location.SourceTree)?.Id == document.Id);

        public override Task<IEnumerable<Diagnostic>> GetProjectDiagnosticsAsync(Project project, CancellationToken cancellationToken) => Task.FromResult<IEnumerable<Diagnostic>>([]);
    }
}
