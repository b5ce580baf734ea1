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

    public override void CopyRows(Tensor source, Tensor rows, Tensor target) =>
        Pinned.Run(new CopyRowsKernel(rows.Count, source.Count / rows.Count * source.DType.Size()), target, source.Contiguous(), rows);

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

    private readonly struct CopyRowsKernel(int count, int bytes) : IKernel
    {
        public void Run(Pointers p)
        {
            var rows = (long*)p.C;
            for (int i = 0; i < count; i++) Buffer.MemoryCopy(p.B + (nint)i * bytes, p.A + (nint)rows[i] * bytes, bytes, bytes);
        }
    }

    // In bytes: what is worth handing to another thread.
    private const int PlacesPiece = 1 << 16;

    private readonly struct IndexSelectKernel(int outer, int length, int bytes, int count) : IKernel
    {
        public void Run(Pointers p)
        {
            int group = (int)Math.Clamp(PlacesPiece / Math.Max(1, (long)count * bytes), 1, Math.Max(1, outer));
            var job = new IndexSelectJob { X = p.B, Y = p.A, Places = (long*)p.C, Outer = outer, Length = length, Bytes = bytes, Count = count, Group = group };
            Workers.Run(ref job, (outer + group - 1) / group);
        }
    }

    private struct IndexSelectJob : IJob
    {
        public byte* X, Y;
        public long* Places;
        public int Outer, Length, Bytes, Count, Group;

        public readonly void Run(int index)
        {
            int end = Math.Min(Outer, (index + 1) * Group);
            for (int o = index * Group; o < end; o++)
            {
                byte* x = X + (nint)o * Length * Bytes, y = Y + (nint)o * Count * Bytes;
                switch (Bytes)
                {
                    case 8: Elements((long*)x, (long*)y); break;
                    case 4: Elements((int*)x, (int*)y); break;
                    case 2: Elements((short*)x, (short*)y); break;
                    case 1: Elements(x, y); break;
                    default:
                        for (int i = 0; i < Count; i++, y += Bytes) Buffer.MemoryCopy(x + (nint)Places[i] * Bytes, y, Bytes, Bytes);
                        break;
                }
            }
        }

        /// <summary>Single elements, for which a call each would cost more than the copy.</summary>
        private readonly void Elements<T>(T* x, T* y) where T : unmanaged
        {
            for (int i = 0; i < Count; i++) y[i] = x[Places[i]];
        }
    }

    private readonly struct IndexAddKernel<T>(int outer, int length, int inner, int count) : IKernel where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p)
        {
            int group = (int)Math.Clamp(PlacesPiece / Math.Max(1, (long)count * inner * sizeof(T)), 1, Math.Max(1, outer));
            var job = new IndexAddJob<T> { Y = (T*)p.A, G = (T*)p.B, Places = (long*)p.C, Outer = outer, Length = length, Inner = inner, Count = count, Group = group };
            Workers.Run(ref job, (outer + group - 1) / group);
        }
    }

    /// <summary>Adds in the order of the places: the sum of a place that occurs twice does not depend on threads.</summary>
    private struct IndexAddJob<T> : IJob where T : unmanaged, INumber<T>
    {
        public T* Y, G;
        public long* Places;
        public int Outer, Length, Inner, Count, Group;

        public readonly void Run(int index)
        {
            int end = Math.Min(Outer, (index + 1) * Group);
            for (int o = index * Group; o < end; o++)
            {
                T* y = Y + (nint)o * Length * Inner, g = G + (nint)o * Count * Inner;
                if (Inner == 1)
                {
                    for (int i = 0; i < Count; i++) y[Places[i]] += g[i];
                    continue;
                }
                for (int i = 0; i < Count; i++, g += Inner)
                {
                    T* target = y + (nint)Places[i] * Inner;
                    System.Numerics.Tensors.TensorPrimitives.Add(new ReadOnlySpan<T>(target, Inner), new ReadOnlySpan<T>(g, Inner), new Span<T>(target, Inner));
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
