namespace DeepNotes.Backends.Cpu;

/// <summary>Pinned memory for the length of a kernel: <c>using var scratch = new Scratch(bytes);</c>.</summary>
internal readonly unsafe ref struct Scratch
{
    private readonly PinnedBuffer buffer;

    public Scratch(long bytes)
    {
        buffer = Pool.Rent(bytes, owner: null);
        fixed (ulong* first = buffer.Words) Pointer = (byte*)first + buffer.Start;
    }

    /// <summary>The first byte, on a 64-byte boundary; the content is arbitrary.</summary>
    public byte* Pointer { get; }

    public void Dispose() => Pool.Return(buffer);
}
