using System.Text.RegularExpressions;
using DeepNotes.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace DeepNotes.Packaging.Tests;

/// <summary>The code in README, CONTRIBUTING and docs compiles as it stands.</summary>
public partial class DocumentTests
{
    // What a project with implicit usings has, and the namespaces that a reader of the documents has already met.
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using DeepNotes;
        global using DeepNotes.Autograd;
        global using DeepNotes.Lanes;
        global using DeepNotes.Nn;
        global using DeepNotes.Ops;
        global using DeepNotes.Training;
        """;

    public static TheoryData<string, int> Blocks()
    {
        var data = new TheoryData<string, int>();
        string[] documents = [.. Directory.GetFiles(DotNet.Root, "*.md"), .. Directory.GetFiles(Path.Combine(DotNet.Root, "docs"), "*.md", SearchOption.AllDirectories)];
        foreach (string path in documents)
        {
            int count = CSharpBlock().Count(File.ReadAllText(path));
            for (int i = 0; i < count; i++) data.Add(Path.GetRelativePath(DotNet.Root, path), i);
        }
        return data;
    }

    [Theory]
    [MemberData(nameof(Blocks))]
    public void Code_in_a_document_compiles(string document, int block)
    {
        string code = CSharpBlock().Matches(File.ReadAllText(Path.Combine(DotNet.Root, document)))[block].Groups[1].Value;
        var options = new CSharpParseOptions(LanguageVersion.Preview);
        var tree = CSharpSyntaxTree.ParseText(code, options, cancellationToken: TestContext.Current.CancellationToken);
        bool isProgram = tree.GetCompilationUnitRoot(TestContext.Current.CancellationToken).Members.OfType<GlobalStatementSyntax>().Any();
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Select(p => MetadataReference.CreateFromFile(p));
        var compilation = CSharpCompilation.Create("Block", [tree, CSharpSyntaxTree.ParseText(Usings, options, cancellationToken: TestContext.Current.CancellationToken)], references,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
        CSharpGeneratorDriver.Create([new ModuleGenerator().AsSourceGenerator()], parseOptions: options)
            .RunGeneratorsAndUpdateCompilation(compilation, out var complete, out var reported, TestContext.Current.CancellationToken);
        Assert.Empty(reported);
        Assert.Empty(complete.GetDiagnostics(TestContext.Current.CancellationToken).Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));
    }

    [GeneratedRegex(@"^```csharp\r?\n(.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex CSharpBlock();
}
