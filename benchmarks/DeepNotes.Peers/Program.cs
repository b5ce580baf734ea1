using System.Diagnostics;
using DeepNotes.Peers;

try
{
    var options = Options.Parse(args);
    if (options.Help)
    {
        Console.WriteLine(Options.Usage);
        return 0;
    }
    NativeWrapper.MendIfNeeded(AppContext.BaseDirectory);
    if (options.List)
    {
        foreach (var (name, _) in DeepNotes.Peers.Rows.Table.Rows) Console.WriteLine(name);
        return 0;
    }
    if (options.MemoryWorker is { } side) return MemoryWorker.Run(side, options);
    if (options.Memory) return MemoryComparison.Run(options);
    if (options.Process) return ProcessComparison.Run(options);
    if (options.Isa == "avx512" && !Machine.HasAvx512) throw new ArgumentException("This machine has no AVX-512.");
    if (options.Scaling) return options.Worker is null ? ScalingComparison.Run(options, args) : ScalingComparison.Work(options);
    return options.Worker is null ? Start(options, args) : Worker.Run(options);
}
catch (ArgumentException e)
{
    Console.Error.WriteLine(e.Message);
    return 2;
}

// Thread counts and instruction sets are read when libraries start, so each thread count gets a process of its own here.
static int Start(Options options, string[] args)
{
    var clock = Stopwatch.StartNew();
    List<Report> reports = [];
    var code = 0;
    foreach (var threads in options.Threads)
    {
        var (exit, report) = WorkerProcess.Run<Report>(options, args, threads);
        code = Math.Max(code, exit);
        reports.Add(report);
    }
    var result = Summary.Of(reports, options, clock.Elapsed);
    if (options.Json is { } json) File.WriteAllText(json, result.ToJsonString(new() { WriteIndented = true }) + "\n");
    result.Remove("rows");
    Console.WriteLine($"RESULT {result.ToJsonString()}");
    return code;
}
