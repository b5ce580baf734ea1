using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override (Tensor Y, Tensor LogSumExp) Attention(AttentionSettings settings, Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        (q, k, v) = (Lined(q), Lined(k), Lined(v));
        var shape = new AttentionShape(settings, q, k, v, mask);
        var y = Like(q, AttentionShape.Of(shape.Items, shape.Queries, shape.ValueLength));
        var logSumExp = Tensor.Allocate(AttentionShape.Of(shape.Items, shape.Queries), q.DType, Device.Cpu);
        if (y.Count == 0) return (y, logSumExp);
        var starts = new AttentionStarts(shape, q, k, v, mask, y);
        if (q.DType == DType.Float32) ForwardWidest<float>(shape, starts, q, k, v, mask, y, logSumExp);
        else ForwardWidest<double>(shape, starts, q, k, v, mask, y, logSumExp);
        return (y, logSumExp);
    }

    public override (Tensor? Q, Tensor? K, Tensor? V, Tensor? Mask) AttentionGradient(
        AttentionSettings settings, Tensor g, Tensor q, Tensor k, Tensor v, Tensor? mask, Tensor y, Tensor logSumExp, bool needsQ, bool needsKv, bool needsMask)
    {
        (g, q, k, v) = (Lined(g), Lined(q), Lined(k), Lined(v));
        var shape = new AttentionShape(settings, q, k, v, mask);
        var dq = needsQ ? Like(q, AttentionShape.Of(shape.Items, shape.Queries, shape.Length)) : null;
        var dk = needsKv ? Like(k, AttentionShape.Of(shape.KeyItems, shape.Keys, shape.Length)) : null;
        var dv = needsKv ? Like(v, AttentionShape.Of(shape.KeyItems, shape.Keys, shape.ValueLength)) : null;
        var dMask = needsMask ? Tensor.Zeros(mask!.Shape, mask.DType) : null;
        if (y.Count == 0 || shape.Keys == 0)
        {
            foreach (var gradient in new[] { dq, dk, dv }) if (gradient is not null) Fill(gradient, 0);
            return (dq, dk, dv, dMask);
        }
        if (q.DType == DType.Float32) BackwardWidest<float>(shape, g, q, k, v, mask, y, logSumExp, dq, dk, dv, dMask);
        else BackwardWidest<double>(shape, g, q, k, v, mask, y, logSumExp, dq, dk, dv, dMask);
        return (dq, dk, dv, dMask);
    }

    /// <summary>The kernels read rows without gaps.</summary>
    private static Tensor Lined(Tensor t) => t.Shape[^1] == 1 || t.Strides[^1] == 1 ? t : t.Contiguous();

    /// <summary>
    /// Memory whose heads and times lie in the order in which they do in another tensor: what comes out of heads split off a row of features goes back into one
    /// without a copy.
    /// </summary>
    private static Tensor Like(Tensor other, Shape shape)
    {
        if (shape.Rank < 3 || other.Rank < 3 || other.Strides[^3] >= other.Strides[^2] || other.Strides[^3] == 0) return Tensor.Allocate(shape, other.DType, Device.Cpu);
        int[] lengths = shape.ToArray();
        (lengths[^3], lengths[^2]) = (lengths[^2], lengths[^3]);
        var turned = Tensor.Allocate(Shape.Of(lengths), other.DType, Device.Cpu);
        int[] strides = turned.Strides;
        (strides[^3], strides[^2]) = (strides[^2], strides[^3]);
        return turned.View(shape, strides, 0);
    }

    private static void ForwardWidest<T>(AttentionShape shape, AttentionStarts starts, Tensor q, Tensor k, Tensor v, Tensor? mask, Tensor y, Tensor logSumExp) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Pinned.Run(new ForwardKernel<T, Simd512<T>>(shape, starts), y, q, k, v, logSumExp, mask);
        else if (Vector256.IsHardwareAccelerated) Pinned.Run(new ForwardKernel<T, Simd256<T>>(shape, starts), y, q, k, v, logSumExp, mask);
        else if (Vector128.IsHardwareAccelerated) Pinned.Run(new ForwardKernel<T, Simd128<T>>(shape, starts), y, q, k, v, logSumExp, mask);
        else Pinned.Run(new ForwardKernel<T, Number<T>>(shape, starts), y, q, k, v, logSumExp, mask);
    }

    private static void BackwardWidest<T>(
        AttentionShape shape, Tensor g, Tensor q, Tensor k, Tensor v, Tensor? mask, Tensor y, Tensor logSumExp, Tensor? dq, Tensor? dk, Tensor? dv, Tensor? dMask) where T : unmanaged, IFloatingPointIeee754<T>
    {
        var starts = new AttentionStarts(shape, q, k, v, mask, y);
        var gradients = new AttentionGradientStarts(shape, g, dq, dk, dv);
        if (Vector512.IsHardwareAccelerated) Run<Simd512<T>>();
        else if (Vector256.IsHardwareAccelerated) Run<Simd256<T>>();
        else if (Vector128.IsHardwareAccelerated) Run<Simd128<T>>();
        else Run<Number<T>>();

        void Run<V>() where V : unmanaged, ISimdLane<V, T> =>
            Pinned.Run(new BackwardKernel<T, V>(shape, starts, gradients, logSumExp, dq, dk, dv, dMask), g, q, k, v, y, mask);
    }

    private readonly struct ForwardKernel<T, V>(AttentionShape shape, AttentionStarts starts) : IKernel where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(Pointers p)
        {
            if (shape.Queries == 1) new AttentionRow<T, V>(shape, starts, p).Run();
            else new AttentionForward<T, V>(shape, starts, p).Run();
        }
    }

    /// <summary>Holds the inputs in place, then the results.</summary>
    private readonly struct BackwardKernel<T, V>(AttentionShape shape, AttentionStarts starts, AttentionGradientStarts gradients, Tensor logSumExp, Tensor? dq, Tensor? dk, Tensor? dv, Tensor? dMask) : IKernel
        where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(Pointers p) => Pinned.Run(new Inner(shape, starts, gradients, p, dMask), logSumExp, dq, dk, dv, dMask);

        private readonly struct Inner(AttentionShape shape, AttentionStarts starts, AttentionGradientStarts gradients, Pointers inputs, Tensor? dMask) : IKernel
        {
            public void Run(Pointers p) => AttentionBackward<T, V>.Run(shape, starts, gradients, inputs, p, dMask);
        }
    }
}
