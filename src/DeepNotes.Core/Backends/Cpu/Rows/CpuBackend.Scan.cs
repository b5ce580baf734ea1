using System.Numerics;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override Tensor Scan<TOp>(TOp op, Tensor x, int outer, int length, int inner)
    {
        var y = Tensor.Allocate(x.Shape, x.DType, Device.Cpu);
        if (y.Count == 0) return y;
        switch (x.DType)
        {
            case DType.Float32: Pinned.Run(new ScanKernel<TOp, float>(op, outer, length, inner), y, x); break;
            case DType.Float64: Pinned.Run(new ScanKernel<TOp, double>(op, outer, length, inner), y, x); break;
            case DType.Int64: Pinned.Run(new ScanKernel<TOp, long>(op, outer, length, inner), y, x); break;
            default: throw new DTypeException($"A scan needs Float32, Float64 or Int64, not {x.DType}.");
        }
        return y;
    }

    /// <summary>The order in which each row would be sorted: stable, NaN as the largest.</summary>
    public override Tensor ArgSort(Tensor x, bool descending)
    {
        var indices = Tensor.Allocate(x.Shape, DType.Int64, Device.Cpu);
        if (x.Count == 0) return indices;
        int length = x.Shape[^1], rows = x.Count / length;
        switch (x.DType)
        {
            case DType.Float32: Pinned.Run(new SortKernel<float>(rows, length, descending), indices, x); break;
            case DType.Float64: Pinned.Run(new SortKernel<double>(rows, length, descending), indices, x); break;
            case DType.Float16: Pinned.Run(new SortKernel<Half>(rows, length, descending), indices, x); break;
            case DType.Int64: Pinned.Run(new SortKernel<long>(rows, length, descending), indices, x); break;
            case DType.Int32: Pinned.Run(new SortKernel<int>(rows, length, descending), indices, x); break;
            case DType.Int16: Pinned.Run(new SortKernel<short>(rows, length, descending), indices, x); break;
            case DType.Int8: Pinned.Run(new SortKernel<sbyte>(rows, length, descending), indices, x); break;
            default: Pinned.Run(new SortKernel<byte>(rows, length, descending), indices, x); break;
        }
        return indices;
    }

    private readonly struct ScanKernel<TOp, T>(TOp op, int outer, int length, int inner) : IKernel where TOp : unmanaged, IReduceOp where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p)
        {
            T* y = (T*)p.A, x = (T*)p.B;
            for (int o = 0; o < outer; o++)
            {
                for (int j = 0; j < inner; j++)
                {
                    var total = op.Identity<Number<T>>();
                    for (int i = 0; i < length; i++)
                    {
                        nint at = ((nint)o * length + i) * inner + j;
                        total = i == 0 ? Number<T>.Load(x + at) : op.Combine(total, Number<T>.Load(x + at));
                        Number<T>.Store(total, y + at);
                    }
                }
            }
        }
    }

    private readonly struct SortKernel<T>(int rows, int length, bool descending) : IKernel where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p)
        {
            var job = new SortJob<T>(length, descending, p);
            if ((long)rows * length < 4096) for (int r = 0; r < rows; r++) job.Run(r);
            else Workers.Run(ref job, rows);
        }
    }

    private readonly struct SortJob<T>(int length, bool descending, Pointers p) : IJob where T : unmanaged, INumber<T>
    {
        public void Run(int row)
        {
            SortKeys.Sort(new ReadOnlySpan<T>((T*)p.B + (nint)row * length, length), new Span<long>((long*)p.A + (nint)row * length, length), descending);
        }
    }
}
