using System.Diagnostics.CodeAnalysis;
using System.Numerics;
using System.Runtime.InteropServices;
using DeepNotes.Autograd;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Pinned buffers by size class, and the rule that keeps a program that disposes nothing within its memory: bytes handed
/// out since the last collection are counted, and past a budget a collection is run, after which the buffers whose storage it
/// found dead are free again. Buffers that nobody asked for in a long while are dropped.
/// </summary>
internal static class Pool
{
    /// <summary>Up to here a tensor is a plain array.</summary>
    public const int SmallBytes = 4096;

    private const int SubClasses = 4;
    private const long MinimumBudget = 12L << 20, GraphlessBudget = 48L << 20;
    private const long TrimAfter = 4L << 30;

    // Guards everything below. What is done under it takes less time than several locks would.
    private static readonly Lock Gate = new();
    private static readonly SizeClass[] Classes = CreateClasses();
    private static readonly Loans Lent = new();

    private static long live, peak, pooled, debt, returned, returnedAtTrim, dropped, nodesAtCollection;
    private static volatile bool isGraphReleased;

    /// <summary>Fills returned buffers with NaN bits (<c>DEEPNOTES_POISON=1</c>), so that a use after return shows.</summary>
    public static bool Poison { get; set; } = Environment.GetEnvironmentVariable("DEEPNOTES_POISON") == "1";

    /// <summary>Bytes in buffers that are handed out, and were not found dead by the last collection.</summary>
    public static long LiveBytes
    {
        get
        {
            lock (Gate)
            {
                Reclaim();
                return live;
            }
        }
    }

    /// <summary>The most that <see cref="LiveBytes"/> was since <see cref="ResetPeak"/>.</summary>
    public static long PeakBytes
    {
        get { lock (Gate) return peak; }
    }

    /// <summary>Bytes in buffers that wait for reuse.</summary>
    public static long PooledBytes
    {
        get { lock (Gate) return pooled; }
    }

    // An eighth of what a program needs anyway is little. Less than the minimum costs more in collections than it saves in caches. Where nothing is recorded most results die at once,
    // a collection is short, and memory that a cache still holds is worth it.
    private static long Budget => Math.Max(MinimumBudget, Math.Min(Lent.NeededBytes / 8, HasRecorded ? long.MaxValue : GraphlessBudget));

    /// <summary>Whether an operation was recorded since the last collection that was due.</summary>
    private static bool HasRecorded => Node.Created != Volatile.Read(ref nodesAtCollection);

    /// <summary>
    /// Runs the collection that is due, if one is. To be called before anything is made for the result that memory is needed for:
    /// what exists at a collection grows a generation older, and its buffer comes back late.
    /// </summary>
    /// <param name="bytes">How many will be asked for.</param>
    public static void MakeRoom(long bytes)
    {
        long due = Budget;
        if (isGraphReleased)
        {
            isGraphReleased = false;
            due -= due / 4;
        }
        if (!IsDue()) return;
        lock (Gate)
        {
            if (IsDue()) Collect();
        }

        // Where nothing may have died there is nothing to collect, however much is asked for.
        bool IsDue() => Volatile.Read(ref debt) is > 0 and var handedOut && handedOut + bytes > due;
    }

    /// <summary>A buffer of at least so many bytes, with arbitrary content.</summary>
    /// <param name="bytes">How many are needed.</param>
    /// <param name="owner">The storage with which it dies; null if it is returned in any case.</param>
    public static PinnedBuffer Rent(long bytes, Storage? owner)
    {
        int index = ClassOf(bytes);
        long size = SizeOf(index);
        lock (Gate)
        {
            debt += size;
            Reclaim();
            if (Classes[index].TryTake(out var buffer))
            {
                pooled -= size;
            }
            else
            {
                buffer = Allocate(size);
                if (Poison) buffer.Words.AsSpan().Fill(ulong.MaxValue);
            }
            live += size;
            if (live > peak) peak = live;
            if (owner is not null) Lent.Add(buffer, owner);
            return buffer;
        }
    }

    /// <summary>Begins to look for the peak from what is handed out now.</summary>
    public static void ResetPeak()
    {
        lock (Gate)
        {
            Reclaim();
            peak = live;
        }
    }

