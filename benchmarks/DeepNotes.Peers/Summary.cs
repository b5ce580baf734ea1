using System.Text.Json.Nodes;
using DeepNotes.Peers.Rows;

namespace DeepNotes.Peers;

/// <summary>The result of all workers as one JSON object.</summary>
static class Summary
{
    public static JsonObject Of(List<Report> reports, Options options, TimeSpan time)
    {
        var measured = reports.SelectMany(r => r.Rows).ToList();
        var ratios = new JsonObject();
        var rows = new JsonObject();
        foreach (var row in measured)
        {
            var key = $"{row.Row}_t{row.Threads}";
            ratios[key] = Round(row.Ratio);
            rows[key] = new JsonObject
            {
                ["ours_us"] = Round(row.Ours * 1e6), ["theirs_us"] = Round(row.Theirs * 1e6), ["ratio"] = Round(row.Ratio), ["best_ratio"] = Round(row.BestRatio),
                ["ours_percent_of_limit"] = Round(row.OurPercent), ["theirs_percent_of_limit"] = Round(row.TheirPercent),
                ["spread_percent"] = Round(100 * row.Spread), ["failure"] = row.Failure,
            };
        }
        var known = measured.Where(r => r.Ratio is not null).Select(r => Math.Log(r.Ratio!.Value)).ToList();
        return new JsonObject
        {
            ["sample"] = "peers",
            ["seconds"] = Round(time.TotalSeconds),
            ["threads"] = new JsonArray([.. options.Threads.Select(t => (JsonNode)t)]),
            ["isa"] = reports[0].Isa,
            ["keep_memory"] = options.KeepMemory,
            ["machine"] = new JsonObject
            {
                ["processor"] = reports[0].Processor,
                ["processors"] = Environment.ProcessorCount,
                ["peak_gflops"] = PerThreads(reports, r => r.PeakGflops),
                ["load_before"] = reports[0].Load,
                ["triad_gb_per_s"] = PerThreads(reports, r => r.TriadGigabytes),
            },
            ["ratios"] = ratios,
            ["geomean"] = known.Count == 0 ? null : Round(Math.Exp(known.Average())),
            ["failures"] = measured.Count(r => r.Failure is not null),
            ["rows"] = rows,
        };

        JsonObject PerThreads(List<Report> all, Func<Report, double> of) =>
            new(all.Zip(options.Threads, (r, t) => KeyValuePair.Create($"t{t}", (JsonNode?)Round(of(r)))));
    }

    /// <summary>Four significant digits, which is more than a timing has.</summary>
    static double? Round(double? x) => x is not { } v || v == 0 || !double.IsFinite(v) ? x
        : double.Parse(v.ToString("G4", System.Globalization.CultureInfo.InvariantCulture), System.Globalization.CultureInfo.InvariantCulture);
}
