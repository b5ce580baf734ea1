using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.Kernels;

/// <summary>Tests that change the thread count for the whole process run one after another.</summary>
[CollectionDefinition(nameof(ThreadCount), DisableParallelization = true)]
public sealed class ThreadCount
{
    /// <summary>Sets the count until it is disposed.</summary>
    public static IDisposable Of(int count) => new Scope(count);

    private sealed class Scope : IDisposable
    {
        private readonly int before = DeepNotesThreads.Count;

        public Scope(int count) => DeepNotesThreads.Count = count;

        public void Dispose() => DeepNotesThreads.Count = before;
    }
}

[Collection(nameof(ThreadCount))]
public sealed unsafe class WorkersTests
{
    private struct Counting(int* hits) : IJob
    {
        public readonly void Run(int index) => Interlocked.Increment(ref hits[index]);
    }

    private struct Nested(int* hits) : IJob
    {
        public readonly void Run(int index)
        {
            var inner = new Counting(hits + 8 * index);
            Workers.Run(ref inner, 8);
        }
    }

    private struct Failing : IJob
    {
        public readonly void Run(int index)
        {
            if (index == 5) throw new InvalidOperationException("piece five");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    public void Every_piece_runs_once(int threads)
    {
        using var scope = ThreadCount.Of(threads);
        int* hits = stackalloc int[100];
        for (int round = 0; round < 2000; round++)
        {
            int pieces = round % 100;
            new Span<int>(hits, 100).Clear();
            var job = new Counting(hits);
            Workers.Run(ref job, pieces);
            for (int i = 0; i < 100; i++) Assert.Equal(i < pieces ? 1 : 0, hits[i]);
        }
    }

    [Fact]
    public void A_job_inside_a_piece_runs_there()
    {
        using var scope = ThreadCount.Of(3);
        int* hits = stackalloc int[64];
        var job = new Nested(hits);
        Workers.Run(ref job, 8);
        Assert.All(new Span<int>(hits, 64).ToArray(), hit => Assert.Equal(1, hit));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_reaches_the_caller_and_the_workers_go_on(int threads)
    {
        using var scope = ThreadCount.Of(threads);
        for (int round = 0; round < 100; round++)
        {
            var failing = new Failing();
            var error = Assert.Throws<InvalidOperationException>(() => Workers.Run(ref failing, 20));
            Assert.Equal("piece five", error.Message);
        }
        int* hits = stackalloc int[10];
        var job = new Counting(hits);
        Workers.Run(ref job, 10);
        Assert.All(new Span<int>(hits, 10).ToArray(), hit => Assert.Equal(1, hit));
    }

    [Fact]
    public void Several_threads_may_run_jobs_at_once()
    {
        using var scope = ThreadCount.Of(3);
        var wrong = 0;
        var threads = Enumerable.Range(0, 4).Select(_ => new Thread(() =>
        {
            int* hits = stackalloc int[50];
            for (int round = 0; round < 2000; round++)
            {
                new Span<int>(hits, 50).Clear();
                var job = new Counting(hits);
                Workers.Run(ref job, 50);
                for (int i = 0; i < 50; i++) if (hits[i] != 1) Interlocked.Increment(ref wrong);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        Assert.Equal(0, wrong);
    }

    [Fact]
    public void Parked_workers_wake_up()
    {
        using var scope = ThreadCount.Of(3);
        int* hits = stackalloc int[30];
        for (int round = 1; round <= 20; round++)
        {
            Thread.Sleep(2);
            var job = new Counting(hits);
            Workers.Run(ref job, 30);
            for (int i = 0; i < 30; i++) Assert.Equal(round, hits[i]);
        }
    }

    [Fact]
    public void A_call_allocates_nothing()
    {
        using var scope = ThreadCount.Of(2);
        int* hits = stackalloc int[10];
        var job = new Counting(hits);
        Workers.Run(ref job, 10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 100; i++) Workers.Run(ref job, 10);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(1025)]
    public void A_thread_count_that_makes_no_sense_is_refused(int count) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => DeepNotesThreads.Count = count);
}
