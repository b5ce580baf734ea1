using System.Reflection;
using DeepNotes.Gpu.Lanes;
using ILGPU;
using ILGPU.Backends;
using ILGPU.Backends.EntryPoints;
using ILGPU.Backends.PTX;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.Cuda;

namespace DeepNotes.Gpu.Tests;

/// <summary>Compiles kernels to PTX, which needs no GPU and no driver.</summary>
internal sealed class Ptx : IDisposable
{
    private readonly Context context = Context.Create(builder => { builder.CPU(); Intrinsics.Configure(builder); });
    private readonly PTXBackend backend;

    public Ptx(CudaArchitecture architecture)
        => backend = new(context, new CudaCapabilityContext(architecture), architecture, CudaInstructionSet.ISA_80, null);

    /// <summary>The PTX of a kernel for the given type arguments.</summary>
    public string Compile(Type kernels, string name, params Type[] arguments)
    {
        var method = kernels.GetMethod(name, BindingFlags.Static | BindingFlags.Public)!.MakeGenericMethod(arguments);
        var compiled = backend.Compile(EntryPointDescription.FromImplicitlyGroupedKernel(method), KernelSpecialization.Empty);
        return ((PTXCompiledKernel)compiled).PTXAssembly;
    }

    public void Dispose()
    {
        backend.Dispose();
        context.Dispose();
    }
}
