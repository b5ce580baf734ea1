using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;
using DeepNotes.Ops;
using static DeepNotes.Backends.Cpu.RowKernels;

namespace DeepNotes.Backends.Cpu;

internal sealed unsafe partial class CpuBackend
{
    public override Tensor Rotary(RotarySettings settings, Tensor x, Tensor cos, Tensor sin)
    {
        (x, cos, sin) = (Lined(x), cos.Contiguous(), sin.Contiguous());
        var y = Like(x, x.Shape);
        if (y.Count == 0) return y;
        if (x.DType == DType.Float32) Rotary<float>(settings, x, cos, sin, y);
        else Rotary<double>(settings, x, cos, sin, y);
        return y;
    }

    private static void Rotary<T>(RotarySettings settings, Tensor x, Tensor cos, Tensor sin, Tensor y) where T : unmanaged, IFloatingPointIeee754<T>
    {
        if (Vector512.IsHardwareAccelerated) Pinned.Run(new RotaryKernel<T, Simd512<T>>(settings, x, cos, y), y, x, cos, sin);
        else if (Vector256.IsHardwareAccelerated) Pinned.Run(new RotaryKernel<T, Simd256<T>>(settings, x, cos, y), y, x, cos, sin);
        else if (Vector128.IsHardwareAccelerated) Pinned.Run(new RotaryKernel<T, Simd128<T>>(settings, x, cos, y), y, x, cos, sin);
        else Pinned.Run(new RotaryKernel<T, Number<T>>(settings, x, cos, y), y, x, cos, sin);
    }

    private readonly struct RotaryKernel<T, V>(RotarySettings settings, Tensor x, Tensor cos, Tensor y) : IKernel where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
    {
        public void Run(Pointers p)
        {
            var items = Shape.Create(x.Shape.AsSpan()[..^2]);
            var job = new RotaryJob<T, V>(settings, p, AttentionStarts.Of(x, items), AttentionStarts.Of(y, items), AttentionStarts.Row(x), AttentionStarts.Row(y), x.Shape[^2], x.Shape[^1], cos.Shape[1]);
            job.Run();
        }
    }

    private struct RotaryJob<T, V>(RotarySettings settings, Pointers p, nint[] from, nint[] to, nint fromRow, nint toRow, int times, int length, int pairs) : IJob
        where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
    {
        private const int PieceNumbers = 16384;

        private int perPiece;

        public void Run()
        {
            perPiece = Math.Clamp(PieceNumbers / Math.Max(1, times * length), 1, from.Length);
            int pieces = (from.Length + perPiece - 1) / perPiece;
            if (pieces == 1) Run(0);
            else Workers.Run(ref this, pieces);
        }

        public readonly void Run(int index)
        {
            for (int item = index * perPiece; item < Math.Min(from.Length, (index + 1) * perPiece); item++)
            {
                for (int t = 0; t < times; t++)
                {
                    T* x = (T*)p.B + from[item] + t * fromRow, y = (T*)p.A + to[item] + t * toRow, cos = (T*)p.C + (nint)t * pairs, sin = (T*)p.D + (nint)t * pairs;
                    if (settings.Interleaved) Neighbours(x, y, cos, sin);
                    else Halves(x, y, cos, sin);
                    new Span<T>(x + 2 * pairs, length - 2 * pairs).CopyTo(new Span<T>(y + 2 * pairs, length - 2 * pairs));
                }
            }
        }

        private readonly void Neighbours(T* x, T* y, T* cos, T* sin)
        {
            for (int i = 0; i < pairs; i++)
            {
                T a = x[2 * i], b = x[2 * i + 1], s = settings.Back ? -sin[i] : sin[i];
                y[2 * i] = a * cos[i] - b * s;
                y[2 * i + 1] = b * cos[i] + a * s;
            }
        }

        private readonly void Halves(T* x, T* y, T* cos, T* sin)
        {
            V sign = V.Const(settings.Back ? -1 : 1);
            for (int i = 0; i < pairs; i += V.Count)
            {
                V a = LoadRow<T, V>(x, i, pairs, 0), b = LoadRow<T, V>(x + pairs, i, pairs, 0), c = LoadRow<T, V>(cos, i, pairs, 0), s = LoadRow<T, V>(sin, i, pairs, 0) * sign;
                StoreRow(a * c - b * s, y, i, pairs);
                StoreRow(b * c + a * s, y + pairs, i, pairs);
            }
        }
    }
}
