using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override Tensor Reduce<TOp>(TOp op, Tensor x, int rows, int length, int inner, Shape shape)
    {
        var y = Tensor.Allocate(shape, x.DType, Device.Cpu);
        if (y.Count == 0) return y;
        switch (x.DType)
        {
            case DType.Float32: ReduceWidest<TOp, float>(op, x, y, rows, length, inner); break;
            case DType.Float64: ReduceWidest<TOp, double>(op, x, y, rows, length, inner); break;
            case DType.Int64: ReduceWidest<TOp, long>(op, x, y, rows, length, inner); break;
            case DType.Int32: ReduceWidest<TOp, int>(op, x, y, rows, length, inner); break;
            case DType.Int16: ReduceWidest<TOp, short>(op, x, y, rows, length, inner); break;
            case DType.Int8: ReduceWidest<TOp, sbyte>(op, x, y, rows, length, inner); break;
            default: ReduceWidest<TOp, byte>(op, x, y, rows, length, inner); break;
        }
        return y;
    }

    private static void ReduceWidest<TOp, T>(TOp op, Tensor x, Tensor y, int rows, int length, int inner)
        where TOp : unmanaged, IReduceOp where T : unmanaged, INumber<T>
    {
        if (Vector512.IsHardwareAccelerated) Pinned.Run(new Reduction<TOp, T, Simd512<T>>(op, rows, length, inner), y, x);
        else if (Vector256.IsHardwareAccelerated) Pinned.Run(new Reduction<TOp, T, Simd256<T>>(op, rows, length, inner), y, x);
        else if (Vector128.IsHardwareAccelerated) Pinned.Run(new Reduction<TOp, T, Simd128<T>>(op, rows, length, inner), y, x);
        else Pinned.Run(new Reduction<TOp, T, Number<T>>(op, rows, length, inner), y, x);
    }

    /// <summary>The largest or smallest of each stretch with its place; NaN counts as larger and as smaller than any number, the first of equals wins.</summary>
    public override (Tensor Values, Tensor Indices) Extreme(Tensor x, bool largest, int rows, int length, int inner, Shape shape)
    {
        var values = Tensor.Allocate(shape, x.DType, Device.Cpu);
        var indices = Tensor.Allocate(shape, DType.Int64, Device.Cpu);
        if (values.Count == 0) return (values, indices);
        switch (x.DType)
        {
            case DType.Float32: Pinned.Run(new ExtremeKernel<float>(largest, rows, length, inner), x, values, indices); break;
            case DType.Float64: Pinned.Run(new ExtremeKernel<double>(largest, rows, length, inner), x, values, indices); break;
            case DType.Int64: Pinned.Run(new ExtremeKernel<long>(largest, rows, length, inner), x, values, indices); break;
            case DType.Int32: Pinned.Run(new ExtremeKernel<int>(largest, rows, length, inner), x, values, indices); break;
            case DType.Int16: Pinned.Run(new ExtremeKernel<short>(largest, rows, length, inner), x, values, indices); break;
            case DType.Int8: Pinned.Run(new ExtremeKernel<sbyte>(largest, rows, length, inner), x, values, indices); break;
            case DType.Float16: Pinned.Run(new ExtremeKernel<Half>(largest, rows, length, inner), x, values, indices); break;
            default: Pinned.Run(new ExtremeKernel<byte>(largest, rows, length, inner), x, values, indices); break;
        }
        return (values, indices);
    }

    private readonly struct ExtremeKernel<T>(bool largest, int rows, int length, int inner) : IKernel where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p)
        {
            var job = new ExtremeJob<T>(largest, length, inner, p);
            if ((long)rows * length * inner < 32768) for (int i = 0; i < rows; i++) job.Run(i);
            else Workers.Run(ref job, rows);
        }
    }

    private readonly struct ExtremeJob<T>(bool largest, int length, int inner, Pointers p) : IJob where T : unmanaged, INumber<T>
    {
        public void Run(int row)
        {
            T* x = (T*)p.A + (nint)row * length * inner;
            T* values = (T*)p.B + (nint)row * inner;
            long* indices = (long*)p.C + (nint)row * inner;
            for (int j = 0; j < inner; j++)
            {
                T best = x[j];
                int at = 0;
                for (int i = 1; i < length && !T.IsNaN(best); i++)
                {
                    T candidate = x[(nint)i * inner + j];
                    if (T.IsNaN(candidate) || (largest ? candidate > best : candidate < best)) (best, at) = (candidate, i);
                }
                values[j] = best;
                indices[j] = at;
            }
        }
    }
}
