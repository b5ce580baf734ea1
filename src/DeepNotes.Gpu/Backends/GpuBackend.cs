using DeepNotes.Backends;
using ILGPU;
using ILGPU.Runtime;

namespace DeepNotes.Gpu.Backends;

/// <summary>Kernels compiled by ILGPU from the formulas that the CPU's kernels read, on one accelerator and one stream.</summary>
internal sealed partial class GpuBackend : Backend
{
    private readonly Accelerator accelerator;
    private readonly Launcher launcher;

    private GpuBackend(Accelerator accelerator, string kind, int index)
    {
        this.accelerator = accelerator;
        Memory = new GpuMemory(accelerator);
        launcher = new Launcher(accelerator);
        Device = new Device(kind, index, this);
    }

    public GpuMemory Memory { get; }

    private Device Device { get; }

    /// <summary>The device that runs on an accelerator.</summary>
    public static Device CreateDevice(Accelerator accelerator, string kind, int index) => new GpuBackend(accelerator, kind, index).Device;

    public override Storage Allocate(long bytes)
    {
        accelerator.Bind();
        var storage = new GpuStorage(Device, bytes, Memory);
        TensorScope.Register(storage);
        return storage;
    }

    private Tensor New(Shape shape, DType type) => Tensor.Allocate(shape, type, Device);

    /// <summary>The elements of a tensor from its first one on.</summary>
    private static ArrayView<T> View<T>(Tensor tensor) where T : unmanaged
        => tensor.Storage is GpuStorage storage
            ? storage.View<T>(tensor.Offset)
            : throw new DeviceException($"A kernel of the GPU got a tensor on {tensor.Device}; move it with To(device).");

    private static NotSupportedException NoLane(DType type) => new($"The GPU does not compute with {type} yet; convert on the CPU, to Float32 for example.");
}
