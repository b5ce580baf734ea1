using System.Runtime.InteropServices;
using DeepNotes.Gpu.Kernels;
using DeepNotes.Gpu.Lanes;
using ILGPU;
using ILGPU.Runtime;

namespace DeepNotes.Gpu.Backends;

internal sealed partial class GpuBackend
{
    public override void Fill(Tensor target, double value)
    {
        if (target.Count == 0) return;
        switch (target.DType)
        {
            case DType.Float32: Fill(target, (float)value); break;
            case DType.Float64: Fill(target, value); break;
            case DType.Int64: Fill(target, (long)value); break;
            case DType.Int32: Fill(target, (int)value); break;
            case DType.Bool: Fill(target, (byte)(value != 0 ? 1 : 0)); break;
            case DType.UInt8: Fill(target, (byte)value); break;
            case DType.Int8: Fill(target, (sbyte)value); break;
            case DType.Int16: Fill(target, (short)value); break;
            case DType.Float16: Fill(target, BitConverter.HalfToInt16Bits((System.Half)value)); break;
            default: Fill(target, (short)((BFloat16)value).ToBits()); break;
        }
    }

    /// <summary>Copies with any strides on both sides, broadcasting and converting as needed; one side may be on the CPU.</summary>
    public override void Copy(Tensor source, Tensor target)
    {
        if (target.Count == 0) return;
        if (source.Device.IsCpu) Upload(source, target);
        else if (target.Device.IsCpu) Download(source, target);
        else Convert(source, target);
        GC.KeepAlive(source);
        GC.KeepAlive(target);
    }

    private void Upload(Tensor source, Tensor target)
    {
        if (!source.IsContiguous) source = source.Backend.Contiguous(source);
        bool isDirect = target.IsContiguous && source.Shape == target.Shape && source.DType == target.DType;
        var landing = isDirect ? target : New(source.Shape, source.DType);
        accelerator.Bind();
        BytesOf(landing).CopyFromCPU(accelerator.DefaultStream, HostBytesOf(source));
        accelerator.Synchronize();
        GC.KeepAlive(source);
        if (!isDirect) Convert(landing, target);
    }

    private void Download(Tensor source, Tensor target)
    {
        // What is left to do after the copy is cheaper there than here: the device makes the elements ready first.
        bool isReady = source.IsContiguous && source.Shape == target.Shape && source.DType == target.DType;
        var ready = isReady ? source : New(target.Shape, target.DType);
        if (!isReady) Convert(source, ready);
        var landing = target.IsContiguous ? target : Tensor.Allocate(target.Shape, target.DType, Device.Cpu);
        accelerator.Bind();
        BytesOf(ready).CopyToCPU(accelerator.DefaultStream, HostBytesOf(landing));
        accelerator.Synchronize();
        GC.KeepAlive(ready);
        if (!ReferenceEquals(landing, target)) target.Backend.Copy(landing, target);
    }

    private void Convert(Tensor source, Tensor target)
    {
        if (source.DType == target.DType)
        {
            switch (source.DType.Size())
            {
                case 8: Move<long>(source, target); break;
                case 4: Move<int>(source, target); break;
                case 2: Move<short>(source, target); break;
                default: Move<byte>(source, target); break;
            }
            return;
        }
        switch (source.DType)
        {
            case DType.Float32: ConvertFrom<Thread32, float>(source, target); break;
            case DType.Float64: ConvertFrom<Thread64, double>(source, target); break;
            case DType.Int64: ConvertFrom<ThreadInt64, long>(source, target); break;
            case DType.Int32: ConvertFrom<ThreadInt32, int>(source, target); break;
            case DType.UInt8 or DType.Bool: ConvertFrom<ThreadUInt8, byte>(source, target); break;
            default: throw NoLane(source.DType);
        }
    }

    private void ConvertFrom<V, T>(Tensor source, Tensor target) where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        switch (target.DType)
        {
            case DType.Float32: ConvertTo<V, T, Thread32, float>(source, target); break;
            case DType.Float64: ConvertTo<V, T, Thread64, double>(source, target); break;
            case DType.Int64: ConvertTo<V, T, ThreadInt64, long>(source, target); break;
            case DType.Int32: ConvertTo<V, T, ThreadInt32, int>(source, target); break;
            case DType.Bool: ConvertToBool<V, T>(source, target); break;
            case DType.UInt8: ConvertTo<V, T, ThreadUInt8, byte>(source, target); break;
            default: throw NoLane(target.DType);
        }
    }

    private void Move<T>(Tensor source, Tensor target) where T : unmanaged
    {
        var layout = Layout.Of(target.Shape, source, target);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(Move), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<T>, Strides>(CopyKernels.Copy))
            (n.Threads, n, View<T>(source), layout.A, View<T>(target), layout.B);
    }

    private void ConvertTo<V, T, VTo, TTo>(Tensor source, Tensor target)
        where V : unmanaged, IThreadLane<V, T> where T : unmanaged where VTo : unmanaged, IThreadLane<VTo, TTo> where TTo : unmanaged
    {
        var layout = Layout.Of(target.Shape, source, target);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(ConvertTo), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<TTo>, Strides>(CopyKernels.Convert<V, T, VTo, TTo>))
            (n.Threads, n, View<T>(source), layout.A, View<TTo>(target), layout.B);
    }

    private void ConvertToBool<V, T>(Tensor source, Tensor target) where V : unmanaged, IThreadLane<V, T> where T : unmanaged
    {
        var layout = Layout.Of(target.Shape, source, target);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(ConvertToBool), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, ArrayView<byte>, Strides>(CopyKernels.ConvertToBool<V, T>))
            (n.Threads, n, View<T>(source), layout.A, View<byte>(target), layout.B);
    }

    private void Fill<T>(Tensor target, T value) where T : unmanaged
    {
        var layout = Layout.Of(target.Shape, target);
        var n = layout.Extent.On(accelerator.MaxNumThreads);
        launcher.Get(nameof(Fill), static a => a.LoadAutoGroupedStreamKernel<Index1D, Extent, ArrayView<T>, Strides, T>(CopyKernels.Fill))
            (n.Threads, n, View<T>(target), layout.A, value);
        GC.KeepAlive(target);
    }

    /// <summary>The bytes of a contiguous tensor on this device.</summary>
    private static ArrayView<byte> BytesOf(Tensor tensor)
    {
        int size = tensor.DType.Size();
        return ((GpuStorage)tensor.Storage).ViewBytes((long)tensor.Offset * size, (long)tensor.Count * size);
    }

    /// <summary>The bytes of a contiguous tensor on the CPU.</summary>
    private static Span<byte> HostBytesOf(Tensor tensor) => MemoryMarshal.CreateSpan(ref tensor.FirstByte, checked(tensor.Count * tensor.DType.Size()));
}
