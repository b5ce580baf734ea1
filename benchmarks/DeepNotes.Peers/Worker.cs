using System.Runtime.CompilerServices;
using System.Text.Json;
using DeepNotes.Peers.Rows;
using TorchSharp;

namespace DeepNotes.Peers;

/// <summary>A measured row, as a worker hands it over: medians, seconds a call. A failed row has no numbers.</summary>
sealed record Measured(string Row, int Threads)
{
    public double? Ours { get; init; }
    public double? Theirs { get; init; }

    /// <summary>The ratio of the medians, libtorch / DeepNotes: above 1 DeepNotes is faster.</summary>
    public double? Ratio => Theirs / Ours;

    /// <summary>The ratio of the fastest samples, which other load on the machine disturbs less.</summary>
    public double? BestRatio { get; init; }

    public double? OurPercent { get; init; }
    public double? TheirPercent { get; init; }
    public double? Spread { get; init; }
    public string? Failure { get; init; }
}

/// <summary>What a worker hands over.</summary>
sealed record Report(string Isa, string Processor, double PeakGflops, double TriadGigabytes, double? Load, List<Measured> Rows);

/// <summary>The process that measures: one number of threads, one instruction set.</summary>
static class Worker
{
    [MethodImpl(MethodImplOptions.NoInlining)]   // TorchSharp's assembly loads here, after its native wrapper was mended
    public static int Run(Options options)
    {
        var threads = options.Threads.Single();
        var load = Machine.Load;   // before this process adds to it
        torch.set_num_threads(threads);
        DeepNotesThreads.Count = threads;
        torch.random.manual_seed(1);

        var machine = new Machine(threads);
        var report = new Report(
            Machine.HasAvx512 ? "avx512" : "avx2", Machine.Processor, machine.PeakFlops / 1e9, machine.Bandwidth(1 << 28) / 1e9, load, []);
        Console.WriteLine($"{report.Processor}, {report.Isa}, {threads} thread{(threads == 1 ? "" : "s")}: "
            + $"{report.PeakGflops:F0} GFLOPS of multiply-adds, triad {report.TriadGigabytes:F1} GB/s in memory, load {load:F1} before; libtorch {torch.__version__}");
        Console.WriteLine(Header);
        var sampler = new Sampler(options.Samples, options.Seconds);
        foreach (var (name, make) in Table.Rows)
        {
            if (!options.Takes(name)) continue;
            var row = Measure(name, make, threads, machine, sampler);
            Console.WriteLine(Line(row));
            report.Rows.Add(row);
        }
        File.WriteAllText(options.Worker!, JsonSerializer.Serialize(report));
        return report.Rows.All(r => r.Failure is null) ? 0 : 1;
    }

    static Measured Measure(string name, Func<Row> make, int threads, Machine machine, Sampler sampler)
    {
        var result = new Measured(name, threads);
        try
        {
            using var row = make();
            if (row.Difference() is { } difference) return result with { Failure = difference };

            var timings = sampler.Measure(row.Ours, row.Theirs);
            var (ours, theirs) = (timings[0], timings[1]);
            double? Percent(Timing t) => 100 * row.Work.Amount / t.Seconds / machine.LimitOf(row.Work);
            return result with
            {
                Ours = ours.Seconds,
                Theirs = theirs.Seconds,
                BestRatio = theirs.Fastest / ours.Fastest,
                OurPercent = Percent(ours),
                TheirPercent = Percent(theirs),
                Spread = Math.Max(ours.Spread, theirs.Spread),
            };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return result with { Failure = $"{e.GetType().Name}: {e.Message.Split('\n')[0]}" };
        }
    }

    static readonly string Header = $"{"row",-26}{"DeepNotes",11}{"libtorch",11}{"ratio",8}{"best",8}{"ours",12}{"theirs",9}{"spread",9}";

    static string Line(Measured row) => row.Failure is { } failure ? $"{row.Row,-26}{failure}"
        : $"{row.Row,-26}{Time(row.Ours),11}{Time(row.Theirs),11}{row.Ratio,8:F2}{row.BestRatio,8:F2}"
            + $"{Percent(row.OurPercent),12}{Percent(row.TheirPercent),9}{100 * row.Spread,7:F0} %";

    static string Percent(double? percent) => percent is { } p ? $"{p:F0} %" : "–";

    public static string Time(double? seconds) => seconds switch
    {
        null => "–",
        < 1e-6 => $"{seconds * 1e9:F1} ns",
        < 1e-3 => $"{seconds * 1e6:F2} µs",
        < 1 => $"{seconds * 1e3:F2} ms",
        _ => $"{seconds:F2} s",
    };
}
