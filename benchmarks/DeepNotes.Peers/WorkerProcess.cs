using System.Diagnostics;
using System.Text.Json;

namespace DeepNotes.Peers;

/// <summary>A process that measures and hands over what it found in a file.</summary>
static class WorkerProcess
{
    /// <exception cref="InvalidOperationException">It ended without a result.</exception>
    public static (int ExitCode, TResult Result) Run<TResult>(Options options, string[] args, int threads)
    {
        var file = Path.GetTempFileName();
        try
        {
            var start = new ProcessStartInfo(Environment.ProcessPath!, [.. args, "--threads", $"{threads}", "--worker", file]);
            foreach (var (name, value) in Settings.Of(threads, options.Isa, options.KeepMemory)) start.Environment[name] = value;
            using var worker = Process.Start(start)!;
            worker.WaitForExit();
            if (new FileInfo(file).Length == 0) throw new InvalidOperationException($"The process for {threads} threads ended with code {worker.ExitCode}.");
            return (worker.ExitCode, JsonSerializer.Deserialize<TResult>(File.ReadAllText(file))!);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
