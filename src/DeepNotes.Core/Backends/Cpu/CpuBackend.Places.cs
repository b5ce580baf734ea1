using System.Numerics;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override Tensor IndexSelect(Tensor x, Tensor indices, int outer, int length, int inner, Shape shape)
    {
        var y = Tensor.Allocate(shape, x.DType, Device.Cpu);
        if (y.Count > 0) Pinned.Run(new IndexSelectKernel(outer, length, inner * x.DType.Size(), indices.Count), y, x, indices);
        return y;
    }

    public override Tensor IndexAdd(Tensor g, Tensor indices, int outer, int length, int inner, Shape shape)
    {
        var y = Tensor.Zeros(shape, g.DType);
        if (g.Count == 0) return y;
        if (g.DType == DType.Float32) Pinned.Run(new IndexAddKernel<float>(outer, length, inner, indices.Count), y, g, indices);
        else Pinned.Run(new IndexAddKernel<double>(outer, length, inner, indices.Count), y, g, indices);
        return y;
    }

    public override Tensor Gather(Tensor x, Tensor flatIndices, Shape shape)
    {
        var y = Tensor.Allocate(shape, x.DType, Device.Cpu);
        if (y.Count == 0) return y;
        int rows = y.Count / shape[^1];
        switch (x.DType.Size())
        {
            case 8: Pinned.Run(new GatherKernel<long>(rows, x.Shape[^1], shape[^1]), y, x, flatIndices); break;
            case 4: Pinned.Run(new GatherKernel<int>(rows, x.Shape[^1], shape[^1]), y, x, flatIndices); break;
            case 2: Pinned.Run(new GatherKernel<short>(rows, x.Shape[^1], shape[^1]), y, x, flatIndices); break;
            default: Pinned.Run(new GatherKernel<byte>(rows, x.Shape[^1], shape[^1]), y, x, flatIndices); break;
        }
        return y;
    }

    public override Tensor ScatterAdd(Tensor g, Tensor flatIndices, Shape shape)
    {
        var y = Tensor.Zeros(shape, g.DType);
        if (g.Count == 0) return y;
        int rows = g.Count / g.Shape[^1];
        if (g.DType == DType.Float32) Pinned.Run(new ScatterAddKernel<float>(rows, shape[^1], g.Shape[^1]), y, g, flatIndices);
        else Pinned.Run(new ScatterAddKernel<double>(rows, shape[^1], g.Shape[^1]), y, g, flatIndices);
        return y;
    }

    private readonly struct IndexSelectKernel(int outer, int length, int bytes, int count) : IKernel
    {
        public void Run(Pointers p)
        {
            long* places = (long*)p.C;
            byte* y = p.A;
            for (int o = 0; o < outer; o++)
            {
                byte* x = p.B + (nint)o * length * bytes;
                for (int i = 0; i < count; i++, y += bytes) Buffer.MemoryCopy(x + (nint)places[i] * bytes, y, bytes, bytes);
            }
        }
    }

    /// <summary>Adds in the order of the places: the sum of a place that occurs twice does not depend on threads.</summary>
    private readonly struct IndexAddKernel<T>(int outer, int length, int inner, int count) : IKernel where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p)
        {
            long* places = (long*)p.C;
            T* g = (T*)p.B;
            for (int o = 0; o < outer; o++)
            {
                T* y = (T*)p.A + (nint)o * length * inner;
                for (int i = 0; i < count; i++, g += inner)
                {
                    T* target = y + (nint)places[i] * inner;
                    System.Numerics.Tensors.TensorPrimitives.Add(new ReadOnlySpan<T>(target, inner), new ReadOnlySpan<T>(g, inner), new Span<T>(target, inner));
                }
            }
        }
    }

    private readonly struct GatherKernel<T>(int rows, int length, int count) : IKernel where T : unmanaged
    {
        public void Run(Pointers p)
        {
            T* y = (T*)p.A, x = (T*)p.B;
            long* places = (long*)p.C;
            for (int r = 0; r < rows; r++, x += length) for (int i = 0; i < count; i++) *y++ = x[*places++];
        }
    }

    private readonly struct ScatterAddKernel<T>(int rows, int length, int count) : IKernel where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p)
        {
            T* y = (T*)p.A, g = (T*)p.B;
            long* places = (long*)p.C;
            for (int r = 0; r < rows; r++, y += length) for (int i = 0; i < count; i++) y[*places++] += *g++;
        }
    }
}
