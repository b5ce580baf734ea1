using System.Runtime.Intrinsics.X86;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Results larger than any cache are stored past it: whoever reads them next has to fetch them from memory in any case, and a processor that stores
/// into its cache first reads what is there, a third more traffic for a sum of two tensors.
/// </summary>
internal static class PastCaches
{
    // What a core may hope to find again in the last cache that it shares with others.
    private const long LargestCache = 24 << 20;

    /// <summary>Whether a result of so many bytes is large enough.</summary>
    public static bool Pays(long bytes) => bytes > LargestCache;

    /// <summary>To be called by the thread that stored, before another one is told: such stores are not ordered by themselves. Next to nothing where there were none.</summary>
    public static void Finish()
    {
        if (Sse.IsSupported) Sse.StoreFence();
    }
}
