using System.Diagnostics;
using System.Globalization;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>Resident memory of long training runs without one Dispose, beside the same runs with a scope a step. Each is a process of its own, so that its peak is its own.</summary>
[Trait("Category", "Soak")]
[Collection(MemoryCollection.Name)]
public class SoakTests(ITestOutputHelper output)
{
    [Fact]
    public void Twenty_thousand_steps_without_disposal_hold_no_more_than_a_thousand()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        var plain = SoakRun.Start("mlp", scoped: false, steps: 20_000, warm: 1_000);
        var scoped = SoakRun.Start("mlp", scoped: true, steps: 20_000, warm: 1_000);
        output.WriteLine($"{plain}\n{scoped}");
        Assert.InRange((double)plain.End / plain.Warm, 0, 1.1);
        Assert.InRange((double)plain.Peak / scoped.Peak, 0, 1.5);
        Assert.InRange(scoped.End - scoped.Half, long.MinValue, 2048);
    }

    [Fact]
    public void Two_hundred_megabytes_of_temporaries_a_step_need_at_most_twice_what_they_need_in_scopes()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Reads /proc.");
        var plain = SoakRun.Start("large", scoped: false, steps: 160, warm: 20);
        var scoped = SoakRun.Start("large", scoped: true, steps: 160, warm: 20);
        output.WriteLine($"{plain}\n{scoped}");
        Assert.InRange((double)plain.Peak / scoped.Peak, 0, 2.0);
        // A step makes 200 MB. The benchmark watches more steps.
        Assert.InRange(scoped.End - scoped.Half, long.MinValue, 2048);
    }
}

/// <summary>What one run held, in kilobytes: after the warm-up, after half of its steps, after all, and at its peak.</summary>
internal sealed record SoakRun(long Warm, long Half, long End, long Peak)
{
    private const string Variable = "DEEPNOTES_SOAK_RUN";

    /// <summary>Starts this assembly again, which then trains instead of running tests.</summary>
    public static SoakRun Start(string model, bool scoped, int steps, int warm)
    {
        string program = Environment.ProcessPath!;
        string[] arguments = Path.GetFileNameWithoutExtension(program) == "dotnet" ? ["exec", typeof(SoakRun).Assembly.Location] : [];
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true };
        // For seconds the runtime profiles and recompiles what runs often, and lets its first generation grow: together 5 to 10 MB,
        // more than what a test could notice of lost tensors. Here it does neither. The memory benchmark prints the figures of the
        // runtime as users have it.
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_GCgen0size"] = "400000";
        start.Environment[Variable] = string.Create(CultureInfo.InvariantCulture, $"{model} {scoped} {steps} {warm}");
        using var process = Process.Start(start)!;
        string text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, text);
        long[] numbers = [.. text.Split(' ').Select(n => long.Parse(n, CultureInfo.InvariantCulture))];
        return new SoakRun(numbers[0], numbers[1], numbers[2], numbers[3]);
    }

    /// <summary>Trains, if that is what this process was started for.</summary>
    public static bool TrainInstead()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } order) return false;
        string[] words = order.Split(' ');
        bool scoped = bool.Parse(words[1]);
        int steps = int.Parse(words[2], CultureInfo.InvariantCulture), warm = int.Parse(words[3], CultureInfo.InvariantCulture);
        Action step = words[0] == "mlp" ? Mlp(scoped) : Large(scoped);
        long atWarm = 0, atHalf = 0;
        for (int i = 1; i <= steps; i++)
        {
            step();
            if (i == warm) atWarm = Kilobytes("VmRSS");
            if (i == steps / 2) atHalf = Kilobytes("VmRSS");
        }
        Console.Write(string.Create(CultureInfo.InvariantCulture, $"{atWarm} {atHalf} {Kilobytes("VmRSS")} {Kilobytes("VmHWM")}"));
        return true;
    }

    private static Action Mlp(bool scoped)
    {
        var model = new TinyClassifier(1, rows: 64, inputs: 784, hidden: 256);
        return scoped ? () => model.ScopedStep() : () => model.Step();
    }

    /// <summary>Ten activations of 10 MB, and as many gradients.</summary>
    private static Action Large(bool scoped)
    {
        var x = Tensor.Randn([2_500_000], rng: new Rng(1));
        var w = new Parameter(Tensor.Ones([2_500_000]));
        return scoped ? Scoped : Step;

        void Scoped()
        {
            using var scope = new TensorScope();
            Step();
        }

        void Step()
        {
            var h = x * w;
            for (int i = 0; i < 3; i++) h = (h.Tanh() * 1.5).Sigmoid();
            h.Mean().Backward();
            using (Grad.Off()) w.SubtractInPlace(w.CollectedGradient! * 0.1);
            w.ClearGradient();
        }
    }

    private static long Kilobytes(string name)
    {
        string line = File.ReadLines("/proc/self/status").First(l => l.StartsWith(name + ":", StringComparison.Ordinal));
        return long.Parse(line.AsSpan(name.Length + 1).Trim().TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture);
    }
}
