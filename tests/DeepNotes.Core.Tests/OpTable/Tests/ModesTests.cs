using System.Diagnostics;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using System.Text.RegularExpressions;
using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.OpTable;

/// <summary>Runs the op table in processes of their own: on narrower vectors, without any, and with poisoned memory.</summary>
[Trait("Category", "Modes")]
public sealed partial class ModesTests
{
    internal const string Mode = "DEEPNOTES_TEST_MODE";

    [Theory]
    [InlineData("avx512-off", "DOTNET_EnableAVX512")]
    [InlineData("avx2-off", "DOTNET_EnableAVX2")]
    [InlineData("intrinsics-off", "DOTNET_EnableHWIntrinsic")]
    [InlineData("poison", "DEEPNOTES_POISON")]
    public async Task The_op_table_holds_in_every_mode(string mode, string variable)
    {
        string program = Path.Combine(AppContext.BaseDirectory, "DeepNotes.Core.Tests" + (OperatingSystem.IsWindows() ? ".exe" : ""));
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (string argument in new[] { "--filter-namespace", typeof(ModesTests).Namespace!, "--filter-not-trait", "Category=Modes", "--no-progress", "--no-ansi" }) start.ArgumentList.Add(argument);
        start.Environment[variable] = mode == "poison" ? "1" : "0";
        start.Environment[Mode] = mode;
        using var child = Process.Start(start)!;
        var errors = child.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = await child.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await child.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(child.ExitCode == 0, $"{mode} ends with {child.ExitCode}:\n{output}\n{await errors}");
        Assert.True(int.Parse(Passed().Match(output).Groups[1].Value) > OpTableTests.Rows("all").Count(), output);
    }

    [GeneratedRegex(@"succeeded: (\d+)")]
    private static partial Regex Passed();
}

/// <summary>In such a process: is the mode really in force?</summary>
public sealed class ModeInForceTests
{
    [Fact]
    public void The_mode_is_in_force()
    {
        switch (Environment.GetEnvironmentVariable(ModesTests.Mode))
        {
            case "avx512-off":
                Assert.False(Avx512F.IsSupported || Vector512.IsHardwareAccelerated);
                break;
            case "avx2-off":
                Assert.False(Avx2.IsSupported || Vector256.IsHardwareAccelerated);
                break;
            case "intrinsics-off":
                Assert.False(Avx.IsSupported || Fma.IsSupported || Vector128.IsHardwareAccelerated);
                break;
            case "poison":
                Assert.True(Pool.Poison);
                Assert.True(double.IsNaN(Tensor.Allocate([5], DType.Float64, Device.Cpu).ToArray<double>()[4]));
                break;
            case null:
                break;
            case string unknown:
                Assert.Fail($"There is no mode {unknown}.");
                break;
        }
    }
}
