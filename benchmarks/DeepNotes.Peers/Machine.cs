using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace DeepNotes.Peers;

/// <summary>What this machine can do at best with a number of threads, measured by plain loops.</summary>
sealed class Machine(int threads)
{
    const int Windows = 12;
    readonly Dictionary<long, double> bandwidths = [];

    /// <summary>Whether this process computes with 512-bit vectors.</summary>
    public static bool HasAvx512 => Avx512F.IsSupported;

    /// <summary>The processor's name as the system gives it.</summary>
    public static string Processor { get; } = !File.Exists("/proc/cpuinfo") ? RuntimeInformation.ProcessArchitecture.ToString()
        : File.ReadLines("/proc/cpuinfo").Where(l => l.StartsWith("model name", StringComparison.Ordinal)).Select(l => l[(l.IndexOf(':') + 2)..])
            .FirstOrDefault(RuntimeInformation.ProcessArchitecture.ToString());

    /// <summary>Processes that wanted a processor lately, on average; null where the system does not tell. OpenMP suffers most from others.</summary>
    public static double? Load { get; } = !File.Exists("/proc/loadavg") ? null
        : double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Float32 operations a second: independent chains of fused multiply-adds in registers, a multiply-add counted as two.</summary>
    public double PeakFlops { get; } = threads * Best(threads, _ =>
    {
        const int Steps = 400_000;
        var (checksum, flopsPerStep) = HasAvx512 ? Chains512(Steps) : Chains256(Steps);
        GC.KeepAlive(checksum);
        return (double)flopsPerStep * Steps;
    });

    /// <summary>Bytes a second that a triad a ← b + s·c moves over <paramref name="footprint"/> bytes, as STREAM counts them.</summary>
    public double Bandwidth(double footprint)
    {
        // Powers of two from 64 KB to 256 MB: enough to tell the caches and the memory apart.
        var bytes = 1L << Math.Clamp((int)Math.Round(Math.Log2(footprint)), 16, 28);
        if (!bandwidths.TryGetValue(bytes, out var rate)) bandwidths[bytes] = rate = Triad(bytes);
        return rate;
    }

    /// <summary>The limit of a row's work, in its units a second; null where it has none.</summary>
    public double? LimitOf(Work work) => work.Limit switch
    {
        Limit.Arithmetic => PeakFlops,
        Limit.Memory => Bandwidth(work.Footprint),
        _ => null,
    };

