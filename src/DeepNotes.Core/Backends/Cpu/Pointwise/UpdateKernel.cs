using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>One pass over a parameter, its gradient and its states, in place. All are contiguous and of one type.</summary>
internal static unsafe class UpdateKernel
{
    private const int Grain = 16384;

    public static void Run<TOp>(TOp op, Tensor parameter, Tensor gradient, Tensor? s0, Tensor? s1, Tensor? s2) where TOp : unmanaged, IUpdateOp
    {
        if (parameter.DType == DType.Float32) Widest<TOp, float>(op, parameter, gradient, s0, s1, s2);
        else Widest<TOp, double>(op, parameter, gradient, s0, s1, s2);
    }

    private static void Widest<TOp, T>(TOp op, Tensor parameter, Tensor gradient, Tensor? s0, Tensor? s1, Tensor? s2)
        where TOp : unmanaged, IUpdateOp where T : unmanaged, INumber<T>
    {
        int count = parameter.Count;
        if (Vector512.IsHardwareAccelerated) Pinned.Run(new Kernel<TOp, T, Simd512<T>>(op, count), parameter, gradient, s0, s1, s2);
        else if (Vector256.IsHardwareAccelerated) Pinned.Run(new Kernel<TOp, T, Simd256<T>>(op, count), parameter, gradient, s0, s1, s2);
        else if (Vector128.IsHardwareAccelerated) Pinned.Run(new Kernel<TOp, T, Simd128<T>>(op, count), parameter, gradient, s0, s1, s2);
        else Pinned.Run(new Kernel<TOp, T, Number<T>>(op, count), parameter, gradient, s0, s1, s2);
    }

    private readonly struct Kernel<TOp, T, V>(TOp op, int count) : IKernel
        where TOp : unmanaged, IUpdateOp where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(Pointers p)
        {
            var job = new Job<TOp, T, V>(op, count, p);
            if (count <= Grain) job.Run(0);
            else Workers.Run(ref job, (count + Grain - 1) / Grain);
        }
    }

    private readonly struct Job<TOp, T, V>(TOp op, int total, Pointers pointers) : IJob
        where TOp : unmanaged, IUpdateOp where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(int index)
        {
            int from = index * Grain, count = Math.Min(Grain, total - from), width = V.Count;
            T* p = (T*)pointers.A + from, g = (T*)pointers.B + from;
            T* a = (T*)pointers.C + from, b = (T*)pointers.D + from, c = (T*)pointers.E + from;
            int i = 0;
            for (; i <= count - width; i += width) Step(p + i, g + i, a + i, b + i, c + i);
            if (i == count) return;
            // The tail runs on padded copies; a state that is not used has no memory behind its pointer.
            T* padded = stackalloc T[5 * 64];
            int rest = count - i;
            Copy(p + i, padded, rest);
            Copy(g + i, padded + 64, rest);
            if (op.States > 0) Copy(a + i, padded + 128, rest);
            if (op.States > 1) Copy(b + i, padded + 192, rest);
            if (op.States > 2) Copy(c + i, padded + 256, rest);
            Step(padded, padded + 64, padded + 128, padded + 192, padded + 256);
            Copy(padded, p + i, rest);
            if (op.States > 0) Copy(padded + 128, a + i, rest);
            if (op.States > 1) Copy(padded + 192, b + i, rest);
            if (op.States > 2) Copy(padded + 256, c + i, rest);
        }

        private void Step(T* p, T* g, T* a, T* b, T* c)
        {
            V parameter = V.Load(p);
            V s0 = op.States > 0 ? V.Load(a) : default, s1 = op.States > 1 ? V.Load(b) : default, s2 = op.States > 2 ? V.Load(c) : default;
            op.Apply(ref parameter, V.Load(g), ref s0, ref s1, ref s2);
            V.Store(parameter, p);
            if (op.States > 0) V.Store(s0, a);
            if (op.States > 1) V.Store(s1, b);
            if (op.States > 2) V.Store(s2, c);
        }

        private static void Copy(T* from, T* to, int count) => new Span<T>(from, count).CopyTo(new Span<T>(to, count));
    }
}
