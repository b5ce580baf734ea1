using System.Numerics;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The weights of snapshots in the form that the kernel reads: made at the first product, kept with the storage, which is
/// never written again.
/// </summary>
internal static unsafe class PackedWeight
{
    /// <summary>The panels of a weight [out, in] of Float32 or Float64; null where the weight may change, or is only a part of what is stored.</summary>
    public static Tensor? Of(Tensor weight)
    {
        Storage storage = weight.Storage;
        if (!storage.IsConstant || !weight.IsContiguous || weight.Offset != 0) return null;
        if (storage.Packed is { } known) return known.Shape[0] == Elements(weight) ? known : null;
        using (Grad.Off())
        using (TensorScope.Outside())
        {
            Tensor packed = Tensor.Allocate([Elements(weight)], weight.DType, Device.Cpu);
            if (weight.DType == DType.Float32) Pinned.Run(new Packing<float>(weight), packed, weight);
            else Pinned.Run(new Packing<double>(weight), packed, weight);
            // Of two threads that come first, both have the same numbers.
            return Interlocked.CompareExchange(ref storage.Packed, packed, null) ?? packed;
        }
    }

    private static int Elements(Tensor weight) => checked((int)(weight.DType == DType.Float32
        ? PackedPanels.Elements<float>(weight.Shape[0], weight.Shape[1])
        : PackedPanels.Elements<double>(weight.Shape[0], weight.Shape[1])));

    private readonly struct Packing<T>(Tensor weight) : IKernel where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p) => PackedPanels.Fill((T*)p.A, new StridedPanels<T>((T*)p.B, weight.Shape[1], 1), weight.Shape[0], weight.Shape[1]);
    }
}
