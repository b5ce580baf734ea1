using System.Collections.Immutable;
using DeepNotes.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace DeepNotes.Nn.Tests.Generators;

/// <summary>Compiles small sources against a miniature of the library, with the generator and the analyzer at work.</summary>
internal static class Compile
{
    private const string Library = """
        namespace DeepNotes
        {
            public class Tensor;
            public sealed class Parameter : Tensor;
        }
        namespace DeepNotes.Nn
        {
            public interface ILayer { Tensor Forward(Tensor x); }
            public abstract class Module { protected abstract void VisitMembers(MemberVisitor visitor); }
            public sealed class MemberVisitor
            {
                public void Parameter(string key, ref Parameter? value) { }
                public void Buffer(string key, ref Tensor? value, bool persistent) { }
                public void Child<T>(string key, ref T value) { }
                public void Parameter(string key, Parameter? value) { }
                public void Buffer(string key, Tensor? value, bool persistent) { }
                public void Child(string key, object? value) { }
            }
            [System.AttributeUsage(System.AttributeTargets.Field | System.AttributeTargets.Property)]
            public sealed class BufferAttribute : System.Attribute { public bool Persistent { get; set; } = true; }
            [System.AttributeUsage(System.AttributeTargets.Field | System.AttributeTargets.Property)]
            public sealed class KeyAttribute(string key) : System.Attribute { public string Key => key; }
            public sealed class NotVisitedAttribute : System.Attribute;
            public sealed partial class Linear : Module, ILayer
            {
                public Parameter Weight { get; set; } = new();
                public Parameter? Bias { get; set; }
                public Tensor Forward(Tensor x) => x;
            }
            public class Sequential(params Module[] layers) : Module, ILayer, System.Collections.Generic.IEnumerable<ILayer>
            {
                public Tensor Forward(Tensor x) => x;
                protected override void VisitMembers(MemberVisitor visitor) { foreach (var l in layers) visitor.Child("0", l); }
                public System.Collections.Generic.IEnumerator<ILayer> GetEnumerator() => throw null!;
                System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => throw null!;
            }
        }
        """;

    private static readonly CSharpParseOptions Language = new(LanguageVersion.CSharp14);

    private static readonly ImmutableArray<MetadataReference> Runtime =
        [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(p => Path.GetFileName(p) is "System.Private.CoreLib.dll" or "System.Runtime.dll" or "System.Collections.dll" or "System.Linq.dll")
            .Select(p => MetadataReference.CreateFromFile(p))];

    public static CSharpCompilation Sources(params string[] sources) => CSharpCompilation.Create(
        "Sample",
        [.. sources.Prepend(Library).Select(s => CSharpSyntaxTree.ParseText(Usings + s, Language, cancellationToken: TestContext.Current.CancellationToken))],
        Runtime,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    private const string Usings = "using System; using System.Collections.Generic; using DeepNotes; using DeepNotes.Nn;\n";

    public static GeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new ModuleGenerator().AsSourceGenerator()],
        parseOptions: Language,
        driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>The statements that the generator wrote into a module's visit; the whole must compile without a warning.</summary>
    public static string[] Visits(string module, params string[] sources)
    {
        GeneratorDriverRunResult result = Driver().RunGeneratorsAndUpdateCompilation(Sources(sources), out Compilation compilation, out _).GetRunResult();
        Assert.Empty(compilation.GetDiagnostics().Where(d => d.Severity >= DiagnosticSeverity.Warning));
        string text = result.Results.Single().GeneratedSources.Single(s => s.HintName == module + ".g.cs").SourceText.ToString();
        return [.. text.Split('\n').Select(l => l.Trim()).Where(l => l.EndsWith(';') && l.Contains("visitor"))];
    }

    /// <summary>The analyzer's diagnostics, as "DN0001 line: message".</summary>
    public static async Task<string[]> Diagnostics(string source)
    {
        CSharpCompilation before = Sources(source);
        Driver().RunGeneratorsAndUpdateCompilation(before, out Compilation compilation, out _);
        ImmutableArray<Diagnostic> found = await compilation.WithAnalyzers([new ModuleAnalyzer()]).GetAnalyzerDiagnosticsAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(found, d => d.Id.StartsWith("AD", StringComparison.Ordinal));
        return [.. found.OrderBy(d => d.Location.SourceSpan.Start).Select(d => $"{d.Id} {d.Location.SourceTree!.GetText().ToString(d.Location.SourceSpan)}: {d.GetMessage(null)}")];
    }
}
