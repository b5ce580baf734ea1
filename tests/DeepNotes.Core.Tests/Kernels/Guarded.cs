using System.Runtime.InteropServices;

namespace DeepNotes.Core.Tests.Kernels;

/// <summary>A copy of an array between two strips of NaN bits: who reads beyond it gets NaN, who writes beyond it is found out.</summary>
internal sealed unsafe class Guarded<T> : IDisposable where T : unmanaged
{
    private const int Strip = 256;
    private readonly byte* memory;
    private readonly int bytes;

    public Guarded(ReadOnlySpan<T> content)
    {
        bytes = content.Length * sizeof(T);
        memory = (byte*)NativeMemory.Alloc((nuint)(bytes + 2 * Strip));
        new Span<byte>(memory, bytes + 2 * Strip).Fill(0xFF);
        content.CopyTo(new Span<T>(Start, content.Length));
    }

    public T* Start => (T*)(memory + Strip);

    public void CopyTo(T[] target) => new Span<T>(Start, bytes / sizeof(T)).CopyTo(target);

    public void Dispose()
    {
        bool intact = !new Span<byte>(memory, Strip).ContainsAnyExcept((byte)0xFF) && !new Span<byte>(memory + Strip + bytes, Strip).ContainsAnyExcept((byte)0xFF);
        NativeMemory.Free(memory);
        Assert.True(intact, "The kernel wrote beyond its memory.");
    }
}
