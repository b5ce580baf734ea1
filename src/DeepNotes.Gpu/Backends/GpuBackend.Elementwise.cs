using DeepNotes.Gpu.Kernels;
using DeepNotes.Gpu.Lanes;
using DeepNotes.Ops;
using ILGPU;
using ILGPU.Runtime;

namespace DeepNotes.Gpu.Backends;

internal sealed partial class GpuBackend
{
    public override Tensor Map<TOp>(TOp op, Tensor x)
    {
        var y = New(x.Shape, x.DType);
        if (y.Count == 0) return y;
        switch (x.DType)
        {
            case DType.Float32: Map<TOp, Thread32, float>(op, x, y); break;
            case DType.Float64: Map<TOp, Thread64, double>(op, x, y); break;
            case DType.Int64: Map<TOp, ThreadInt64, long>(op, x, y); break;
            case DType.Int32: Map<TOp, ThreadInt32, int>(op, x, y); break;
            case DType.UInt8 or DType.Bool: Map<TOp, ThreadUInt8, byte>(op, x, y); break;
            default: throw NoLane(x.DType);
        }
        return y;
    }

    public override Tensor MapGradient<TOp>(TOp op, Tensor g, Tensor x, Tensor y)
    {
        var result = New(g.Shape, g.DType);
        if (result.Count == 0) return result;
        if (g.DType == DType.Float32) MapGradient<TOp, Thread32, float>(op, g, x, y, result);
        else if (g.DType == DType.Float64) MapGradient<TOp, Thread64, double>(op, g, x, y, result);
        else throw NoLane(g.DType);
        return result;
    }

    public override Tensor Zip<TOp>(TOp op, Tensor a, Tensor b, Shape shape)
    {
        var y = New(shape, a.DType);
        if (y.Count == 0) return y;
        switch (a.DType)
        {
            case DType.Float32: Zip<TOp, Thread32, float>(op, a, b, y); break;
            case DType.Float64: Zip<TOp, Thread64, double>(op, a, b, y); break;
            case DType.Int64: Zip<TOp, ThreadInt64, long>(op, a, b, y); break;
            case DType.Int32: Zip<TOp, ThreadInt32, int>(op, a, b, y); break;
            case DType.UInt8 or DType.Bool: Zip<TOp, ThreadUInt8, byte>(op, a, b, y); break;
            default: throw NoLane(a.DType);
        }
        return y;
    }

    public override Tensor ZipGradient<TOp>(TOp op, bool left, Tensor g, Tensor a, Tensor b, Tensor y)
    {
        var result = New(g.Shape, g.DType);
        if (result.Count == 0) return result;
        if (g.DType == DType.Float32) ZipGradient<TOp, Thread32, float>(op, left, g, a, b, y, result);
        else if (g.DType == DType.Float64) ZipGradient<TOp, Thread64, double>(op, left, g, a, b, y, result);
        else throw NoLane(g.DType);
        return result;
    }

    public override Tensor Compare<TOp>(TOp op, Tensor a, Tensor b, Shape shape)
    {
        var y = New(shape, DType.Bool);
        if (y.Count == 0) return y;
        switch (a.DType)
        {
            case DType.Float32: Compare<TOp, Thread32, float>(op, a, b, y); break;
            case DType.Float64: Compare<TOp, Thread64, double>(op, a, b, y); break;
            case DType.Int64: Compare<TOp, ThreadInt64, long>(op, a, b, y); break;
            case DType.Int32: Compare<TOp, ThreadInt32, int>(op, a, b, y); break;
            case DType.UInt8 or DType.Bool: Compare<TOp, ThreadUInt8, byte>(op, a, b, y); break;
            default: throw NoLane(a.DType);
        }
        return y;
    }

    public override Tensor Where(Tensor mask, Tensor a, Tensor b, Shape shape)
    {
        var y = New(shape, a.DType);
        if (y.Count == 0) return y;
        switch (a.DType.Size())
        {
            case 8: Where<long>(mask, a, b, y); break;
            case 4: Where<int>(mask, a, b, y); break;
            case 2: Where<short>(mask, a, b, y); break;
            default: Where<byte>(mask, a, b, y); break;
        }
        return y;
    }

    public override void ZipInto<TOp>(TOp op, Tensor target, Tensor b)
    {
        if (target.Count == 0) return;
        switch (target.DType)
        {
            case DType.Float32: ZipInto<TOp, Thread32, float>(op, target, b); break;
            case DType.Float64: ZipInto<TOp, Thread64, double>(op, target, b); break;
            case DType.Int64: ZipInto<TOp, ThreadInt64, long>(op, target, b); break;
            case DType.Int32: ZipInto<TOp, ThreadInt32, int>(op, target, b); break;
            case DType.UInt8 or DType.Bool: ZipInto<TOp, ThreadUInt8, byte>(op, target, b); break;
            default: throw NoLane(target.DType);
        }
    }

