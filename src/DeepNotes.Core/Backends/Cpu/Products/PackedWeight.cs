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
        if (!IsWholeConstant(weight)) return null;
        Shape shape = [Elements(weight)];
        return weight.DType == DType.Float32 ? Packed(weight, shape, new Packing<float>(weight)) : Packed(weight, shape, new Packing<double>(weight));
    }

    /// <summary>The transformed Float32 weights of a convolution that <see cref="Winograd"/> takes; null where it does not, and as with <see cref="Of"/>.</summary>
    public static Tensor? OfWindows(Tensor weight, in Conv2dShape shape)
    {
        if (!IsWholeConstant(weight) || !Winograd.Takes<float>(shape, isPrepared: true)) return null;
        var (panels, panelSize) = Winograd.PreparedShape<float>(shape.OutC, shape.C);
        return Packed(weight, [panels, panelSize], new Transforming(shape.OutC, shape.C));
    }

    private static bool IsWholeConstant(Tensor weight) => weight.Storage.IsConstant && weight.IsContiguous && weight.Offset == 0;

    /// <summary>What is kept with the storage, made if there is nothing yet; null where another form is kept.</summary>
    private static Tensor? Packed<TKernel>(Tensor weight, Shape shape, TKernel kernel) where TKernel : IKernel
    {
        Storage storage = weight.Storage;
        if (storage.Packed is { } known) return known.Shape == shape ? known : null;
        using (Grad.Off())
        using (TensorScope.Outside())
        {
            Tensor packed = Tensor.Allocate(shape, weight.DType, Device.Cpu);
            Pinned.Run(kernel, packed, weight);
            // Of two threads that come first, both have the same numbers; one that came with another form does without.
            Tensor kept = Interlocked.CompareExchange(ref storage.Packed, packed, null) ?? packed;
            return kept.Shape == shape ? kept : null;
        }
    }

    private static int Elements(Tensor weight) => checked((int)(weight.DType == DType.Float32
        ? PackedPanels.Elements<float>(weight.Shape[0], weight.Shape[1])
        : PackedPanels.Elements<double>(weight.Shape[0], weight.Shape[1])));

    private readonly struct Packing<T>(Tensor weight) : IKernel where T : unmanaged, INumber<T>
    {
        public void Run(Pointers p) => PackedPanels.Fill((T*)p.A, new StridedPanels<T>((T*)p.B, weight.Shape[1], 1), weight.Shape[0], weight.Shape[1]);
    }

    private readonly struct Transforming(int outChannels, int channels) : IKernel
    {
        public void Run(Pointers p) => Winograd.Prepare((float*)p.B, outChannels, channels, (float*)p.A);
    }
}
