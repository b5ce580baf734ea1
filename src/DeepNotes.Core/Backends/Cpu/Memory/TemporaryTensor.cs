namespace DeepNotes.Backends.Cpu;

/// <summary>A tensor that a kernel or an operation makes for itself and that nobody else will see: given back at once.</summary>
internal readonly ref struct TemporaryTensor(Tensor tensor)
{
    public Tensor Tensor { get; } = tensor;

    public void Dispose()
    {
        if (Tensor.Storage.Bytes > Pool.SmallBytes) Tensor.Storage.Release();
    }
}
