using BenchmarkDotNet.Running;
using DeepNotes.Benchmarks.Accuracy;
using DeepNotes.Benchmarks.Memory;

// "memory" measures resident memory over long runs, "accuracy" the error of every function; everything else goes to BenchmarkDotNet (--list flat, --filter '*Exp*').
return args switch
{
    ["memory", .. var options] => MemoryBenchmark.Run(options),
    ["accuracy", .. var options] => AccuracyBenchmark.Run(options),
    [MemoryBenchmark.WorkerCommand, .. var arguments] => MemoryWorker.Run(arguments),
    _ => BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args).Any(s => s.HasCriticalValidationErrors) ? 1 : 0,
};
