using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace DeepNotes.Peers;

/// <summary>
/// The programs of benchmarks/WholeProcess, from start to exit, in turn: ours compiled ahead of time, ours for the run-time compiler, theirs. And what each
/// weighs when published.
/// </summary>
static class ProcessComparison
{
    const int Rounds = 7, Images = 6000, Pixels = 28 * 28;
    static readonly string[] Programs = ["ours-native", "ours-jit", "theirs"];

    public static int Run(Options options)
    {
        var clock = Stopwatch.StartNew();
        string published = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "whole-process"));
        foreach (string program in Programs)
        {
            if (!File.Exists(Executable(published, program))) throw new ArgumentException($"{Executable(published, program)} is missing; benchmarks/WholeProcess/publish.sh makes it.");
        }
        NativeWrapper.MendIfNeeded(Path.Combine(published, "theirs"));
        string data = options.Data ?? Draw(Path.Combine(published, "data"));

        var result = new JsonObject { ["sample"] = "peers_process", ["seconds"] = 0.0, ["data"] = options.Data is null ? "drawn" : "mnist" };
        foreach (int threads in options.Threads) Time(published, data, threads, options, result);
        Console.WriteLine();
        long native = Size(published, "ours-native"), jit = Size(published, "ours-jit"), theirs = Size(published, "theirs");
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"published, without debug symbols and documentation: ours {native:N0} bytes compiled ahead of time, {jit:N0} without run-time; theirs {theirs:N0}, {(double)theirs / native:F0} times as much"));
        result["ours_native_bytes"] = native;
        result["ours_jit_bytes"] = jit;
        result["theirs_bytes"] = theirs;
        result["size_ratio"] = Math.Round((double)theirs / native, 1);
        result["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 1);
        if (options.Json is { } json) File.WriteAllText(json, result.ToJsonString(new() { WriteIndented = true }) + "\n");
        Console.WriteLine($"RESULT {result.ToJsonString()}");
        return 0;
    }

    static void Time(string published, string data, int threads, Options options, JsonObject result)
    {
        var times = Programs.ToDictionary(p => p, _ => new List<double>());
        var losses = new Dictionary<string, string>();
        for (int round = -1; round < Rounds; round++)   // the first round brings the files into memory
        {
            foreach (string program in Programs)
            {
                var start = new ProcessStartInfo(Executable(published, program), [data]) { RedirectStandardOutput = true };
                foreach (var (name, value) in Settings.Of(threads, options.Isa, options.KeepMemory)) start.Environment[name] = value;
                long begin = Stopwatch.GetTimestamp();
                using var process = Process.Start(start)!;
                string output = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                double seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
                if (process.ExitCode != 0) throw new InvalidOperationException($"{program} ended with code {process.ExitCode}.");
                losses[program] = output.Trim();
                if (round >= 0) times[program].Add(seconds);
            }
        }
        double theirs = Median("theirs");
        foreach (string program in Programs)
        {
            double median = Median(program);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{threads} thread{(threads == 1 ? " " : "s")}  {program,-12} {median,8:F3} s ({times[program].Min():F3} to {times[program].Max():F3}), libtorch / this {theirs / median,6:F2}; {losses[program]}"));
            string key = program.Replace('-', '_');
            result[$"{key}_s_t{threads}"] = Math.Round(median, 4);
            if (program != "theirs") result[$"{key}_ratio_t{threads}"] = Math.Round(theirs / median, 3);
        }

        double Median(string program) => times[program].Order().ElementAt(Rounds / 2);
    }

    static string Executable(string published, string program) => Path.Combine(published, program, "TrainDigits");

    /// <summary>Bytes of what one would hand on.</summary>
    static long Size(string published, string program) => new DirectoryInfo(Path.Combine(published, program)).EnumerateFiles("*", SearchOption.AllDirectories)
        .Where(f => f.Extension is not (".pdb" or ".dbg" or ".xml")).Sum(f => f.Length);

    /// <summary>Two files as MNIST's: a bright stroke for each label, in noise.</summary>
    static string Draw(string folder)
    {
        Directory.CreateDirectory(folder);
        var random = new Random(1);
        byte[] images = [0, 0, 8, 3, 0, 0, Images >> 8, Images & 255, 0, 0, 0, 28, 0, 0, 0, 28, .. new byte[Images * Pixels]];
        byte[] labels = [0, 0, 8, 1, 0, 0, Images >> 8, Images & 255, .. new byte[Images]];
        for (int i = 0; i < Images; i++)
        {
            int label = random.Next(10);
            labels[8 + i] = (byte)label;
            for (int p = 0; p < Pixels; p++)
            {
                bool stroke = p / 28 is > 4 and < 24 && Math.Abs(p % 28 - 4 - 2 * label) < 2;
                images[16 + i * Pixels + p] = (byte)(stroke ? 200 + random.Next(56) : random.Next(8) == 0 ? random.Next(128) : 0);
            }
        }
        Write(Path.Combine(folder, "train-images-idx3-ubyte.gz"), images);
        Write(Path.Combine(folder, "train-labels-idx1-ubyte.gz"), labels);
        return folder;
    }

    static void Write(string path, byte[] bytes)
    {
        using var stream = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        stream.Write(bytes);
    }
}
