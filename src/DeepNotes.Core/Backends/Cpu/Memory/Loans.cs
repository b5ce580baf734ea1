namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The buffers that storages hold, and which of those storages collections have found dead. They are watched by weak handles
/// rather than by finalizers: a finalizer keeps its object for one more collection and wakes a thread, which made a young
/// collection five times as long. The buffers are listed by their storage's generation, so that after a young collection only
/// the young ones are looked at.
/// </summary>
internal sealed class Loans
{
    private readonly List<PinnedBuffer>[] byGeneration = [[], [], []];
    private readonly int[] collectionsSeen = new int[3];
    private readonly long[] bytes = new long[3];
    private readonly List<PinnedBuffer> dead = [];
    private long needed;

    /// <summary>Bytes in the oldest generation, as of the last full collection or less if less has been left since: what the program really needs.</summary>
    public long NeededBytes => Volatile.Read(ref needed);

    /// <summary>Bytes in the oldest generation beyond those: what may be garbage that only a full collection finds.</summary>
    public long OldBytes => bytes[2] - needed;

    /// <summary>Bytes in the middle generation.</summary>
    public long MiddleBytes => bytes[1];

    /// <summary>Notes a buffer that lives as long as a storage.</summary>
    public void Add(PinnedBuffer buffer, Storage owner)
    {
        buffer.Owner = owner;
        Add(buffer, 0);
    }

    /// <summary>Forgets a buffer that was returned; one that was never noted is ignored.</summary>
    public void Remove(PinnedBuffer buffer)
    {
        if (buffer.Generation < 0) return;
        buffer.Owner = null;
        var list = byGeneration[buffer.Generation];
        bytes[buffer.Generation] -= buffer.Bytes;
        (list[buffer.Index] = list[^1]).Index = buffer.Index;
        list.RemoveAt(list.Count - 1);
        buffer.Generation = -1;
    }

    /// <summary>The buffers that collections have set free since the last call, the newest last. The list is valid until the next call.</summary>
    public List<PinnedBuffer> FindDead()
    {
        dead.Clear();
        bool all = false;
        for (int generation = 2; generation >= 0; generation--)
        {
            // Read before looking: what a collection finds while we look is found by the next call.
            int collections = GC.CollectionCount(generation);
            if (collections == collectionsSeen[generation]) continue;
            collectionsSeen[generation] = collections;
            all |= generation == 2;
            Look(generation);
        }
        needed = all ? bytes[2] : Math.Min(needed, bytes[2]);
        return dead;
    }

    private void Look(int generation)
    {
        var list = byGeneration[generation];
        int kept = 0, count = list.Count;
        for (int i = 0; i < count; i++)
        {
            var buffer = list[i];
            if (buffer.Owner is not { } owner)
            {
                buffer.Generation = -1;
                bytes[generation] -= buffer.Bytes;
                dead.Add(buffer);
            }
            else if (Math.Min(GC.GetGeneration(owner), 2) is int now && now != generation)
            {
                bytes[generation] -= buffer.Bytes;
                Add(buffer, now);
            }
            else
            {
                buffer.Index = kept;
                list[kept++] = buffer;
            }
        }
        list.RemoveRange(kept, count - kept);
    }

    private void Add(PinnedBuffer buffer, int generation)
    {
        var list = byGeneration[generation];
        bytes[generation] += buffer.Bytes;
        buffer.Generation = generation;
        buffer.Index = list.Count;
        list.Add(buffer);
    }
}
