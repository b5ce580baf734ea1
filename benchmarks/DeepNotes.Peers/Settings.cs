namespace DeepNotes.Peers;

/// <summary>The environment of a worker.</summary>
static class Settings
{
    public static IEnumerable<(string Name, string Value)> Of(int threads, string? isa, bool keepMemory)
    {
        var count = $"{threads}";
        foreach (var name in (string[])["DEEPNOTES_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"]) yield return (name, count);
        if (keepMemory) yield return ("GLIBC_TUNABLES", "glibc.malloc.mmap_threshold=1000000000:glibc.malloc.trim_threshold=4000000000");
        if (isa != "avx2") yield break;
        yield return ("DOTNET_EnableAVX512", "0");              // DeepNotes
        yield return ("MKL_ENABLE_INSTRUCTIONS", "AVX2");       // libtorch: matrix products,
        yield return ("ATEN_CPU_CAPABILITY", "avx2");           // its own kernels,
        yield return ("ONEDNN_MAX_CPU_ISA", "AVX2");            // convolutions
    }
}
