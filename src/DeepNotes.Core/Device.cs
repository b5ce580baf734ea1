using DeepNotes.Backends;
using DeepNotes.Backends.Cpu;

namespace DeepNotes;

/// <summary>Where a tensor's numbers are and where operations on it run.</summary>
public sealed class Device
{
    internal Device(string kind, int index, Backend backend)
    {
        Kind = kind;
        Index = index;
        Backend = backend;
    }

    /// <summary>The processor that runs the program.</summary>
    public static Device Cpu { get; } = new("cpu", 0, new CpuBackend());

    /// <summary><c>cpu</c>, or the kind that another package adds.</summary>
    public string Kind { get; }

    /// <summary>Which one of its kind, from 0.</summary>
    public int Index { get; }

    internal Backend Backend { get; }

    internal bool IsCpu => ReferenceEquals(this, Cpu);

    /// <summary>The kind and, beyond the CPU, the index: <c>cpu</c>, <c>gpu:0</c>.</summary>
    public override string ToString() => IsCpu ? Kind : $"{Kind}:{Index}";
}
