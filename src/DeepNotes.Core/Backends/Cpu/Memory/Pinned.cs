using System.Runtime.CompilerServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>Work on raw memory, handed to <see cref="Pinned.Run"/>.</summary>
internal unsafe interface IKernel
{
    /// <summary>Runs with the first bytes of the tensors, in their order; null where there is none.</summary>
    void Run(Pointers p);
}

/// <summary>The first bytes of up to six tensors.</summary>
internal readonly unsafe struct Pointers(byte* a, byte* b, byte* c, byte* d, byte* e, byte* f)
{
    public readonly byte* A = a, B = b, C = c, D = d, E = e, F = f;
}

/// <summary>
/// The only way from a tensor to a pointer. Small arrays are held in place, and every storage is kept alive until the
/// kernel and its workers are done: a pointer by itself keeps nothing alive.
/// </summary>
internal static unsafe class Pinned
{
    public static void Run<TKernel>(TKernel kernel, Tensor a, Tensor? b = null, Tensor? c = null, Tensor? d = null, Tensor? e = null, Tensor? f = null)
        where TKernel : IKernel
    {
        fixed (byte* pa = &a.FirstByte, pb = &First(b), pc = &First(c), pd = &First(d), pe = &First(e), pf = &First(f))
        {
            kernel.Run(new Pointers(pa, pb, pc, pd, pe, pf));
        }
        GC.KeepAlive(a.Storage);
        GC.KeepAlive(b?.Storage);
        GC.KeepAlive(c?.Storage);
        GC.KeepAlive(d?.Storage);
        GC.KeepAlive(e?.Storage);
        GC.KeepAlive(f?.Storage);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref byte First(Tensor? t)
    {
        if (t is null) return ref Unsafe.NullRef<byte>();
        return ref t.FirstByte;
    }
}
