using System.Numerics;
using System.Runtime.Intrinsics;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

internal sealed partial class CpuBackend
{
    /// <summary>Copies with any strides on both sides, broadcasting and converting as needed.</summary>
    public override void Copy(Tensor source, Tensor target)
    {
        if (target.Count == 0) return;
        if (source.DType == target.DType)
        {
            if (source.IsContiguous && target.IsContiguous && source.Shape == target.Shape) Pinned.Run(new MemoryCopy((long)target.Count * target.DType.Size()), target, source);
            else Elementwise.Run(default(Identity), Carrier(target.DType), target, source);
            return;
        }
        if (source.DType.IsNarrow() || target.DType.IsNarrow())
        {
            CopyNarrow(source, target);
            return;
        }
        switch (source.DType)
        {
            case DType.Float32: ConvertFrom<float>(source, target); break;
            case DType.Float64: ConvertFrom<double>(source, target); break;
            case DType.Int64: ConvertFrom<long>(source, target); break;
            case DType.Int32: ConvertFrom<int>(source, target); break;
            case DType.Int16: ConvertFrom<short>(source, target); break;
            case DType.Int8: ConvertFrom<sbyte>(source, target); break;
            default: ConvertFrom<byte>(source, target); break;
        }
    }

    /// <summary>To and from 16 bits by way of Float32, on which both sides agree with PyTorch.</summary>
    private void CopyNarrow(Tensor source, Tensor target)
    {
        if (source.DType != DType.Float32 && target.DType != DType.Float32)
        {
            using var wide = new TemporaryTensor(Tensor.Allocate(source.Shape, DType.Float32, Device.Cpu));
            Copy(source, wide.Tensor);
            Copy(wide.Tensor, target);
            return;
        }
        var strides = Strides.Of(target.Shape, target, source, null, null, null);
        switch (source.DType == DType.Float32 ? target.DType : source.DType, source.DType == DType.Float32)
        {
            case (DType.Float16, true): Pinned.Run(new Rounding<Half>(strides), target, source); break;
            case (DType.BFloat16, true): Pinned.Run(new Rounding<BFloat16>(strides), target, source); break;
            case (DType.Float16, false): Pinned.Run(new Widening<Half>(strides), target, source); break;
            default: Pinned.Run(new Widening<BFloat16>(strides), target, source); break;
        }
    }

    // Copies move bits: an integer of the same size carries any of them.
    private static DType Carrier(DType type) => type.Size() switch { 8 => DType.Int64, 4 => DType.Int32, 2 => DType.Int16, _ => DType.UInt8 };

    private static void ConvertFrom<TFrom>(Tensor source, Tensor target) where TFrom : unmanaged, INumber<TFrom>
    {
        var strides = Strides.Of(target.Shape, target, source, null, null, null);
        switch (target.DType)
        {
            case DType.Float32: Pinned.Run(new Conversion<TFrom, float>(strides), target, source); break;
            case DType.Float64: Pinned.Run(new Conversion<TFrom, double>(strides), target, source); break;
            case DType.Int64: Pinned.Run(new Conversion<TFrom, long>(strides), target, source); break;
            case DType.Int32: Pinned.Run(new Conversion<TFrom, int>(strides), target, source); break;
            case DType.Int16: Pinned.Run(new Conversion<TFrom, short>(strides), target, source); break;
            case DType.Int8: Pinned.Run(new Conversion<TFrom, sbyte>(strides), target, source); break;
            case DType.Bool: Pinned.Run(new Truth<TFrom>(strides), target, source); break;
            default: Pinned.Run(new Conversion<TFrom, byte>(strides), target, source); break;
        }
    }

    private readonly struct Identity : ILaneFunction
    {
        public static int Inputs => 1;
        public static bool ForIntegers => true;
        public V Apply<V>(V a, V b, V c, V d) where V : INumberLane<V> => a;
    }

    private readonly unsafe struct MemoryCopy(long bytes) : IKernel
    {
        public void Run(Pointers p) => Buffer.MemoryCopy(p.B, p.A, bytes, bytes);
    }

    private readonly unsafe struct Conversion<TFrom, TTo>(Strides strides) : IKernel
        where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo>
    {
        public void Run(Pointers p)
        {
            TFrom* input = stackalloc TFrom[Strides.Block];
            TTo* output = stackalloc TTo[Strides.Block];
            for (int from = 0; from < strides.Count; from += Strides.Block)
            {
                int count = Math.Min(Strides.Block, strides.Count - from);
                strides.Gather(1, (TFrom*)p.B, from, count, input);
                for (int i = 0; i < count; i++) output[i] = Convert(input[i]);
                strides.Scatter(0, (TTo*)p.A, from, count, output);
            }
        }

        // Towards zero; a float goes to short integers through Int64 and wraps, as in PyTorch.
        private static TTo Convert(TFrom x) =>
            sizeof(TTo) < 4 ? TTo.CreateTruncating(long.CreateTruncating(x)) : TTo.CreateTruncating(x);
    }

    private readonly unsafe struct Rounding<T>(Strides strides) : IKernel where T : unmanaged
    {
        public void Run(Pointers p)
        {
            float* input = stackalloc float[Strides.Block];
            T* output = stackalloc T[Strides.Block];
            for (int from = 0; from < strides.Count; from += Strides.Block)
            {
                int count = Math.Min(Strides.Block, strides.Count - from);
                strides.Gather(1, (float*)p.B, from, count, input);
                for (int i = 0; i < count; i += 8) Vector128.Store(Narrow.Round<T>(Vector256.Load(input + i)), (ushort*)output + i);
                strides.Scatter(0, (T*)p.A, from, count, output);
            }
        }
    }

    private readonly unsafe struct Widening<T>(Strides strides) : IKernel where T : unmanaged
    {
        public void Run(Pointers p)
        {
            T* input = stackalloc T[Strides.Block];
            float* output = stackalloc float[Strides.Block];
            for (int from = 0; from < strides.Count; from += Strides.Block)
            {
                int count = Math.Min(Strides.Block, strides.Count - from);
                strides.Gather(1, (T*)p.B, from, count, input);
                for (int i = 0; i < count; i += 8) Vector256.Store(Narrow.Widen<T>(Vector128.Load((ushort*)input + i)), output + i);
                strides.Scatter(0, (float*)p.A, from, count, output);
            }
        }
    }

    private readonly unsafe struct Truth<TFrom>(Strides strides) : IKernel where TFrom : unmanaged, INumber<TFrom>
    {
        public void Run(Pointers p)
        {
            TFrom* input = stackalloc TFrom[Strides.Block];
            byte* output = stackalloc byte[Strides.Block];
            for (int from = 0; from < strides.Count; from += Strides.Block)
            {
                int count = Math.Min(Strides.Block, strides.Count - from);
                strides.Gather(1, (TFrom*)p.B, from, count, input);
                for (int i = 0; i < count; i++) output[i] = (byte)(input[i] != TFrom.Zero ? 1 : 0);
                strides.Scatter(0, p.A, from, count, output);
            }
        }
    }
}
