using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using DeepNotes.Peers.Rows;
using TorchSharp;

namespace DeepNotes.Peers;

/// <summary>What further threads bring to a row: the median times of both sides on one thread and on several, in seconds a call.</summary>
sealed record Scaled(string Row, double Ours, double Theirs, double OursOnMore, double TheirsOnMore, string? Failure = null)
{
    /// <summary>Percent of the machine's limit that one thread of DeepNotes reaches; null where nothing but calls limits.</summary>
    public double? OurPercent { get; init; }

    [JsonIgnore]
    public double OurGain => Ours / OursOnMore;

    [JsonIgnore]
    public double TheirGain => Theirs / TheirsOnMore;
}

/// <summary>
/// Both sides on one thread and on several, in turn and in one process: from two runs, one after the other, what a shared machine does meanwhile would be
/// taken for scaling.
/// </summary>
static class ScalingComparison
{
    // What repeated medians differ by.
    const double Noise = 0.03;

    // What one thread has written moves to the caches of several first, and back; results take turns in several places in memory.
    const double WarmSeconds = 0.05;

    public static int Run(Options options, string[] args)
    {
        var clock = Stopwatch.StartNew();
        var threads = options.Threads.Max();
        var (code, rows) = WorkerProcess.Run<List<Scaled>>(options, args, threads);
        var known = rows.Where(r => r.Failure is null).ToList();
        var result = new JsonObject
        {
            ["sample"] = "scaling",
            ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1),
            ["threads"] = threads,
            ["isa"] = options.Isa ?? (Machine.HasAvx512 ? "avx512" : "avx2"),
            ["rows"] = new JsonObject(known.Select(r => KeyValuePair.Create(r.Row, (JsonNode?)new JsonObject
            {
                ["ours_us"] = Math.Round(r.Ours * 1e6, 3),
                ["theirs_us"] = Math.Round(r.Theirs * 1e6, 3),
                ["ours_percent_of_limit"] = r.OurPercent is { } percent ? Math.Round(percent) : null,
                ["ours"] = Math.Round(r.OurGain, 3),
                ["theirs"] = Math.Round(r.TheirGain, 3),
                ["ratio"] = Math.Round(r.Theirs / r.Ours, 3),
                ["ratio_on_more"] = Math.Round(r.TheirsOnMore / r.OursOnMore, 3),
            }))),
            ["at_least_theirs"] = known.Count(IsAtLeastTheirs),
            ["compared"] = known.Count,
            ["geomean"] = known.Count == 0 ? null : Math.Round(Math.Exp(known.Average(r => Math.Log(r.OurGain / r.TheirGain))), 3),
            ["failures"] = rows.Count - known.Count,
        };
        if (options.Json is { } json) File.WriteAllText(json, result.ToJsonString(new() { WriteIndented = true }) + "\n");
        result.Remove("rows");
        Console.WriteLine($"RESULT {result.ToJsonString()}");
        return code;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]   // as Worker.Run
    public static int Work(Options options)
    {
        var threads = options.Threads.Single();
        torch.random.manual_seed(1);
        var sampler = new Sampler(options.Samples, options.Seconds, WarmSeconds);
        Console.WriteLine($"{Machine.Processor}: 1 thread and {threads}; libtorch {torch.__version__}");
        Console.WriteLine($"{"row",-26}{"DeepNotes",11}{$"on {threads}",11}{"gain",7}{"libtorch",12}{$"on {threads}",11}{"gain",7}");
        var machine = new Machine(threads: 1);
        List<Scaled> rows = [];
        foreach (var (name, make) in Table.Rows)
        {
            if (!options.Takes(name)) continue;
            var row = Measure(name, make, threads, machine, sampler);
            Console.WriteLine(row.Failure is { } failure ? $"{name,-26}{failure}" : $"{name,-26}{Worker.Time(row.Ours),11}{Worker.Time(row.OursOnMore),11}{row.OurGain,7:F2}"
                + $"{Worker.Time(row.Theirs),12}{Worker.Time(row.TheirsOnMore),11}{row.TheirGain,7:F2}{(IsAtLeastTheirs(row) ? "" : "  less")}");
            rows.Add(row);
        }
        File.WriteAllText(options.Worker!, JsonSerializer.Serialize(rows));
        return rows.All(r => r.Failure is null) ? 0 : 1;
    }

    static Scaled Measure(string name, Func<Row> make, int threads, Machine machine, Sampler sampler)
    {
        try
        {
            using var row = make();
            if (row.Difference() is { } difference) return new Scaled(name, 0, 0, 0, 0, difference);
            var theirThreads = 0;
            var timings = sampler.Measure(Ours(1), Theirs(1), Ours(threads), Theirs(threads));
            return new Scaled(name, timings[0].Seconds, timings[1].Seconds, timings[2].Seconds, timings[3].Seconds) { OurPercent = 100 * row.Work.Amount / timings[0].Seconds / machine.LimitOf(row.Work) };

            Action Ours(int count) => () =>
            {
                DeepNotesThreads.Count = count;
                row.Ours();
            };
            Action Theirs(int count) => () =>
            {
                if (theirThreads != count) torch.set_num_threads(theirThreads = count);
                row.Theirs();
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new Scaled(name, 0, 0, 0, 0, $"{e.GetType().Name}: {e.Message.Split('\n')[0]}");
        }
    }

    static bool IsAtLeastTheirs(Scaled row) => row.OurGain >= row.TheirGain * (1 - Noise);
}
