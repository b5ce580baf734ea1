using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Pinned buffers by size class, and the rule that keeps a program that disposes nothing within its memory: bytes handed
/// out since the last collection are counted, and past a budget a collection is run, so that finalizers bring buffers back.
/// </summary>
internal static class Pool
{
    /// <summary>Up to here a tensor is a plain array.</summary>
    public const int SmallBytes = 4096;

    private const int Alignment = 64;
    private const int SubClasses = 4;
    private const long MinimumBudget = 32L << 20;

    private static readonly Stack<ulong[]>[] Free = CreateClasses();
    private static readonly Lock CollectLock = new();

    private static long live, pooled, debt, returned, returnedAtCollection, floor;
    private static int generation;

    /// <summary>Fills returned buffers with NaN bits (<c>DEEPNOTES_POISON=1</c>), so that a use after return shows.</summary>
    public static bool Poison { get; set; } = Environment.GetEnvironmentVariable("DEEPNOTES_POISON") == "1";

    /// <summary>Bytes in buffers that are handed out.</summary>
    public static long LiveBytes => Interlocked.Read(ref live);

    /// <summary>Bytes in buffers that wait for reuse.</summary>
    public static long PooledBytes => Interlocked.Read(ref pooled);

    // A tenth of what a program holds at its quietest is little; 32 MB cost less to collect than to write.
    private static long Budget => Math.Max(MinimumBudget, Volatile.Read(ref floor) / 8);

    // Waiting buffers are worth keeping as long as they are not much more than what the program holds.
    private static long PoolLimit => Math.Max(8 * MinimumBudget, 2 * LiveBytes);

    /// <summary>A buffer of at least so many bytes behind its aligned start, with arbitrary content.</summary>
    public static ulong[] Rent(long bytes)
    {
        int index = ClassOf(bytes);
        long size = SizeOf(index);
        if (Interlocked.Add(ref debt, size) > Budget) Collect();
        Interlocked.Add(ref live, size);
        var stack = Free[index];
        lock (stack)
        {
            if (stack.TryPop(out var buffer))
            {
                Interlocked.Add(ref pooled, -size);
                return buffer;
            }
        }
        var fresh = GC.AllocateUninitializedArray<ulong>(checked((int)(size / 8)) + Alignment / 8, pinned: true);
        if (Poison) fresh.AsSpan().Fill(ulong.MaxValue);
        return fresh;
    }

    /// <summary>Takes a buffer back.</summary>
    /// <param name="buffer">What <see cref="Rent"/> gave.</param>
    /// <param name="reuse">False if it may still be seen through a span: it is then left to the garbage collector.</param>
    /// <param name="early">True if a scope or the engine released it: what never becomes garbage calls for no collection.</param>
    public static void Return(ulong[] buffer, bool reuse, bool early)
    {
        long size = (buffer.Length - Alignment / 8) * 8L;
        Interlocked.Add(ref live, -size);
        Interlocked.Add(ref returned, size);
        if (early) Interlocked.Add(ref debt, -size);
        if (!reuse || PooledBytes + size > PoolLimit) return;
        if (Poison) buffer.AsSpan().Fill(ulong.MaxValue);
        var stack = Free[ClassOf(size)];
        lock (stack) stack.Push(buffer);
        Interlocked.Add(ref pooled, size);
    }

    /// <summary>Bytes from the array's start to its first 64-byte boundary; the array is pinned, so this does not change.</summary>
    public static unsafe int AlignedStart(ulong[] buffer)
    {
        fixed (ulong* first = &MemoryMarshal.GetArrayDataReference(buffer)) return (int)(-(nint)first & (Alignment - 1));
    }

    /// <summary>Called after a backward pass, when much has just become garbage: a collection here finds it young.</summary>
    public static void OnGraphReleased()
    {
        if (Interlocked.Read(ref debt) > Budget / 2) Collect();
    }

    private static void Collect()
    {
        if (!CollectLock.TryEnter()) return;
        try
        {
            // If little came back since the last collection, the garbage has been promoted: look one generation further.
            long cameBack = Interlocked.Read(ref returned) - returnedAtCollection;
            generation = cameBack < Budget / 2 ? Math.Min(generation + 1, 2) : 0;
            returnedAtCollection = Interlocked.Read(ref returned);
            Interlocked.Exchange(ref debt, 0);
            GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
            if (LiveBytes - floor > 2 * Budget)
            {
                GC.WaitForPendingFinalizers();
                Volatile.Write(ref floor, LiveBytes);
            }
            else
            {
                Volatile.Write(ref floor, Math.Min(floor, LiveBytes));
            }
        }
        finally
        {
            CollectLock.Exit();
        }
    }

    // Four classes to a doubling: at most a quarter of a buffer is unused.
    private static int ClassOf(long bytes)
    {
        if (bytes <= SmallBytes) return 0;
        int log = BitOperations.Log2((ulong)(bytes - 1));
        long step = 1L << (log - 2);
        return (log - 12) * SubClasses + (int)((bytes - 1 - (1L << log)) / step) + 1;
    }

    private static long SizeOf(int index)
    {
        if (index == 0) return SmallBytes;
        int log = (index - 1) / SubClasses + 12;
        return (1L << log) + ((index - 1) % SubClasses + 1) * (1L << (log - 2));
    }

    private static Stack<ulong[]>[] CreateClasses()
    {
        var classes = new Stack<ulong[]>[(36 - 12) * SubClasses];
        for (int i = 0; i < classes.Length; i++) classes[i] = new Stack<ulong[]>();
        return classes;
    }
}
