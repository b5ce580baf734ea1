using System.Numerics;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static DeepNotes.Backends.Cpu.RowKernels;

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

    /// <summary>The largest of a row, and the sum of the exponentials of what is below it; these are stored too where there is room for them.</summary>
    private static (T Max, T Sum) MaxAndSum<T, V>(T* x, int length, T* exponentials) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
    {
        V most = V.Const(double.NegativeInfinity);
        for (int i = 0; i < length; i += V.Count) most = V.Max(most, LoadRow<T, V>(x, i, length, double.NegativeInfinity));
        T max = Max<T, V>(most);
        // A row of nothing but −∞ has no largest element to subtract: its result is NaN, as in PyTorch.
        V shift = V.Broadcast(max), sum = V.Const(0);
        for (int i = 0; i < length; i += V.Count)
        {
            V e = V.Call(default(Exp), LoadRow<T, V>(x, i, length, double.NegativeInfinity) - shift);
            if (exponentials != null) StoreRow(e, exponentials, i, length);
            sum += i + V.Count <= length ? e : Cut<T, V>(e, length - i);
        }
        return (max, Sum<T, V>(sum));
    }

    /// <summary>The lane with everything beyond the row's end set to zero, whatever it held.</summary>
    private static V Cut<T, V>(V value, int count) where T : unmanaged where V : unmanaged, ISimdLane<V, T>
    {
        T* lane = stackalloc T[64];
        V.Store(value, lane);
        for (int k = count; k < V.Count; k++) lane[k] = default;
        return V.Load(lane);
    }

    private readonly struct SoftmaxRow(bool log) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* y = (T*)p.A + (nint)row * length, x = (T*)p.B + (nint)row * length;
            var (max, sum) = MaxAndSum<T, V>(x, length, log ? null : y);
            if (log)
            {
                V shift = V.Broadcast(max), logSum = V.Broadcast(T.Log(sum));
                for (int i = 0; i < length; i += V.Count) StoreRow(LoadRow<T, V>(x, i, length, 0) - shift - logSum, y, i, length);
                return;
            }
            V scale = V.Const(1) / V.Broadcast(sum);
            for (int i = 0; i < length; i += V.Count) StoreRow(LoadRow<T, V>(y, i, length, 0) * scale, y, i, length);
        }
    }

    /// <summary>Softmax: y·(g − Σ g·y). Log-softmax: g − exp(y)·Σ g.</summary>
    private readonly struct SoftmaxGradientRow(bool log) : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* d = (T*)p.A + (nint)row * length, g = (T*)p.B + (nint)row * length, y = (T*)p.C + (nint)row * length;
            V total = V.Const(0);
            for (int i = 0; i < length; i += V.Count)
            {
                V gi = LoadRow<T, V>(g, i, length, 0);
                total += log ? gi : gi * LoadRow<T, V>(y, i, length, 0);
            }
            V sum = V.Broadcast(Sum<T, V>(total));
            for (int i = 0; i < length; i += V.Count)
            {
                V gi = LoadRow<T, V>(g, i, length, 0), yi = LoadRow<T, V>(y, i, length, 0);
                StoreRow(log ? gi - V.Call(default(Exp), yi) * sum : yi * (gi - sum), d, i, length);
            }
        }
    }

    private readonly struct CrossEntropyRow : IRowFunction
    {
        public void Row<T, V>(int row, int length, Pointers p) where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
        {
            T* x = (T*)p.C + (nint)row * length;
            var (max, sum) = MaxAndSum<T, V>(x, length, null);
            T logSum = T.Log(sum);
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
            V scale = V.Broadcast(g), shift = V.Broadcast(((T*)p.E)[row]);
            for (int i = 0; i < length; i += V.Count) StoreRow(V.Call(default(Exp), LoadRow<T, V>(x, i, length, 0) - shift) * scale, d, i, length);
            d[((long*)p.D)[row]] -= g;
        }
    }
}
