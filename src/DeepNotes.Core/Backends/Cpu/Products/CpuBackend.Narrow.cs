using System.Runtime.CompilerServices;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override Tensor NarrowLinear(Tensor x, Tensor weight, Tensor? scale, Tensor? bias)
    {
        (x, weight, scale, bias) = (x.Contiguous(), weight.Contiguous(), scale?.Contiguous(), bias?.Contiguous());
        var y = Tensor.Allocate([.. x.Shape.AsSpan()[..^1], weight.Shape[0]], DType.Float32, Device.Cpu);
        if (y.Count == 0) return y;
        int rows = y.Count / weight.Shape[0];
        if (weight.DType == DType.Int8) Pinned.Run(new NarrowLinearKernel<sbyte>(rows, weight.Shape), y, x, weight, scale, bias);
        else if (weight.DType == DType.BFloat16) Pinned.Run(new NarrowLinearKernel<BFloat16>(rows, weight.Shape), y, x, weight, scale, bias);
        else Pinned.Run(new NarrowLinearKernel<Half>(rows, weight.Shape), y, x, weight, scale, bias);
        return y;
    }

    private readonly record struct NarrowLinearKernel<T>(int Rows, Shape Weight) : IKernel where T : unmanaged
    {
        public void Run(Pointers p)
        {
            float* y = (float*)p.A, x = (float*)p.B, scale = (float*)p.D, bias = (float*)p.E;
            int lines = Weight[0], length = Weight[1];
            if (Rows <= NarrowRows<T>.Most)
            {
                NarrowRows<T>.Multiply(new() { X = x, Weight = (T*)p.C, Y = y, Scale = scale, Bias = bias, Rows = Rows, Lines = lines, Length = length });
                return;
            }
            Gemm.Multiply(Rows, lines, length, new StridedPanels<float>(x, length, 1), new NarrowPanels<T>((T*)p.C, length), y, lines, false, new ScaleAndBias(scale, bias));
        }
    }

    /// <summary>A factor and a summand for each column; either may be null.</summary>
    private readonly struct ScaleAndBias(float* scale, float* bias) : IEpilogue<float>
    {
        public static bool IsIdentity => false;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public V Apply<V>(V value, int row, int column, int count) where V : unmanaged, ISimdLane<V, float>
        {
            if (scale != null) value *= PartialLane.Load<V, float>(scale + column, count);
            if (bias != null) value += PartialLane.Load<V, float>(bias + column, count);
            return value;
        }
    }
}
