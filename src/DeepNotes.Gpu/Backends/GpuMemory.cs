using ILGPU;
using ILGPU.Runtime;

namespace DeepNotes.Gpu.Backends;

/// <summary>
/// Device buffers by size class. A buffer that comes back waits for reuse: the device runs everything in one order, so
/// what is still reading it comes before whatever writes it next. The garbage collector sees nothing of device memory;
/// when what is allocated passes a limit, it is run before more is allocated.
/// </summary>
internal sealed class GpuMemory(Accelerator accelerator)
{
    private const long SmallestBuffer = 256;

    private static readonly bool Poison = Environment.GetEnvironmentVariable("DEEPNOTES_POISON") == "1";

    private readonly Lock gate = new();
    private readonly Dictionary<long, Stack<MemoryBuffer1D<byte, Stride1D.Dense>>> free = [];

    // Keeps every buffer alive: ILGPU would free one that only a dead storage still holds.
    private readonly HashSet<MemoryBuffer> all = [];

    private long allocated, waiting, limit = 256L << 20;

    /// <summary>Bytes allocated on the device, handed out or not.</summary>
    public long AllocatedBytes
    {
        get { lock (gate) return allocated; }
    }

    /// <summary>Bytes in buffers that are handed out.</summary>
    public long LiveBytes
    {
        get { lock (gate) return allocated - waiting; }
    }

    /// <summary>A buffer of at least so many bytes, with arbitrary content.</summary>
    /// <exception cref="InsufficientMemoryException">The device has no more memory, with nothing left to collect.</exception>
    public MemoryBuffer1D<byte, Stride1D.Dense> Rent(long bytes)
    {
        long size = SizeOf(bytes);
        var buffer = Take(size);
        if (buffer is null && Exceeds(size))
        {
            Collect();
            buffer = Take(size);
            lock (gate) limit = Math.Max(limit, 2 * (allocated - waiting + size));
        }
        buffer ??= Allocate(size);
        if (Poison) buffer.MemSet(accelerator.DefaultStream, 0xFF);
        return buffer;
    }

    /// <summary>Takes a buffer back; from any thread, the finalizer's too.</summary>
    public void Return(MemoryBuffer1D<byte, Stride1D.Dense> buffer)
    {
        lock (gate)
        {
            if (!free.TryGetValue(buffer.Length, out var stack)) free[buffer.Length] = stack = new();
            stack.Push(buffer);
            waiting += buffer.Length;
        }
    }

    private MemoryBuffer1D<byte, Stride1D.Dense>? Take(long size)
    {
        lock (gate)
        {
            if (!free.TryGetValue(size, out var stack) || !stack.TryPop(out var buffer)) return null;
            waiting -= size;
            return buffer;
        }
    }

    private bool Exceeds(long size)
    {
        lock (gate) return allocated + size > limit;
    }

    private MemoryBuffer1D<byte, Stride1D.Dense> Allocate(long size)
    {
        try
        {
            return Register(accelerator.Allocate1D<byte>(size));
        }
        catch (AcceleratorException)
        {
            Collect();
            Trim();
        }
        try
        {
            return Register(accelerator.Allocate1D<byte>(size));
        }
        catch (AcceleratorException e)
        {
            throw new InsufficientMemoryException($"{accelerator.Name} has no {size} bytes left; {LiveBytes} bytes are held by tensors. Smaller batches or a TensorScope need less.", e);
        }
    }

    private MemoryBuffer1D<byte, Stride1D.Dense> Register(MemoryBuffer1D<byte, Stride1D.Dense> buffer)
    {
        lock (gate)
        {
            all.Add(buffer);
            allocated += buffer.Length;
        }
        return buffer;
    }

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
    }

    private void Trim()
    {
        accelerator.Synchronize();
        lock (gate)
        {
            foreach (var stack in free.Values)
            {
                while (stack.TryPop(out var buffer))
                {
                    all.Remove(buffer);
                    allocated -= buffer.Length;
                    waiting -= buffer.Length;
                    buffer.Dispose();
                }
            }
        }
    }

    // Four classes to a doubling: at most a quarter of a buffer is unused.
    private static long SizeOf(long bytes)
    {
        if (bytes <= SmallestBuffer) return SmallestBuffer;
        long step = 1L << (System.Numerics.BitOperations.Log2((ulong)(bytes - 1)) - 2);
        return (bytes + step - 1) / step * step;
    }
}
