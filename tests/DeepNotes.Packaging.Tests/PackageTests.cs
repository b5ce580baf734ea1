using System.IO.Compression;
using System.Xml.Linq;

namespace DeepNotes.Packaging.Tests;

/// <summary>What the packages hold, and that a program outside the repository builds and runs with them.</summary>
[Trait("Category", "Publish")]
[Collection("Builds")] // one after the other: each of them keeps every processor busy
public sealed class PackageTests : IDisposable
{
    private static readonly string[] Projects = ["DeepNotes.Core", "DeepNotes.Nn", "DeepNotes.Training", "DeepNotes.Models"];

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Packages_hold_what_they_should_and_serve_a_program()
    {
        foreach (string project in Projects)
            DotNet.Sdk(DotNet.Root, "pack", Path.Combine(DotNet.Root, "src", project), "-c", "Release", "--artifacts-path", folder["artifacts"], "-o", folder["packages"], "--nologo");
        foreach (string project in Projects) Check(project);
        using (var nn = Open("DeepNotes.Nn"))
        {
            Assert.Contains("analyzers/dotnet/cs/DeepNotes.Generators.dll", nn.Entries.Select(e => e.FullName));
            Assert.Contains("analyzers/dotnet/cs/DeepNotes.Generators.CodeFixes.dll", nn.Entries.Select(e => e.FullName));
        }
        using (var core = Open("DeepNotes.Core")) Assert.Contains("buildTransitive/DeepNotes.Core.targets", core.Entries.Select(e => e.FullName));

        // Also through a package that depends on Nn, whose generator a module of one's own needs.
        WriteConsumer("DeepNotes.Models");
        DotNet.Sdk(folder["consumer"], "build", "-c", "Release", "-o", folder["built"], "--nologo");
        var (code, output) = DotNet.Run("dotnet", folder.Path, [], "exec", folder["built/Consumer.dll"]);
        Assert.True(code == 0, output);
        Assert.Equal("first.weight first.bias second.weight second.bias True", output.Trim());

        // The package's targets reach a program that only depends on a package that depends on it.
        Assert.Equal("x86-64-v3", InstructionSet("linux-x64"));
        Assert.Equal("", InstructionSet("linux-arm64"));
        Assert.Equal("native", InstructionSet("linux-x64", "-p:IlcInstructionSet=native"));
        Assert.Equal("", InstructionSet("linux-x64", "-p:PublishAot=false"));
    }

    private string InstructionSet(string runtime, params string[] more) =>
        DotNet.Sdk(folder["consumer"], ["msbuild", "-getProperty:IlcInstructionSet", "-p:PublishAot=true", $"-p:RuntimeIdentifier={runtime}", .. more]).Trim();

    private ZipArchive Open(string project) => ZipFile.OpenRead(Directory.GetFiles(folder["packages"], $"{project}.*.nupkg").Single());

    private void Check(string project)
    {
        using var package = Open(project);
        var names = package.Entries.Select(e => e.FullName).ToArray();
        Assert.Contains($"lib/net10.0/{project}.dll", names);
        Assert.Contains($"lib/net10.0/{project}.xml", names);
        // Nothing but managed code: no folder of native files, and every library is one of ours.
        Assert.DoesNotContain(names, n => n.StartsWith("runtimes/", StringComparison.Ordinal) || n.EndsWith(".so", StringComparison.Ordinal) || n.EndsWith(".dylib", StringComparison.Ordinal));
        Assert.All(names.Where(n => n.EndsWith(".dll", StringComparison.Ordinal)), n => Assert.StartsWith("DeepNotes.", Path.GetFileName(n), StringComparison.Ordinal));
        using var stream = package.GetEntry($"{project}.nuspec")!.Open();
        var metadata = XDocument.Load(stream).Root!.Elements().First();
        string Text(string name) => metadata.Elements().First(e => e.Name.LocalName == name).Value;
        Assert.Equal("MIT", Text("license"));
        Assert.NotEqual("Package Description", Text("description"));
        Assert.DoesNotContain("Roslyn", metadata.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain("CodeAnalysis", metadata.ToString(), StringComparison.Ordinal);
    }

    private void WriteConsumer(string reference)
    {
        Directory.CreateDirectory(folder["consumer"]);
        string version = Path.GetFileNameWithoutExtension(Directory.GetFiles(folder["packages"], "DeepNotes.Nn.*.nupkg").Single())["DeepNotes.Nn.".Length..];
        // Restored into a folder of its own: what is packed here must not stay behind in the user's cache under the version's name.
        string cache = Environment.GetEnvironmentVariable("NUGET_PACKAGES") ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        File.WriteAllText(folder["consumer/Consumer.csproj"], $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <Nullable>enable</Nullable>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestorePackagesPath>{folder["restored"]}</RestorePackagesPath>
                <RestoreFallbackFolders>{(Directory.Exists(cache) ? cache : "")}</RestoreFallbackFolders>
                <RestoreAdditionalProjectSources>{folder["packages"]}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="{reference}" Version="{version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(folder["consumer/Program.cs"], """
            using DeepNotes;
            using DeepNotes.Nn;

            Rng.Seed(1);
            var model = new Perceptron();
            var optimizer = new SGD(model.Parameters(), learningRate: 0.1);
            var (x, labels) = (Tensor.Randn([32, 8]), Tensor.RandInt(0, 3, [32]));
            double first = model.Forward(x).CrossEntropy(labels).Item();
            for (int i = 0; i < 50; i++) optimizer.Step(model.Forward(x).CrossEntropy(labels));
            Console.WriteLine($"{string.Join(' ', model.StateDict().Keys)} {model.Forward(x).CrossEntropy(labels).Item() < first}");

            public sealed partial class Perceptron : Module, ILayer
            {
                public Linear First { get; } = new(8, 16);
                public Linear Second { get; } = new(16, 3);
                public Tensor Forward(Tensor x) => Second.Forward(First.Forward(x).Relu());
            }
            """);
    }
}