    /// <summary>Takes a buffer back before the garbage collector finds its owner dead. What never becomes garbage calls for no collection.</summary>
    /// <param name="buffer">What <see cref="Rent"/> gave.</param>
    public static void Return(PinnedBuffer buffer)
    {
        lock (Gate)
        {
            Lent.Remove(buffer);
            // Never below zero: what was counted before a collection must not excuse garbage made after it.
            if (!buffer.IsExposed) debt = Math.Max(0, debt - buffer.Bytes);
            TakeBack(buffer);
        }
    }

    /// <summary>Called after a backward pass, when much has just become garbage: a collection at the next request finds it young.</summary>
    public static void OnGraphReleased() => isGraphReleased = true;

    private static void TakeBack(PinnedBuffer buffer)
    {
        long size = buffer.Bytes;
        live -= size;
        if (buffer.IsExposed)
        {
            // It may still be seen through a span, which keeps the array: left to the garbage collector.
            buffer.Drop();
            return;
        }
        if (Poison) buffer.Words.AsSpan().Fill(ulong.MaxValue);
        Classes[ClassOf(size)].Put(buffer);
        pooled += size;
        returned += size;
        if (returned - returnedAtTrim > TrimAfter + 16 * (live + pooled)) Trim();
    }

    /// <summary>Takes back what collections have found dead since the last time.</summary>
    private static void Reclaim()
    {
        foreach (var buffer in Lent.FindDead()) TakeBack(buffer);
    }

    private static void Collect()
    {
        // What a young collection leaves grows older, needed or not, and only one that looks further finds it dead later.
        long much = Math.Max(MinimumBudget / 2, Lent.NeededBytes / 8);
        int generation = Lent.OldBytes + dropped > much / 2 ? 2 : Lent.MiddleBytes > much / 4 ? 1 : 0;
        debt = 0;
        nodesAtCollection = Node.Created;
        Collect(generation);
    }

    private static void Collect(int generation)
    {
        // Dropped buffers are old: only a full collection gives their memory back.
        if (generation == 2) dropped = 0;
        GC.Collect(generation, GCCollectionMode.Forced, blocking: true, compacting: generation < 2);
        Reclaim();
    }

    /// <summary>Drops the buffers that were not needed at any moment since the last time, a small part of all that was handed out since.</summary>
    private static void Trim()
    {
        returnedAtTrim = returned;
        long before = pooled;
        for (int i = 0; i < Classes.Length; i++) pooled -= SizeOf(i) * Classes[i].DropIdle();
        dropped += before - pooled;
    }

    private static PinnedBuffer Allocate(long size)
    {
        try
        {
            return new PinnedBuffer(size);
        }
        catch (OutOfMemoryException)
        {
            // What waits in other size classes, or is dead already, may be what is missing.
            Collect(2);
            for (int i = 0; i < Classes.Length; i++) pooled -= SizeOf(i) * Classes[i].DropAll();
            GC.Collect();
            return new PinnedBuffer(size);
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

    /// <summary>The waiting buffers of one size. The last to come is the first to go: it is likeliest to be in a cache.</summary>
    private sealed class SizeClass
    {
        private readonly List<PinnedBuffer> free = [];

        /// <summary>The fewest that waited at any moment since the last look: nobody needed them.</summary>
        private int idle;

        public bool TryTake([NotNullWhen(true)] out PinnedBuffer? buffer)
        {
            buffer = null;
            if (free.Count == 0) return false;
            buffer = free[^1];
            free.RemoveAt(free.Count - 1);
            idle = Math.Min(idle, free.Count);
            return true;
        }

        public void Put(PinnedBuffer buffer) => free.Add(buffer);

        public int DropIdle()
        {
            int dropped = Drop(idle);
            idle = free.Count;
            return dropped;
        }

        public int DropAll() => Drop(free.Count);

        private int Drop(int count)
        {
            foreach (var buffer in CollectionsMarshal.AsSpan(free)[..count]) buffer.Drop();
            free.RemoveRange(0, count);
            idle = Math.Min(idle, free.Count);
            return count;
        }
    }
}
