using ILGPU;
using ILGPU.Runtime;

namespace DeepNotes.Gpu.Backends;

/// <summary>A buffer on the device; it goes back when no tensor views it or when its scope ends.</summary>
internal sealed class GpuStorage(Device device, long bytes, GpuMemory memory) : Storage(device, bytes)
{
    private MemoryBuffer1D<byte, Stride1D.Dense>? buffer = memory.Rent(bytes);

    ~GpuStorage() => Return();

    /// <summary>The elements from an offset on, as kernels take them.</summary>
    /// <param name="offset">In elements of <typeparamref name="T"/>.</param>
    /// <exception cref="ObjectDisposedException">The storage was released.</exception>
    public ArrayView<T> View<T>(int offset) where T : unmanaged
    {
        long count = Bytes / Interop.SizeOf<T>();
        return new ArrayView<T>(buffer ?? throw Released(), 0, count).SubView(offset, count - offset);
    }

    /// <summary>A range of the bytes.</summary>
    public ArrayView<byte> ViewBytes(long offset, long count) => new ArrayView<byte>(buffer ?? throw Released(), 0, Bytes).SubView(offset, count);

    public override void Release()
    {
        Return();
        GC.SuppressFinalize(this);
    }

    private void Return()
    {
        if (Interlocked.Exchange(ref buffer, null) is { } returned) memory.Return(returned);
    }
}