    public override void Update<TOp>(TOp op, Tensor parameter, Tensor gradient, Tensor? s0, Tensor? s1, Tensor? s2)
    {
        if (parameter.Count == 0) return;
        if (parameter.DType == DType.Float32) Update<TOp, Thread32, float>(op, parameter, gradient, s0, s1, s2);
        else if (parameter.DType == DType.Float64) Update<TOp, Thread64, double>(op, parameter, gradient, s0, s1, s2);
        else throw NoLane(parameter.DType);
    }

    private void Map<TOp, V, T>(TOp op, Tensor x, Tensor y) where TOp : unmanaged, IUnaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var layout = Layout.Of(y.Shape, x);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(Map), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<T>, TOp>(ElementwiseKernels.Map<TOp, V, T>))
            (n.Threads, n, View<T>(x), layout.A, View<T>(y), op);
        GC.KeepAlive(x);
        GC.KeepAlive(y);
    }

    private void MapGradient<TOp, V, T>(TOp op, Tensor g, Tensor x, Tensor y, Tensor result) where TOp : unmanaged, IUnaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var layout = Layout.Of(result.Shape, g, x, y);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(MapGradient), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, TOp>(ElementwiseKernels.MapGradient<TOp, V, T>))
            (n.Threads, n, View<T>(g), layout.A, View<T>(x), layout.B, View<T>(y), layout.C, View<T>(result), op);
        GC.KeepAlive(g);
        GC.KeepAlive(x);
        GC.KeepAlive(y);
        GC.KeepAlive(result);
    }

    private void Zip<TOp, V, T>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var layout = Layout.Of(y.Shape, a, b);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(Zip), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, TOp>(ElementwiseKernels.Zip<TOp, V, T>))
            (n.Threads, n, View<T>(a), layout.A, View<T>(b), layout.B, View<T>(y), op);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
    }

    private void ZipGradient<TOp, V, T>(TOp op, bool left, Tensor g, Tensor a, Tensor b, Tensor y, Tensor result) where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var layout = Layout.Of(result.Shape, g, a, b, y);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        var kernel = left
            ? launcher.Get("ZipGradientLeft", static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, TOp>(ElementwiseKernels.ZipGradientLeft<TOp, V, T>))
            : launcher.Get("ZipGradientRight", static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>, TOp>(ElementwiseKernels.ZipGradientRight<TOp, V, T>));
        kernel(n.Threads, n, View<T>(g), layout.A, View<T>(a), layout.B, View<T>(b), layout.C, View<T>(y), layout.D, View<T>(result), op);
        GC.KeepAlive(g);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
        GC.KeepAlive(result);
    }

    private void Compare<TOp, V, T>(TOp op, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, ICompareOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var layout = Layout.Of(y.Shape, a, b);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(Compare), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<byte>, TOp>(ElementwiseKernels.Compare<TOp, V, T>))
            (n.Threads, n, View<T>(a), layout.A, View<T>(b), layout.B, View<byte>(y), op);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
    }

    private void Where<T>(Tensor mask, Tensor a, Tensor b, Tensor y) where T : unmanaged
    {
        var layout = Layout.Of(y.Shape, mask, a, b);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(Where), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<byte>, Strides, ArrayView<T>, Strides, ArrayView<T>, Strides, ArrayView<T>>(ElementwiseKernels.Where))
            (n.Threads, n, View<byte>(mask), layout.A, View<T>(a), layout.B, View<T>(b), layout.C, View<T>(y));
        GC.KeepAlive(mask);
        GC.KeepAlive(a);
        GC.KeepAlive(b);
        GC.KeepAlive(y);
    }

    private void ZipInto<TOp, V, T>(TOp op, Tensor target, Tensor b) where TOp : unmanaged, IBinaryOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var layout = Layout.Of(target.Shape, target, b);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(ZipInto), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<T>, Strides, TOp>(ElementwiseKernels.ZipInto<TOp, V, T>))
            (n.Threads, n, View<T>(target), layout.A, View<T>(b), layout.B, op);
        GC.KeepAlive(target);
        GC.KeepAlive(b);
    }

    private void Update<TOp, V, T>(TOp op, Tensor parameter, Tensor gradient, Tensor? s0, Tensor? s1, Tensor? s2) where TOp : unmanaged, IUpdateOp where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var n = Extent.Linear(parameter.Count).On(accelerator.MaxNumThreads);
        launcher.Get(nameof(Update), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, ArrayView<T>, TOp>(ElementwiseKernels.Update<TOp, V, T>))
            (n.Threads, n, View<T>(parameter), View<T>(gradient), View<T>(s0 ?? gradient), View<T>(s1 ?? gradient), View<T>(s2 ?? gradient), op);
        GC.KeepAlive(parameter);
        GC.KeepAlive(gradient);
        GC.KeepAlive(s0);
        GC.KeepAlive(s1);
        GC.KeepAlive(s2);
    }
}
