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
            case (DType.Float16, true): Pinned.Run(new Converted<float, Half, Rounding<Half>>(strides), target, source); break;
            case (DType.BFloat16, true): Pinned.Run(new Converted<float, BFloat16, Rounding<BFloat16>>(strides), target, source); break;
            case (DType.Float16, false): Pinned.Run(new Converted<Half, float, Widening<Half>>(strides), target, source); break;
            default: Pinned.Run(new Converted<BFloat16, float, Widening<BFloat16>>(strides), target, source); break;
        }
    }

    // Copies move bits: an integer of the same size carries any of them.
    private static DType Carrier(DType type) => type.Size() switch { 8 => DType.Int64, 4 => DType.Int32, 2 => DType.Int16, _ => DType.UInt8 };

    private static void ConvertFrom<TFrom>(Tensor source, Tensor target) where TFrom : unmanaged, INumber<TFrom>
    {
        var strides = Strides.Of(target.Shape, target, source, null, null, null);
        switch (target.DType)
        {
            case DType.Float32: Pinned.Run(new Converted<TFrom, float, Truncation<TFrom, float>>(strides), target, source); break;
            case DType.Float64: Pinned.Run(new Converted<TFrom, double, Truncation<TFrom, double>>(strides), target, source); break;
            case DType.Int64: Pinned.Run(new Converted<TFrom, long, Truncation<TFrom, long>>(strides), target, source); break;
            case DType.Int32: Pinned.Run(new Converted<TFrom, int, Truncation<TFrom, int>>(strides), target, source); break;
            case DType.Int16: Pinned.Run(new Converted<TFrom, short, Truncation<TFrom, short>>(strides), target, source); break;
            case DType.Int8: Pinned.Run(new Converted<TFrom, sbyte, Truncation<TFrom, sbyte>>(strides), target, source); break;
            case DType.Bool: Pinned.Run(new Converted<TFrom, byte, Truth<TFrom>>(strides), target, source); break;
            default: Pinned.Run(new Converted<TFrom, byte, Truncation<TFrom, byte>>(strides), target, source); break;
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

    /// <summary>What happens to the elements of a copy on their way: a run of them at a time, which may be read and written up to a whole block.</summary>
    private unsafe interface IConversion<TFrom, TTo> where TFrom : unmanaged where TTo : unmanaged
    {
        void Run(TFrom* input, TTo* output, int count);
    }

    /// <summary>A copy with any strides on both sides, block by block through a conversion.</summary>
    private readonly unsafe struct Converted<TFrom, TTo, TConversion>(Strides strides) : IKernel
        where TFrom : unmanaged where TTo : unmanaged where TConversion : unmanaged, IConversion<TFrom, TTo>
    {
        public void Run(Pointers p)
        {
            TFrom* input = stackalloc TFrom[Strides.Block];
            TTo* output = stackalloc TTo[Strides.Block];
            for (int from = 0; from < strides.Count; from += Strides.Block)
            {
                int count = Math.Min(Strides.Block, strides.Count - from);
                strides.Gather(1, (TFrom*)p.B, from, count, input);
                default(TConversion).Run(input, output, count);
                strides.Scatter(0, (TTo*)p.A, from, count, output);
            }
        }
    }

    /// <summary>Towards zero; a float goes to short integers through Int64 and wraps, as in PyTorch.</summary>
    private readonly unsafe struct Truncation<TFrom, TTo> : IConversion<TFrom, TTo> where TFrom : unmanaged, INumber<TFrom> where TTo : unmanaged, INumber<TTo>
    {
        public void Run(TFrom* input, TTo* output, int count)
        {
            for (int i = 0; i < count; i++) output[i] = sizeof(TTo) < 4 ? TTo.CreateTruncating(long.CreateTruncating(input[i])) : TTo.CreateTruncating(input[i]);
        }
    }

    private readonly unsafe struct Truth<TFrom> : IConversion<TFrom, byte> where TFrom : unmanaged, INumber<TFrom>
    {
        public void Run(TFrom* input, byte* output, int count)
        {
            for (int i = 0; i < count; i++) output[i] = (byte)(input[i] != TFrom.Zero ? 1 : 0);
        }
    }

    private readonly unsafe struct Rounding<T> : IConversion<float, T> where T : unmanaged
    {
        public void Run(float* input, T* output, int count)
        {
            for (int i = 0; i < count; i += 8) Vector128.Store(Narrow.Round<T>(Vector256.Load(input + i)), (ushort*)output + i);
        }
    }

    private readonly unsafe struct Widening<T> : IConversion<T, float> where T : unmanaged
    {
        public void Run(T* input, float* output, int count)
        {
            for (int i = 0; i < count; i += 8) Vector256.Store(Narrow.Widen<T>(Vector128.Load((ushort*)input + i)), output + i);
        }
    }
}