    unsafe double Triad(long bytes)
    {
        var perThread = (int)(bytes / 3 / threads / sizeof(float)) & ~63;
        var memory = new nint[threads];
        for (var t = 0; t < threads; t++)
        {
            memory[t] = (nint)NativeMemory.AlignedAlloc((nuint)perThread * 3 * sizeof(float), 4096);
            new Span<float>((void*)memory[t], perThread * 3).Fill(1);
        }
        var repeats = (int)Math.Max(1, 200_000_000 / (bytes / threads));
        double Run(bool pastCaches) => threads * Best(threads, t =>
        {
            var a = (float*)memory[t];
            for (var r = 0; r < repeats; r++) TriadOnce(a, a + perThread, a + 2 * perThread, perThread, pastCaches);
            return 12.0 * perThread * repeats;
        });
        // Storing past the caches saves reading what is overwritten: the faster way is the limit.
        var best = Math.Max(Run(false), Run(true));
        foreach (var m in memory) NativeMemory.AlignedFree((void*)m);
        return best;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static unsafe void TriadOnce(float* a, float* b, float* c, int count, bool pastCaches)
    {
        var s = Vector256.Create(0.5f);
        if (pastCaches)
            for (var i = 0; i < count; i += 16)
            {
                (Vector256.LoadAligned(b + i) + s * Vector256.LoadAligned(c + i)).StoreAlignedNonTemporal(a + i);
                (Vector256.LoadAligned(b + i + 8) + s * Vector256.LoadAligned(c + i + 8)).StoreAlignedNonTemporal(a + i + 8);
            }
        else
            for (var i = 0; i < count; i += 16)
            {
                (Vector256.LoadAligned(b + i) + s * Vector256.LoadAligned(c + i)).StoreAligned(a + i);
                (Vector256.LoadAligned(b + i + 8) + s * Vector256.LoadAligned(c + i + 8)).StoreAligned(a + i + 8);
            }
    }

    /// <summary>The best rate per thread over some windows in which all threads work at once; the work returns its amount.</summary>
    static double Best(int threads, Func<int, double> work)
    {
        using var gate = new Barrier(threads);
        var rates = new double[Windows];
        void Run(int t)
        {
            for (var w = -1; w < Windows; w++)
            {
                gate.SignalAndWait();
                var start = Stopwatch.GetTimestamp();
                var amount = work(t);
                gate.SignalAndWait();   // the slowest thread ends the window
                if (t == 0 && w >= 0) rates[w] = amount / Stopwatch.GetElapsedTime(start).TotalSeconds;
            }
        }
        var others = Enumerable.Range(1, threads - 1).Select(t => new Thread(() => Run(t))).ToList();
        others.ForEach(o => o.Start());
        Run(0);
        others.ForEach(o => o.Join());
        return rates.Max();
    }

    // Twelve chains hide a latency of four to six cycles on two units and leave registers for the operands.

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (float Checksum, int FlopsPerStep) Chains512(int steps)
    {
        Vector512<float> x = Vector512.Create(0.5f), y = Vector512.Create(1e-3f);
        Vector512<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (var step = 0; step < steps; step++)
        {
            a = Vector512.FusedMultiplyAdd(x, y, a); b = Vector512.FusedMultiplyAdd(x, y, b); c = Vector512.FusedMultiplyAdd(x, y, c);
            d = Vector512.FusedMultiplyAdd(x, y, d); e = Vector512.FusedMultiplyAdd(x, y, e); f = Vector512.FusedMultiplyAdd(x, y, f);
            g = Vector512.FusedMultiplyAdd(x, y, g); h = Vector512.FusedMultiplyAdd(x, y, h); i = Vector512.FusedMultiplyAdd(x, y, i);
            j = Vector512.FusedMultiplyAdd(x, y, j); k = Vector512.FusedMultiplyAdd(x, y, k); l = Vector512.FusedMultiplyAdd(x, y, l);
        }
        return (Vector512.Sum(a + b + c + d + e + f + g + h + i + j + k + l), 12 * 2 * Vector512<float>.Count);
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    static (float Checksum, int FlopsPerStep) Chains256(int steps)
    {
        Vector256<float> x = Vector256.Create(0.5f), y = Vector256.Create(1e-3f);
        Vector256<float> a = x, b = x, c = x, d = x, e = x, f = x, g = x, h = x, i = x, j = x, k = x, l = x;
        for (var step = 0; step < steps; step++)
        {
            a = Vector256.FusedMultiplyAdd(x, y, a); b = Vector256.FusedMultiplyAdd(x, y, b); c = Vector256.FusedMultiplyAdd(x, y, c);
            d = Vector256.FusedMultiplyAdd(x, y, d); e = Vector256.FusedMultiplyAdd(x, y, e); f = Vector256.FusedMultiplyAdd(x, y, f);
            g = Vector256.FusedMultiplyAdd(x, y, g); h = Vector256.FusedMultiplyAdd(x, y, h); i = Vector256.FusedMultiplyAdd(x, y, i);
            j = Vector256.FusedMultiplyAdd(x, y, j); k = Vector256.FusedMultiplyAdd(x, y, k); l = Vector256.FusedMultiplyAdd(x, y, l);
        }
        return (Vector256.Sum(a + b + c + d + e + f + g + h + i + j + k + l), 12 * 2 * Vector256<float>.Count);
    }
}
