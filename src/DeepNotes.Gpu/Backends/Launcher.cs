using System.Collections.Concurrent;
using ILGPU.Runtime;

namespace DeepNotes.Gpu.Backends;

/// <summary>
/// Compiles each kernel once for each formula and element type: the delegate's type holds both, and the attributes of a
/// formula are arguments.
/// </summary>
internal sealed class Launcher(Accelerator accelerator)
{
    private readonly ConcurrentDictionary<(Type Signature, string Name), Delegate> kernels = [];

    /// <summary>The launcher of a kernel.</summary>
    /// <param name="name">Tells kernels of one signature apart.</param>
    /// <param name="load">Compiles the kernel.</param>
    public TSignature Get<TSignature>(string name, Func<Accelerator, TSignature> load) where TSignature : Delegate
    {
        accelerator.Bind();
        return (TSignature)(kernels.TryGetValue((typeof(TSignature), name), out var kernel) ? kernel : kernels.GetOrAdd((typeof(TSignature), name), load(accelerator)));
    }
}
