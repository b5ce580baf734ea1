using System.Numerics;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    /// <summary>Rows of the source go to rows of the copy by number, row by row in the order of the leading dimensions of the indices.</summary>
    public override Tensor Scatter(ScatterMode mode, Tensor x, Tensor indices, Tensor source)
    {
        var y = Contiguous(x);
        if (source.Count == 0) return y;
        var rows = RowsOf(x.Shape, indices.Shape);
        switch (x.DType)
        {
            case DType.Float32: Pinned.Run(new ScatterKernel<float>(mode, rows, x.Shape[^1], indices.Shape[^1]), y, indices, source); break;
            case DType.Float64: Pinned.Run(new ScatterKernel<double>(mode, rows, x.Shape[^1], indices.Shape[^1]), y, indices, source); break;
            case DType.Int64: Pinned.Run(new ScatterKernel<long>(mode, rows, x.Shape[^1], indices.Shape[^1]), y, indices, source); break;
            case DType.Int32: Pinned.Run(new ScatterKernel<int>(mode, rows, x.Shape[^1], indices.Shape[^1]), y, indices, source); break;
            case DType.Int16: Pinned.Run(new ScatterKernel<short>(mode, rows, x.Shape[^1], indices.Shape[^1]), y, indices, source); break;
            case DType.Int8: Pinned.Run(new ScatterKernel<sbyte>(mode, rows, x.Shape[^1], indices.Shape[^1]), y, indices, source); break;
            default: Pinned.Run(new ScatterKernel<byte>(mode, rows, x.Shape[^1], indices.Shape[^1]), y, indices, source); break;
        }
        return y;
    }

    /// <summary>For each row of the indices the number of the row of the tensor with the same coordinates.</summary>
    private static int[] RowsOf(Shape shape, Shape indices)
    {
        int count = 1;
        for (int i = 0; i < indices.Rank - 1; i++) count *= indices[i];
        var rows = new int[count];
        for (int r = 0; r < count; r++)
        {
            int rest = r, step = 1;
            for (int i = indices.Rank - 2; i >= 0; i--)
            {
                rows[r] += rest % indices[i] * step;
                rest /= indices[i];
                step *= shape[i];
            }
        }
        return rows;
    }

    private readonly struct ScatterKernel<T>(ScatterMode mode, int[] rows, int length, int count) : IKernel where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p)
        {
            long* places = (long*)p.B;
            T* source = (T*)p.C;
            foreach (int row in rows)
            {
                T* y = (T*)p.A + (nint)row * length;
                for (int i = 0; i < count; i++)
                {
                    ref T target = ref y[*places++];
                    T value = *source++;
                    target = mode switch
                    {
                        ScatterMode.Replace => value,
                        ScatterMode.Add => target + value,
                        ScatterMode.Multiply => target * value,
                        ScatterMode.Max => T.Max(target, value),
                        _ => T.Min(target, value),
                    };
                }
            }
        }
    }
}
