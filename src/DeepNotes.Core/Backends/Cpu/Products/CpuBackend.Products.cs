using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    private const int SmallWeight = 1 << 16;

    public override Tensor MatMul(Tensor a, Tensor b, Shape shape)
    {
        // Sums of one product: there is nothing to add up, only a result to write.
        bool isOuter = a.Shape[^1] == 1;
        if (isOuter && (shape.Rank != 2 || b.Strides[^1] != 1)) return Zip(default(Multiply), a, b, shape);
        var y = Tensor.Allocate(shape, a.DType, Device.Cpu);
        if (y.Count == 0) return y;
        if (isOuter && a.DType == DType.Float32) Pinned.Run(new OuterKernel<float>(a, shape), y, a, b);
        else if (isOuter) Pinned.Run(new OuterKernel<double>(a, shape), y, a, b);
        else if (a.DType == DType.Float32) Pinned.Run(new MatMulKernel<float>(a, b, shape), y, a, b);
        else Pinned.Run(new MatMulKernel<double>(a, b, shape), y, a, b);
        return y;
    }

    public override Tensor Linear<TOp>(TOp activation, Tensor x, Tensor weight, Tensor? bias)
    {
        int outputs = weight.Shape[0];
        x = x.Rank == 2 ? x : x.Contiguous();
        var y = Tensor.Allocate([.. x.Shape.AsSpan()[..^1], outputs], x.DType, Device.Cpu);
        if (y.Count == 0) return y;
        bias = bias?.Contiguous();
        // One row reads each weight once: a large matrix then comes from memory, in whatever order.
        if ((y.Count > outputs || weight.Count <= SmallWeight) && PackedWeight.Of(weight) is { } packed)
        {
            if (x.DType == DType.Float32) Pinned.Run(new LinearKernel<TOp, float>(activation, x, weight, IsPacked: true), y, x, packed, bias);
            else Pinned.Run(new LinearKernel<TOp, double>(activation, x, weight, IsPacked: true), y, x, packed, bias);
            return y;
        }
        if (x.DType == DType.Float32) Pinned.Run(new LinearKernel<TOp, float>(activation, x, weight), y, x, weight, bias);
        else Pinned.Run(new LinearKernel<TOp, double>(activation, x, weight), y, x, weight, bias);
        return y;
    }

    private readonly struct OuterKernel<T>(Tensor a, Shape shape) : IKernel where T : unmanaged, System.Numerics.INumber<T>
    {
        public void Run(Pointers p) => OuterProduct.Multiply(shape[0], shape[1], (T*)p.B, a.Strides[0], (T*)p.C, (T*)p.A);
    }

    /// <summary>Runs of matrices that lie at even distances are one batched product; the remaining batch dimensions are counted through.</summary>
    private readonly struct MatMulKernel<T>(Tensor a, Tensor b, Shape shape) : IKernel where T : unmanaged, System.Numerics.INumber<T>
    {
        public void Run(Pointers p)
        {
            int m = shape[^2], n = shape[^1], k = a.Shape[^1];
            int[] sa = a.Strides, sb = b.Strides;
            T* y = (T*)p.A;
            if (shape.Rank == 2)
            {
                Gemm.Multiply(m, n, k, (T*)p.B, sa[^2], sa[^1], (T*)p.C, sb[^2], sb[^1], y, n, false, default(NoEpilogue<T>));
                return;
            }
            int run = shape[^3], batch = shape.Rank - 2;
            int matrices = shape.ElementCount / (m * n);
            nint stepA = Step(a, sa, batch - 1, batch), stepB = Step(b, sb, batch - 1, batch);
            for (int first = 0; first < matrices; first += run)
            {
                nint offsetA = 0, offsetB = 0;
                int rest = first / run;
                for (int i = batch - 2; i >= 0; i--)
                {
                    int at = rest % shape[i];
                    rest /= shape[i];
                    offsetA += at * Step(a, sa, i, batch);
                    offsetB += at * Step(b, sb, i, batch);
                }
                Gemm.MultiplyBatch(run, m, n, k, (T*)p.B + offsetA, stepA, sa[^2], sa[^1], (T*)p.C + offsetB, stepB, sb[^2], sb[^1], y + (nint)first * m * n, (nint)m * n, n, false, default(NoEpilogue<T>));
            }
        }

        /// <summary>From one matrix of an operand to the next along a batch dimension; 0 where it is repeated.</summary>
        private static nint Step(Tensor t, int[] strides, int dimension, int batch)
        {
            int own = dimension - (batch - (t.Rank - 2));
            return own < 0 || t.Shape[own] == 1 ? 0 : strides[own];
        }
    }

    private readonly record struct LinearKernel<TOp, T>(TOp Activation, Tensor X, Tensor Weight, bool IsPacked = false) : IKernel where TOp : unmanaged, IUnaryOp where T : unmanaged, System.Numerics.INumber<T>
    {
        public void Run(Pointers p)
        {
            T* bias = (T*)p.D;
            if (typeof(TOp) != typeof(Identity)) Run(p, new BiasActivation<T, TOp>(bias, Activation));
            else if (bias != null) Run(p, new Bias<T>(bias));
            else Run(p, default(NoEpilogue<T>));
        }

        private void Run<TEpilogue>(Pointers p, TEpilogue epilogue) where TEpilogue : struct, IEpilogue<T>
        {
            int k = Weight.Shape[1], n = Weight.Shape[0], m = Rows(X);
            nint rowX = X.Rank == 2 ? X.Strides[0] : k, colX = X.Rank == 2 ? X.Strides[1] : 1;
            T* a = (T*)p.B, b = (T*)p.C, y = (T*)p.A;
            if (IsPacked)
            {
                Gemm.MultiplyPacked(m, n, k, a, rowX, colX, b, y, epilogue);
                return;
            }
            int[] w = Weight.Strides;
            Gemm.Multiply(m, n, k, a, rowX, colX, b, w[1], w[0], y, n, false, epilogue);
        }

        private static int Rows(Tensor x)
        {
            int rows = 1;
            foreach (int length in x.Shape.AsSpan()[..^1]) rows *= length;
            return rows;
        }
    }
}
