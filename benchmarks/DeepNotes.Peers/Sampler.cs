using System.Diagnostics;
using System.Runtime;

namespace DeepNotes.Peers;

/// <summary>Seconds per call of one side: the median, the fastest, and half the distance of the quartiles relative to the median.</summary>
readonly record struct Timing(double Seconds, double Fastest, double Spread)
{
    public static Timing Of(List<double> samples)
    {
        samples.Sort();
        double At(double q) => samples[(int)Math.Round(q * (samples.Count - 1))];
        return new Timing(At(0.5), samples[0], (At(0.75) - At(0.25)) / 2 / At(0.5));
    }
}

/// <summary>Times several sides in turn, so that what else the machine does meets all alike.</summary>
/// <param name="minSamples">The least number of samples of a side.</param>
/// <param name="secondsPerRow">The least time for the samples of all sides.</param>
/// <param name="warmSeconds">How long a side runs before each sample, once at least: to wake its threads and to fetch code and data back into the caches.</param>
sealed class Sampler(int minSamples, double secondsPerRow, double warmSeconds = 0)
{
    const double SampleSeconds = 5e-3;
    const int QuietRounds = 3, MaxRounds = 30;
    static readonly TimeSpan Round = TimeSpan.FromMilliseconds(120);

    // OpenMP's workers go on spinning for some milliseconds after a parallel region and would slow the other side.
    static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>The timings of these sides, in their order.</summary>
    public Timing[] Measure(params ReadOnlySpan<Action> sides)
    {
        Action[] all = sides.ToArray();
        var calls = new int[all.Length];
        for (var i = 0; i < all.Length; i++)
        {
            calls[i] = CallsPerSample(all[i]);
            Thread.Sleep(Pause);
        }

        var samples = Array.ConvertAll(all, _ => new List<double>());
        var clock = Stopwatch.StartNew();
        while (samples[0].Count < minSamples || clock.Elapsed.TotalSeconds < secondsPerRow)
        {
            for (var i = 0; i < all.Length; i++) samples[i].Add(Sample(all[i], calls[i]));
        }
        return Array.ConvertAll(samples, Timing.Of);
    }

    /// <summary>
    /// Warms a side up and sees how often it must be called to fill a sample. Rounds of work and rest, because the run-time compiler
    /// improves methods in the background once they have been called often: it is done when some rounds have brought nothing new.
    /// </summary>
    static int CallsPerSample(Action side)
    {
        var fastest = double.MaxValue;
        for (int round = 0, quiet = 0; round < MaxRounds && quiet < QuietRounds; round++)
        {
            var compiled = JitInfo.GetCompiledMethodCount();
            var clock = Stopwatch.StartNew();
            for (var calls = 1; calls == 1 || clock.Elapsed < Round; calls = Math.Min(calls * 2, 1024))
                fastest = Math.Min(fastest, Time(side, calls));
            Thread.Sleep(Round);
            quiet = JitInfo.GetCompiledMethodCount() == compiled ? quiet + 1 : 0;
        }
        return (int)Math.Clamp(Math.Ceiling(SampleSeconds / fastest), 1, 10_000_000);
    }

    double Sample(Action side, int calls)
    {
        Thread.Sleep(Pause);
        var clock = Stopwatch.StartNew();
        do side();
        while (clock.Elapsed.TotalSeconds < warmSeconds);
        return Time(side, calls);
    }

    static double Time(Action side, int calls)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < calls; i++) side();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }
}
