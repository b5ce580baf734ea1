using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>Kernels in C# for the processor that runs the program: vectors of the widest kind it has, and the library's own threads.</summary>
internal sealed partial class CpuBackend : Backend
{
    public override Storage Allocate(long bytes) => CpuStorage.Allocate(bytes);

    public override void Fill(Tensor target, double value)
    {
        if (target.Count == 0) return;
        switch (target.DType)
        {
            case DType.Float32: Fill<float>(target, value); break;
            case DType.Float64: Fill<double>(target, value); break;
            case DType.Int64: Fill<long>(target, value); break;
            case DType.Int32: Fill<int>(target, value); break;
            case DType.Int16: Fill<short>(target, value); break;
            case DType.Int8: Fill<sbyte>(target, value); break;
            case DType.Float16: Fill<Half>(target, value); break;
            case DType.BFloat16: Fill<BFloat16>(target, value); break;
            case DType.Bool: Fill<byte>(target, value != 0 ? 1 : 0); break;
            default: Fill<byte>(target, value); break;
        }
    }

    private static unsafe void Fill<T>(Tensor target, double value) where T : unmanaged
    {
        var element = Element<T>.From(value);
        Pinned.Run(new FillKernel<T>(Strides.Of(target.Shape, target, null, null, null, null), element), target);
    }

    private readonly unsafe struct FillKernel<T>(Strides strides, T value) : IKernel where T : unmanaged
    {
        public void Run(Pointers p)
        {
            if (strides.IsFlat(0))
            {
                new Span<T>(p.A, strides.Count).Fill(value);
                return;
            }
            T* block = stackalloc T[Strides.Block];
            new Span<T>(block, Strides.Block).Fill(value);
            for (int from = 0; from < strides.Count; from += Strides.Block) strides.Scatter(0, (T*)p.A, from, Math.Min(Strides.Block, strides.Count - from), block);
        }
    }

    public override void Update<TOp>(TOp op, Tensor parameter, Tensor gradient, Tensor? s0, Tensor? s1, Tensor? s2) =>
        UpdateKernel.Run(op, parameter, gradient, s0, s1, s2);
}
