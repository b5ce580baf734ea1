using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>Tests that change how memory is handed out for the whole process, or count it: they run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class MemoryCollection
{
    public const string Name = "Memory";
}

/// <summary>Returned buffers are filled with NaN bits while this is open.</summary>
internal readonly struct Poisoned : IDisposable
{
    private readonly bool before;

    public Poisoned()
    {
        before = Pool.Poison;
        Pool.Poison = true;
    }

    public void Dispose() => Pool.Poison = before;
}

/// <summary>A thread that collects without a pause while this is open, so that collections fall into the middle of kernels.</summary>
internal sealed class Collections : IDisposable
{
    private readonly Thread thread;
    private volatile bool isDone;

    public Collections()
    {
        thread = new Thread(Collect) { IsBackground = true };
        thread.Start();
    }

    public int Count { get; private set; }

    public void Dispose()
    {
        isDone = true;
        thread.Join();
    }

    private void Collect()
    {
        while (!isDone)
        {
            GC.Collect(Count++ % 4 == 0 ? 2 : 0, GCCollectionMode.Forced, blocking: true);
            GC.WaitForPendingFinalizers();
        }
    }
}
