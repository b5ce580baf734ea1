using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using DeepNotes.Peers.Rows;

namespace DeepNotes.Peers;

/// <summary>Peak resident memory of each training row, each side in a process of its own. Linux only, where the kernel tells the peak.</summary>
static class MemoryComparison
{
    public static int Run(Options options)
    {
        if (!OperatingSystem.IsLinux()) throw new ArgumentException("--memory reads /proc and runs on Linux only.");
        var clock = Stopwatch.StartNew();
        var ratios = new JsonObject();
        var rows = new JsonObject();
        foreach (int threads in options.Threads)
        {
            long ourStart = Peak("ours:", threads, options), theirStart = Peak("theirs:", threads, options);
            Console.WriteLine($"Peak resident memory, {threads} thread{(threads == 1 ? "" : "s")}; after the start alone {Megabytes(ourStart)} and {Megabytes(theirStart)}");
            Console.WriteLine($"{"row",-26}{"DeepNotes",11}{"libtorch",11}{"ratio",8}{"above the start",20}{"",11}{"ratio",8}");
            foreach (var (name, _) in Table.Plans)
            {
                if (!options.Takes(name)) continue;
                long ours = Peak($"ours:{name}", threads, options), theirs = Peak($"theirs:{name}", threads, options);
                double ratio = (double)theirs / ours, above = (double)(theirs - theirStart) / (ours - ourStart);
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                    $"{name,-26}{Megabytes(ours),11}{Megabytes(theirs),11}{ratio,8:F2}{Megabytes(ours - ourStart),20}{Megabytes(theirs - theirStart),11}{above,8:F2}"));
                string key = $"{name}_t{threads}";
                ratios[key] = Math.Round(ratio, 3);
                rows[key] = new JsonObject { ["ours_kb"] = ours, ["theirs_kb"] = theirs, ["our_start_kb"] = ourStart, ["their_start_kb"] = theirStart };
            }
        }
        var result = new JsonObject
        {
            ["sample"] = "peers_memory",
            ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1),
            ["smallest_ratio"] = ratios.Count == 0 ? null : ratios.Min(r => (double)r.Value!),
            ["ratios"] = ratios,
            ["rows"] = rows,
        };
        if (options.Json is { } json) File.WriteAllText(json, result.ToJsonString(new() { WriteIndented = true }) + "\n");
        Console.WriteLine($"RESULT {result.ToJsonString()}");
        return 0;
    }

    static long Peak(string work, int threads, Options options)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, ["--memory-worker", work, "--threads", $"{threads}"]) { RedirectStandardOutput = true };
        foreach (var (name, value) in Settings.Of(threads, options.Isa, options.KeepMemory)) start.Environment[name] = value;
        using var worker = Process.Start(start)!;
        string output = worker.StandardOutput.ReadToEnd();
        worker.WaitForExit();
        if (worker.ExitCode != 0) throw new InvalidOperationException($"The process for {work} ended with code {worker.ExitCode}.");
        return long.Parse(output, CultureInfo.InvariantCulture);
    }

    static string Megabytes(long kilobytes) => string.Create(CultureInfo.InvariantCulture, $"{kilobytes / 1024.0:F1} MB");
}
