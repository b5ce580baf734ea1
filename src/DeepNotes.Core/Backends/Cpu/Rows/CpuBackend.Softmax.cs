using System.Numerics;
using DeepNotes.Lanes;
using static DeepNotes.Backends.Cpu.RowLoops;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override Tensor Softmax(Tensor x, bool log)
    {
        var y = Tensor.Allocate(x.Shape, x.DType, Device.Cpu);
        if (x.Count > 0) RowKernels.Run(new SoftmaxRow(log), x.DType, x.Count / x.Shape[^1], x.Shape[^1], y, x);
        return y;
    }

    public override Tensor SoftmaxGradient(Tensor g, Tensor y, bool log)
    {
        var d = Tensor.Allocate(y.Shape, y.DType, Device.Cpu);
        if (y.Count > 0) RowKernels.Run(new SoftmaxGradientRow(log), y.DType, y.Count / y.Shape[^1], y.Shape[^1], d, g, y);
        return d;
    }

    public override (Tensor Loss, Tensor LogSumExp) CrossEntropy(Tensor logits, Tensor labels)
    {
        int rows = logits.Shape[0], classes = logits.Shape[1];
        var loss = Tensor.Allocate([rows], logits.DType, Device.Cpu);
        var logSumExp = Tensor.Allocate([rows], logits.DType, Device.Cpu);
        if (rows > 0) RowKernels.Run(new CrossEntropyRow(), logits.DType, rows, classes, loss, logSumExp, logits, labels);
        return (loss, logSumExp);
    }

    public override Tensor CrossEntropyGradient(Tensor g, Tensor logits, Tensor labels, Tensor logSumExp)
    {
        var d = Tensor.Allocate(logits.Shape, logits.DType, Device.Cpu);
        if (d.Count > 0) RowKernels.Run(new CrossEntropyGradientRow(), logits.DType, logits.Shape[0], logits.Shape[1], d, g, logits, labels, logSumExp);
        return d;
    }

    private readonly struct SoftmaxRow(bool log) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* y = (T*)p.A + (nint)row * length, x = (T*)p.B + (nint)row * length;
            // A row of nothing but −∞ has no largest element to subtract: its result is NaN, as in PyTorch.
            T max = Max<T, V>(length, x);
            if (log)
            {
                T sum = Sum<ShiftedExp<T, V>, T, V>(new(max, T.One), length, x);
                Map<Shifted<T, V>, T, V>(new(max, T.Log(sum)), length, y, x);
                return;
            }
            Map<ShiftedExp<T, V>, T, V>(new(max, T.One), length, y, x);
            Map<Scaled<T, V>, T, V>(new(T.One / Sum<Itself<T, V>, T, V>(new(), length, y)), length, y, y);
        }
    }

    /// <summary>Softmax: y·(g − Σ g·y). Log-softmax: g − exp(y)·Σ g.</summary>
    private readonly struct SoftmaxGradientRow(bool log) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* d = (T*)p.A + (nint)row * length, g = (T*)p.B + (nint)row * length, y = (T*)p.C + (nint)row * length;
            if (log) Map<LessExp<T, V>, T, V>(new(Sum<Itself<T, V>, T, V>(new(), length, g)), length, d, g, y);
            else Map<ProductWithShifted<T, V>, T, V>(new(Sum<ProductOf<T, V>, T, V>(new(), length, g, y)), length, d, g, y);
        }
    }

    private readonly struct CrossEntropyRow : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* x = (T*)p.C + (nint)row * length;
            T max = Max<T, V>(length, x), logSum = T.Log(Sum<ShiftedExp<T, V>, T, V>(new(max, T.One), length, x));
            ((T*)p.A)[row] = max - x[((long*)p.D)[row]] + logSum;
            ((T*)p.B)[row] = max + logSum;
        }
    }

    /// <summary>g·(softmax(x) − one-hot(label)).</summary>
    private readonly struct CrossEntropyGradientRow : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* d = (T*)p.A + (nint)row * length, x = (T*)p.C + (nint)row * length;
            T g = ((T*)p.B)[row];
            Map<ShiftedExp<T, V>, T, V>(new(((T*)p.E)[row], g), length, d, x);
            d[((long*)p.D)[row]] -= g;
        }
    }
}
