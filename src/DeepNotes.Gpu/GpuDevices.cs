using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using DeepNotes.Gpu.Backends;
using DeepNotes.Gpu.Lanes;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace DeepNotes.Gpu;

/// <summary>
/// Adds GPUs to <see cref="Device"/>: <c>tensor.To(Device.Gpu(0))</c>. Kernels are compiled at run time from the same
/// formulas that the CPU runs, the first time that each is used.
/// </summary>
/// <remarks>
/// Needs an NVIDIA GPU and its driver, and the JIT: under NativeAOT nothing here works. Operations that have no GPU
/// kernel yet throw <see cref="NotSupportedException"/>.
/// </remarks>
public static class GpuDevices
{
    private const string NeedsJit = "Kernels are compiled at run time, which NativeAOT cannot do.";

    private static readonly Lazy<Context?> Cuda = new(CreateCuda);
    private static readonly Lazy<Device> Emulator = new(CreateEmulator);
    private static readonly ConcurrentDictionary<int, Lazy<Device>> Gpus = [];

    extension(Device)
    {
        /// <summary>True if there is a GPU that <c>Device.Gpu(0)</c> gives.</summary>
        public static bool IsGpuAvailable
        {
            [RequiresDynamicCode(NeedsJit), RequiresUnreferencedCode(NeedsJit)]
            get => RuntimeFeature.IsDynamicCodeSupported && Cuda.Value?.GetCudaDevices().Count > 0;
        }

        /// <summary>An NVIDIA GPU.</summary>
        /// <param name="index">Which one, from 0.</param>
        /// <exception cref="DeviceException">There is no such GPU, or its driver is missing.</exception>
        /// <exception cref="NotSupportedException">The program runs without a JIT.</exception>
        [RequiresDynamicCode(NeedsJit), RequiresUnreferencedCode(NeedsJit)]
        public static Device Gpu(int index = 0)
        {
            CheckJit();
            int count = Cuda.Value?.GetCudaDevices().Count ?? 0;
            if ((uint)index >= (uint)count) throw new DeviceException(count == 0
                ? "There is no GPU, or its driver is missing: Device.IsGpuAvailable tells beforehand. Device.GpuEmulator() runs the same kernels on the CPU, slowly."
                : $"There is no GPU {index}; there are {count}, numbered from 0.");
            return Gpus.GetOrAdd(index, static i => new(() => GpuBackend.CreateDevice(Cuda.Value!.CreateCudaAccelerator(i), "gpu", i))).Value;
        }

        /// <summary>
        /// A device that runs the GPU's kernels on the CPU, thread by thread: for tests where there is no GPU. It is slow.
        /// </summary>
        /// <exception cref="NotSupportedException">The program runs without a JIT.</exception>
        [RequiresDynamicCode(NeedsJit), RequiresUnreferencedCode(NeedsJit)]
        public static Device GpuEmulator()
        {
            CheckJit();
            return Emulator.Value;
        }
    }

    private static void CheckJit()
    {
        if (!RuntimeFeature.IsDynamicCodeSupported) throw new NotSupportedException("GPU kernels are compiled at run time, which this program was built without; NativeAOT programs run on Device.Cpu.");
    }

    // Without a driver there are no devices; what a broken one throws while it is looked for is no reason to fail.
    [SuppressMessage("Design", "CA1031", Justification = "Any failure means that there is no usable GPU.")]
    private static Context? CreateCuda()
    {
        try
        {
            return Context.Create(builder =>
            {
                builder.Cuda();
                Intrinsics.Configure(builder);
            });
        }
        catch (Exception)
        {
            return null;
        }
    }

    private static Device CreateEmulator()
    {
        var context = Context.Create(builder =>
        {
            // The least that ILGPU emulates: more threads would spend their time waiting for each other.
            builder.CPU(new CPUDevice(numThreadsPerWarp: 2, numWarpsPerMultiprocessor: 1, numMultiprocessors: 1));
            Intrinsics.Configure(builder);
        });
        return GpuBackend.CreateDevice(context.CreateCPUAccelerator(0), "gpu-emulator", 0);
    }
}
