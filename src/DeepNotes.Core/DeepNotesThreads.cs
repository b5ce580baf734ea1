using System.Globalization;
using DeepNotes.Backends.Cpu;

namespace DeepNotes;

/// <summary>How many threads the CPU kernels use.</summary>
/// <remarks>
/// The library has its own worker threads, separate from the .NET thread pool. They start when they are first needed and
/// never keep a process alive. The number changes the speed of a result, never its bits.
/// </remarks>
public static class DeepNotesThreads
{
    private const int Most = 1024;

    private static int count = FromEnvironment();

    /// <summary>
    /// Threads that work on one operation, the calling one included. The default is the environment variable
    /// <c>DEEPNOTES_THREADS</c> where it holds a number from 1 to 1024, otherwise the number of processors.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not from 1 to 1024.</exception>
    public static int Count
    {
        get => Volatile.Read(ref count);
        set
        {
            if (value is < 1 or > Most) throw new ArgumentOutOfRangeException(nameof(value), value, $"The thread count must be from 1 to {Most}.");
            Volatile.Write(ref count, value);
        }
    }

    private static int FromEnvironment() =>
        int.TryParse(Environment.GetEnvironmentVariable("DEEPNOTES_THREADS"), NumberStyles.None, CultureInfo.InvariantCulture, out int asked) && asked is >= 1 and <= Most
            ? asked
            : Math.Clamp(Environment.ProcessorCount, 1, Most);
}
