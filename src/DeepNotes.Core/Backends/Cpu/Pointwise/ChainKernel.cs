using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Formulas one after the other over a block that stays in the first-level cache: one pass over memory, and each formula in a loop of its own,
/// because one loop for all soon has more variables than the compiler follows.
/// </summary>
internal static unsafe class ChainKernel
{
    /// <summary>Fewer elements than this are not worth making the list of formulas for.</summary>
    private const int Enough = 4096;

    // 8 KB of Float32.
    private const int Block = 2048;

    /// <summary>y = chain(x), if it is a chain and worth it; false if the tensors are to be mapped as any others.</summary>
    public static bool TryMap<TOp>(TOp op, Tensor y, Tensor x) where TOp : unmanaged, IUnaryOp
    {
        if (x.Count < Enough || op is not IFormulaChain chain || !x.IsContiguous) return false;
        if (x.DType == DType.Float32) Widest<float>(chain, y, x);
        else if (x.DType == DType.Float64) Widest<double>(chain, y, x);
        else return false;
        return true;
    }

    private static void Widest<T>(IFormulaChain chain, Tensor y, Tensor x) where T : unmanaged, INumber<T>
    {
        if (Vector512.IsHardwareAccelerated) Run<T, Simd512<T>>(chain, y, x);
        else if (Vector256.IsHardwareAccelerated) Run<T, Simd256<T>>(chain, y, x);
        else if (Vector128.IsHardwareAccelerated) Run<T, Simd128<T>>(chain, y, x);
        else Run<T, Number<T>>(chain, y, x);
    }

    private static void Run<T, V>(IFormulaChain chain, Tensor y, Tensor x) where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        var links = new Links<T, V>([]);
        chain.Visit(ref links);
        Pinned.Run(new Kernel<T>([.. links.Made], x.Count), y, x);
    }

    private readonly struct Kernel<T>(Link<T>[] links, int count) : IKernel where T : unmanaged
    {
        public void Run(Pointers p)
        {
            var job = new Job<T>(links, (T*)p.A, (T*)p.B, count);
            Workers.Run(ref job, (count + Block - 1) / Block);
        }
    }

    private readonly struct Job<T>(Link<T>[] links, T* y, T* x, int count) : IJob where T : unmanaged
    {
        private readonly T* y = y, x = x;

        public void Run(int index)
        {
            int from = index * Block, length = Math.Min(Block, count - from);
            links[0].Run(y + from, x + from, length);
            for (int i = 1; i < links.Length; i++) links[i].Run(y + from, y + from, length);
        }
    }

    private readonly struct Links<T, V>(List<Link<T>> made) : IFormulaVisitor where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        public List<Link<T>> Made { get; } = made;

        public void Visit<TOp>(TOp op) where TOp : unmanaged, IUnaryOp => Made.Add(new Link<TOp, T, V>(op));
    }

    /// <summary>One formula of the chain.</summary>
    private abstract class Link<T> where T : unmanaged
    {
        public abstract void Run(T* y, T* x, int length);
    }

    private sealed class Link<TOp, T, V>(TOp op) : Link<T> where TOp : unmanaged, IUnaryOp where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
    {
        public override void Run(T* y, T* x, int length) => RowLoops.Map<Applied<TOp, T, V>, T, V>(new(op), length, y, x);
    }
}
