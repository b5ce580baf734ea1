using System.Diagnostics;
using System.Globalization;
using System.Runtime.CompilerServices;
using DeepNotes.Peers.Rows;
using TorchSharp;

namespace DeepNotes.Peers;

/// <summary>A process that trains with one side alone and prints the most memory that was ever resident, in kilobytes.</summary>
static class MemoryWorker
{
    // Long enough for collectors, pools and run-time compilers to have shown what they keep.
    const int LeastSteps = 30;
    static readonly TimeSpan LeastTime = TimeSpan.FromSeconds(4);

    /// <param name="work"><c>ours</c> or <c>theirs</c>, a colon, and the row to train; no row: the side only starts.</param>
    /// <param name="options">The number of threads.</param>
    public static int Run(string work, Options options)
    {
        bool ours = work.StartsWith("ours:", StringComparison.Ordinal);
        string row = work[(work.IndexOf(':') + 1)..];
        var plan = row.Length == 0 ? null : Table.Plans.First(p => p.Name == row).Make();
        if (ours) TrainOurs(plan, options.Threads.Single());
        else TrainTheirs(plan, options.Threads.Single());

        bool hasLibtorch = File.ReadLines("/proc/self/maps").Any(l => l.Contains("libtorch", StringComparison.Ordinal));
        if (ours && hasLibtorch) throw new InvalidOperationException("libtorch was loaded beside DeepNotes.");
        string peak = File.ReadLines("/proc/self/status").First(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        Console.WriteLine(long.Parse(peak.AsSpan("VmHWM:".Length).TrimEnd("kB ").Trim(), CultureInfo.InvariantCulture));
        return 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void TrainOurs(TrainingPlan? plan, int threads)
    {
        DeepNotesThreads.Count = threads;
        if (plan is null)
        {
            _ = Tensor.Ones([2]) + 1;
            return;
        }
        var training = new TrainingPlan.OurTraining(plan);
        Repeat(() => training.Step());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static void TrainTheirs(TrainingPlan? plan, int threads)
    {
        torch.set_num_threads(threads);
        using var outer = torch.NewDisposeScope();
        if (plan is null)
        {
            _ = torch.ones(2) + 1;
            return;
        }
        using var training = new TrainingPlan.TheirTraining(plan);
        Repeat(() =>
        {
            using var scope = torch.NewDisposeScope();
            training.Step();
        });
    }

    static void Repeat(Action step)
    {
        var clock = Stopwatch.StartNew();
        for (int i = 0; i < LeastSteps || clock.Elapsed < LeastTime; i++) step();
    }
}
