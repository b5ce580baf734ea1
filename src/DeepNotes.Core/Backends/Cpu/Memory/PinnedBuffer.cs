using System.Runtime.InteropServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>A pinned array of 64-bit words whose used part begins at a 64-byte boundary.</summary>
internal sealed class PinnedBuffer
{
    private const int Alignment = 64;

    // Long: it goes on pointing at a storage that a finalizer can still reach.
    private GCHandle owner;

    public unsafe PinnedBuffer(long bytes)
    {
        Words = GC.AllocateUninitializedArray<ulong>((int)Math.Min(bytes / 8 + Alignment / 8, int.MaxValue), pinned: true);
        // The array is pinned, so this does not change.
        fixed (ulong* first = &MemoryMarshal.GetArrayDataReference(Words)) Start = (int)(-(nint)first & (Alignment - 1));
    }

    /// <summary>The array.</summary>
    public ulong[] Words { get; }

    /// <summary>Bytes from the array's start to its first 64-byte boundary.</summary>
    public int Start { get; }

    /// <summary>Bytes that may be used.</summary>
    public long Bytes => (Words.Length - Alignment / 8) * 8L;

    /// <summary>It was shown as a span: it is never reused, only collected.</summary>
    public bool IsExposed { get; set; }

    /// <summary>The generation in whose list of <see cref="Loans"/> it stands, and where; -1 if in none.</summary>
    public int Generation { get; set; } = -1;

    /// <summary>The place in that list.</summary>
    public int Index { get; set; }

    /// <summary>The storage with which it dies, held weakly; null if that is dead.</summary>
    public object? Owner
    {
        get => owner.Target;
        set
        {
            if (owner.IsAllocated) owner.Target = value;
            else owner = GCHandle.Alloc(value, GCHandleType.WeakTrackResurrection);
        }
    }

    /// <summary>It is not used any more; the array is left to the garbage collector.</summary>
    public void Drop()
    {
        if (owner.IsAllocated) owner.Free();
    }
}
