using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Pinned buffers by size class, and the rule that keeps a program that disposes nothing within its memory: bytes handed
/// out since the last collection are counted, and past a budget a collection is run, so that finalizers bring buffers back.
/// Buffers that nobody asked for in a long while are dropped.
/// </summary>
internal static class Pool
{
    /// <summary>Up to here a tensor is a plain array.</summary>
    public const int SmallBytes = 4096;

    private const int Alignment = 64;
    private const int SubClasses = 4;
    private const long MinimumBudget = 6L << 20;
    private const long TrimAfter = 1L << 30;

    private static readonly SizeClass[] Classes = CreateClasses();
    private static readonly Lock CollectLock = new();

    private static long live, peak, pooled, debt, returned, returnedAtTrim, finalized, finalizedAtCollection, floor;
    private static int generation;

    /// <summary>Fills returned buffers with NaN bits (<c>DEEPNOTES_POISON=1</c>), so that a use after return shows.</summary>
    public static bool Poison { get; set; } = Environment.GetEnvironmentVariable("DEEPNOTES_POISON") == "1";

    /// <summary>Bytes in buffers that are handed out.</summary>
    public static long LiveBytes => Interlocked.Read(ref live);

    /// <summary>The most that <see cref="LiveBytes"/> was since <see cref="ResetPeak"/>.</summary>
    public static long PeakBytes => Interlocked.Read(ref peak);

    /// <summary>Bytes in buffers that wait for reuse.</summary>
    public static long PooledBytes => Interlocked.Read(ref pooled);

    // A tenth of what a program holds at its quietest is little; 32 MB cost less to collect than to write.
    private static long Budget => Math.Max(MinimumBudget, Volatile.Read(ref floor) / 8);

    /// <summary>A buffer of at least so many bytes behind its aligned start, with arbitrary content.</summary>
    public static ulong[] Rent(long bytes)
    {
        var sizeClass = Classes[ClassOf(bytes)];
        long size = SizeOf(ClassOf(bytes));
        if (Interlocked.Add(ref debt, size) > Budget) Collect();
        if (sizeClass.TryTake(out var buffer))
        {
            Interlocked.Add(ref pooled, -size);
        }
        else
        {
            buffer = Allocate(size);
            if (Poison) buffer.AsSpan().Fill(ulong.MaxValue);
        }
        long now = Interlocked.Add(ref live, size);
        for (long before; now > (before = Interlocked.Read(ref peak)) && Interlocked.CompareExchange(ref peak, now, before) != before;) { }
        return buffer;
    }

    /// <summary>Begins to look for the peak from what is handed out now.</summary>
    public static void ResetPeak() => Interlocked.Exchange(ref peak, LiveBytes);

    /// <summary>Takes a buffer back.</summary>
    /// <param name="buffer">What <see cref="Rent"/> gave.</param>
    /// <param name="reuse">False if it may still be seen through a span: it is then left to the garbage collector.</param>
    /// <param name="early">True if a scope or the engine released it: what never becomes garbage calls for no collection.</param>
    public static void Return(ulong[] buffer, bool reuse, bool early)
    {
        long size = (buffer.Length - Alignment / 8) * 8L;
        Interlocked.Add(ref live, -size);
        if (!early) Interlocked.Add(ref finalized, size);
        // Never below zero: what was counted before a collection must not excuse garbage made after it.
        else if (reuse && Interlocked.Add(ref debt, -size) < 0) Interlocked.Exchange(ref debt, 0);
        if (!reuse) return;
        if (Poison) buffer.AsSpan().Fill(ulong.MaxValue);
        Classes[ClassOf(size)].Put(buffer);
        Interlocked.Add(ref pooled, size);
        if (Interlocked.Add(ref returned, size) - Volatile.Read(ref returnedAtTrim) > TrimAfter + 16 * (LiveBytes + PooledBytes)) Trim();
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
            // If finalizers brought little back since the last collection, the garbage has been promoted: look one generation further.
            long cameBack = Interlocked.Read(ref finalized) - finalizedAtCollection;
            generation = cameBack < Budget / 2 ? Math.Min(generation + 1, 2) : 0;
            finalizedAtCollection = Interlocked.Read(ref finalized);
            Interlocked.Exchange(ref debt, 0);
            GC.Collect(generation, GCCollectionMode.Forced, blocking: true);
            if (LiveBytes - floor > 2 * Budget) Settle();
            else Volatile.Write(ref floor, Math.Min(floor, LiveBytes));
        }
        finally
        {
            CollectLock.Exit();
        }
    }

    /// <summary>More is held than a collection should leave: waits for finalizers, and takes for needed only what a collection of everything leaves.</summary>
    private static void Settle()
    {
        GC.WaitForPendingFinalizers();
        if (LiveBytes - floor <= Budget) return;
        if (generation < 2)
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }
        Volatile.Write(ref floor, LiveBytes);
    }

    /// <summary>Drops the buffers that were not needed at any moment since the last time, a small part of all that was handed out since.</summary>
    private static void Trim()
    {
        if (!CollectLock.TryEnter()) return;
        try
        {
            Volatile.Write(ref returnedAtTrim, Interlocked.Read(ref returned));
            for (int i = 0; i < Classes.Length; i++) Interlocked.Add(ref pooled, -SizeOf(i) * Classes[i].DropIdle());
        }
        finally
        {
            CollectLock.Exit();
        }
    }

    private static ulong[] Allocate(long size)
    {
        int words = (int)Math.Min(size / 8 + Alignment / 8, int.MaxValue);
        try
        {
            return HugePages.Advise(GC.AllocateUninitializedArray<ulong>(words, pinned: true));
        }
        catch (OutOfMemoryException)
        {
            // What waits in other size classes, or for a finalizer, may be what is missing.
            for (int i = 0; i < Classes.Length; i++) Interlocked.Add(ref pooled, -SizeOf(i) * Classes[i].DropAll());
            GC.Collect();
            GC.WaitForPendingFinalizers();
            for (int i = 0; i < Classes.Length; i++) Interlocked.Add(ref pooled, -SizeOf(i) * Classes[i].DropAll());
            GC.Collect();
            return GC.AllocateUninitializedArray<ulong>(words, pinned: true);
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

    private static SizeClass[] CreateClasses()
    {
        var classes = new SizeClass[(36 - 12) * SubClasses];
        for (int i = 0; i < classes.Length; i++) classes[i] = new SizeClass();
        return classes;
    }

    /// <summary>The waiting buffers of one size.</summary>
    private sealed class SizeClass
    {
        private readonly Stack<ulong[]> free = new();

        /// <summary>The fewest that waited at any moment since the last look: nobody needed them.</summary>
        private int idle;

        public bool TryTake([NotNullWhen(true)] out ulong[]? buffer)
        {
            lock (free)
            {
                if (!free.TryPop(out buffer)) return false;
                idle = Math.Min(idle, free.Count);
                return true;
            }
        }

        public void Put(ulong[] buffer)
        {
            lock (free) free.Push(buffer);
        }

        public int DropIdle()
        {
            lock (free)
            {
                int dropped = idle;
                for (int i = 0; i < dropped; i++) free.Pop();
                idle = free.Count;
                return dropped;
            }
        }

        public int DropAll()
        {
            lock (free)
            {
                int dropped = free.Count;
                free.Clear();
                idle = 0;
                return dropped;
            }
        }
    }
}
