using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace DeepNotes.Benchmarks.Memory;

/// <summary>
/// Resident memory of long training runs, without and with a <see cref="TensorScope"/> a step: nobody has to dispose of anything,
/// and nobody runs out. Each run is a process of its own. Linux only, where the kernel tells the peak.
/// </summary>
internal static class MemoryBenchmark
{
    public const string WorkerCommand = "memory-worker";
    private const double AllowedDrift = 0.10, AllowedMlpPeak = 1.5, AllowedCnnPeak = 2.0;

    // The kernel counts pages in batches per thread: this much is not growth.
    private const long AllowedScopedGrowth = 1024;

    public static int Run(string[] options)
    {
        if (!OperatingSystem.IsLinux())
        {
            Console.Error.WriteLine("The memory benchmark reads /proc and runs on Linux only.");
            return 2;
        }
        int mlpSteps = 20_000, cnnSteps = 300;
        foreach (var option in options)
        {
            if (option != "--quick")
            {
                Console.Error.WriteLine($"There is no option {option}; --quick takes a tenth of the steps.");
                return 2;
            }
            (mlpSteps, cnnSteps) = (mlpSteps / 10, cnnSteps / 10);
        }

        var clock = Stopwatch.StartNew();
        int mlpWarm = mlpSteps / 20, cnnWarm = cnnSteps / 10;
        Console.WriteLine($"{"run",-18}{"steps",8}{"ms/step",10}{"warm",12}{"half",12}{"end",12}{"peak",12}");
        var mlp = Train("mlp", "plain", mlpSteps, mlpWarm);
        var mlpScoped = Train("mlp", "scoped", mlpSteps, mlpWarm);
        var cnn = Train("cnn", "plain", cnnSteps, cnnWarm);
        var cnnScoped = Train("cnn", "scoped", cnnSteps, cnnWarm);

        var drift = (double)mlp.Resident[mlpSteps] / mlp.Resident[mlpWarm];
        double mlpPeak = (double)mlp.Peak / mlpScoped.Peak, cnnPeak = (double)cnn.Peak / cnnScoped.Peak;
        // With scopes only the runtime collects; until its young generation has filled up for the first time, some 2,000 steps of the MLP, it grows.
        long mlpGrowth = mlpScoped.Resident[mlpSteps] - mlpScoped.Resident[mlpSteps / 2], cnnGrowth = cnnScoped.Resident[cnnSteps] - cnnScoped.Resident[cnnSteps / 2];
        var passed =
            Check($"MLP without scopes: resident at the end / at step {mlpWarm}", drift, Math.Abs(drift - 1) <= AllowedDrift, $"1 ± {AllowedDrift}")
            & Check("MLP: peak without scopes / with scopes", mlpPeak, mlpPeak <= AllowedMlpPeak, $"≤ {AllowedMlpPeak}")
            & Check("CNN: peak without scopes / with scopes", cnnPeak, cnnPeak <= AllowedCnnPeak, $"≤ {AllowedCnnPeak}")
            & Check("MLP with scopes: growth in the second half, MB", mlpGrowth / 1024.0, mlpGrowth <= AllowedScopedGrowth, "none")
            & Check("CNN with scopes: growth in the second half, MB", cnnGrowth / 1024.0, cnnGrowth <= AllowedScopedGrowth, "none");

        var result = new JsonObject
        {
            ["sample"] = "memory",
            ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1),
            ["passed"] = passed,
            ["mlp_steps"] = mlpSteps,
            ["mlp_drift"] = Math.Round(drift, 3),
            ["mlp_peak_ratio"] = Math.Round(mlpPeak, 3),
            ["mlp_peak_mb"] = mlp.Peak / 1024,
            ["mlp_scoped_peak_mb"] = mlpScoped.Peak / 1024,
            ["mlp_scoped_growth_kb"] = mlpGrowth,
            ["cnn_steps"] = cnnSteps,
            ["cnn_peak_ratio"] = Math.Round(cnnPeak, 3),
            ["cnn_peak_mb"] = cnn.Peak / 1024,
            ["cnn_scoped_peak_mb"] = cnnScoped.Peak / 1024,
            ["cnn_scoped_growth_kb"] = cnnGrowth,
        };
        Console.WriteLine($"RESULT {result.ToJsonString()}");
        return passed ? 0 : 1;
    }

    private static bool Check(string what, double value, bool holds, string wanted)
    {
        Console.WriteLine($"{(holds ? "ok  " : "MISS")} {what}: {value.ToString("F3", CultureInfo.InvariantCulture)} (wanted {wanted})");
        return holds;
    }

    private static MemoryCurve Train(string model, string kind, int steps, int warm)
    {
        int[] marks = [warm, steps / 2, steps];
        // Started through `dotnet X.dll`, this process is the host and wants the assembly named again.
        List<string> arguments = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" ? [typeof(MemoryBenchmark).Assembly.Location] : [];
        arguments.AddRange([WorkerCommand, model, kind, $"{steps}", string.Join(',', marks)]);
        using var worker = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, arguments) { RedirectStandardOutput = true })!;
        var output = worker.StandardOutput.ReadToEnd();
        worker.WaitForExit();
        if (worker.ExitCode != 0) throw new InvalidOperationException($"The run {model} {kind} ended with code {worker.ExitCode}.");
        var curve = JsonSerializer.Deserialize<MemoryCurve>(output)!;
        static string Megabytes(long kilobytes) => $"{kilobytes / 1024.0:F1} MB";
        Console.WriteLine($"{model + " " + kind,-18}{steps,8}{curve.Milliseconds,10:F2}{Megabytes(curve.Resident[warm]),12}"
            + $"{Megabytes(curve.Resident[steps / 2]),12}{Megabytes(curve.Resident[steps]),12}{Megabytes(curve.Peak),12}");
        return curve;
    }
}
