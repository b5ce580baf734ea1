using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using DeepNotes.Backends.Cpu;

namespace DeepNotes;

/// <summary>
/// A buffer of bytes that one or more tensors view. It belongs to the tensors that view it: it goes back when none is
/// left, when the <see cref="TensorScope"/> that made it ends, or when the backward pass that made it is done with it.
/// </summary>
internal abstract class Storage(Device device, long bytes)
{
    public Device Device { get; } = device;

    public long Bytes { get; } = bytes;

    /// <summary>Counts in-place writes, so that a stale tensor kept for a gradient is noticed.</summary>
    public int Version;

    /// <summary>Never written again, by promise of who made it: kernels may keep other forms of the numbers.</summary>
    public bool IsConstant { get; set; }

    /// <summary>Constant numbers in another form, if a kernel has made one.</summary>
    public Tensor? Packed;

    /// <summary>How many tensors the running backward pass holds on this storage.</summary>
    public int Holds;

    /// <summary>Made by the running backward pass and seen by nobody else: it may be released at its last use.</summary>
    public bool IsEngineOwned;

    /// <summary>Gives the buffer back before the garbage collector would; the tensors that view it are unusable from then on.</summary>
    public abstract void Release();

    protected static ObjectDisposedException Released() =>
        new(nameof(Tensor), "This tensor was made inside a TensorScope that has ended; scope.Keep(tensor) lets one out.");
}

/// <summary>Memory on the CPU: an array of 64-bit words, or a mapped file.</summary>
internal abstract class CpuStorage(long bytes) : Storage(Device.Cpu, bytes)
{
    protected ulong[]? words;

    /// <summary>Bytes from the array's start to the first element.</summary>
    protected nint start;

    /// <summary>The first byte.</summary>
    /// <exception cref="ObjectDisposedException">The storage was released.</exception>
    public ref byte First
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.AddByteOffset(ref Unsafe.As<ulong, byte>(ref MemoryMarshal.GetArrayDataReference(words ?? throw Released())), start);
    }

    /// <summary>The memory was shown as a span: it is never reused, only collected, so that no span sees another tensor's numbers.</summary>
    public virtual void Expose() { }

    /// <summary>Memory with arbitrary content.</summary>
    public static CpuStorage Allocate(long bytes)
    {
        CpuStorage storage;
        if (bytes <= Pool.SmallBytes)
        {
            storage = new SmallStorage(bytes);
        }
        else
        {
            Pool.MakeRoom(bytes);
            storage = new PooledStorage(bytes);
        }
        TensorScope.Register(storage);
        return storage;
    }
}

/// <summary>A few kilobytes: a plain array with neither pool nor finalizer.</summary>
internal sealed class SmallStorage : CpuStorage
{
    public SmallStorage(long bytes) : base(bytes)
    {
        words = GC.AllocateUninitializedArray<ulong>((int)((bytes + 7) / 8));
        if (Pool.Poison) words.AsSpan().Fill(ulong.MaxValue);
    }

    public override void Release() => words = null;
}

/// <summary>A pinned buffer from the pool.</summary>
internal sealed class PooledStorage : CpuStorage
{
    private readonly PinnedBuffer buffer;

    public PooledStorage(long bytes) : base(bytes)
    {
        buffer = Pool.Rent(bytes, this);
        words = buffer.Words;
        start = buffer.Start;
    }

    public override void Expose()
    {
        if (buffer.IsExposed) return;
        buffer.IsExposed = true;
        // A scope that ends on another thread first takes the words and then looks here; we first write and then read the words.
        Interlocked.MemoryBarrier();
    }

    public override void Release()
    {
        if (Interlocked.Exchange(ref words, null) is not null) Pool.Return(buffer);
    }
}
