namespace DeepNotes.Backends.Cpu;

/// <summary>Pinned memory for the length of a kernel: <c>using var scratch = new Scratch(bytes);</c>.</summary>
internal readonly unsafe ref struct Scratch
{
    private readonly ulong[] words;

    public Scratch(long bytes)
    {
        words = Pool.Rent(bytes);
        fixed (ulong* first = words) Pointer = (byte*)first + Pool.AlignedStart(words);
    }

    /// <summary>The first byte, on a 64-byte boundary; the content is arbitrary.</summary>
    public byte* Pointer { get; }

    public void Dispose() => Pool.Return(words, reuse: true, early: true);
}
