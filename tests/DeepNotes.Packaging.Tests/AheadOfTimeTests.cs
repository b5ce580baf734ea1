using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace DeepNotes.Packaging.Tests;

/// <summary>A training program compiled ahead of time: no warnings, the same numbers, the vector instructions that the package asks for.</summary>
[Trait("Category", "Publish")]
[Collection("Builds")] // one after the other: each of them keeps every processor busy
public partial class AheadOfTimeTests(ITestOutputHelper output)
{
    [Fact]
    public void A_training_program_compiled_ahead_of_time_computes_what_the_compiled_just_in_time_does()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.OSArchitecture == Architecture.X64, "Publishes for linux-x64.");
        using var folder = new TemporaryFolder();
        string project = Path.Combine(DotNet.Root, "tests", "DeepNotes.Packaging.Tests", "Programs", "Training", "Training.csproj");
        // Everything is built into the temporary folder: another build of the same projects is not disturbed.
        string log = DotNet.Sdk(DotNet.Root, "publish", project, "-c", "Release", "-r", "linux-x64", "--artifacts-path", folder["artifacts"], "-o", folder["native"], "--nologo");
        Assert.DoesNotMatch(TrimOrAotWarning(), log);
        Assert.True(File.Exists(folder["native/Training"]), log);
        Assert.False(File.Exists(folder["native/Training.dll"]));

        DotNet.Sdk(DotNet.Root, "build", project, "-c", "Release", "--artifacts-path", folder["jit"], "-p:PublishAot=false", "--nologo");
        string managed = Directory.GetFiles(folder["jit"], "Training.dll", SearchOption.AllDirectories).Single(p => p.Contains("bin", StringComparison.Ordinal));
        // Both with the instructions of x86-64-v3, so that the bits can be compared, and on one thread, so that the rates can.
        var oneThread = new Dictionary<string, string> { ["DEEPNOTES_THREADS"] = "1", ["DOTNET_EnableAVX512"] = "0" };
        var native = Run(DotNet.Run(folder["native/Training"], folder.Path, oneThread));
        var jit = Run(DotNet.Run("dotnet", folder.Path, oneThread, "exec", managed));

        Assert.False(native.Result.GetProperty("dynamic_code").GetBoolean());
        Assert.True(jit.Result.GetProperty("dynamic_code").GetBoolean());
        Assert.True(native.Result.GetProperty("avx2").GetBoolean());
        Assert.Equal(8, native.Result.GetProperty("parameters").GetInt32());
        Assert.True(native.Result.GetProperty("reloads").GetBoolean());
        Assert.True(native.Result.GetProperty("accuracy").GetDouble() > 0.9);
        Assert.Equal(jit.Losses, native.Losses);

        double gemm = Ratio("gemm_gflops"), exp = 1 / Ratio("exp_ns");
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"RESULT {{\"sample\":\"aot\",\"gemm_aot_over_jit\":{gemm:F2},\"exp_aot_over_jit\":{exp:F2}}}"));
        output.WriteLine(native.Result.ToString());
        output.WriteLine(jit.Result.ToString());

        double Ratio(string name) => native.Result.GetProperty(name).GetDouble() / jit.Result.GetProperty(name).GetDouble();
    }

    private static (string Losses, JsonElement Result) Run((int Code, string Output) run)
    {
        Assert.True(run.Code == 0, run.Output);
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        string result = lines.Single(l => l.StartsWith("RESULT ", StringComparison.Ordinal));
        return (lines[0], JsonDocument.Parse(result[7..]).RootElement);
    }

    [GeneratedRegex(@"\bIL[23]\d{3}\b")]
    private static partial Regex TrimOrAotWarning();
}
