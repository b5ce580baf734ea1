using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace DeepNotes.Backends.Cpu;

/// <summary>Work that is cut into pieces; a piece may run on any thread, in any order.</summary>
internal interface IJob
{
    void Run(int index);
}

/// <summary>
/// The threads that the CPU kernels share. One job runs on them at a time; a job that comes while they are busy (from inside a
/// piece, or from another thread) runs on its caller alone.
/// </summary>
/// <remarks>
/// A result must not depend on the number of threads: what a piece computes, and how results of pieces are combined, follows
/// from the shape alone.
/// <para>
/// Every thread begins with a share of its own, neighbouring pieces, and helps the others when it is done. Operations that follow each other on the
/// same tensors thus find what they read in the caches of the core that wrote it.
/// </para>
/// <para>
/// The threads that joined are counted. A caller first closes its job and then waits until the count is zero; a thread
/// first counts itself in and then looks whether a job is open. So one of them always sees the other, and a thread that wakes up
/// late never touches a job whose stack frame is gone.
/// </para>
/// </remarks>
internal static unsafe class Workers
{
    // Longer than the gap between two kernels of one training step, shorter than anyone notices on the power bill.
    private const double SpinMicroseconds = 50;

    // Two cache lines: processors fetch them in pairs.
    private const int NextStep = 32;

    private static readonly Lock growing = new();
    private static Worker[] workers = [];
    private static int busy;

    // The open job. Written by its caller while `busy` is held, before `open` is set.
    private static delegate*<void*, int, void> invoke;
    private static void* job;
    private static int pieces;

    /// <summary>For each thread the next piece of its share, on cache lines of its own.</summary>
    private static int* next;
    private static int shares;
    private static Exception? error;
    private static Shared shared;

    /// <summary>Threads that may work on a job, the caller included.</summary>
    public static int Count => DeepNotesThreads.Count;

    /// <summary>Whether a job would find other threads now. For cutting work up, where the cut changes no result.</summary>
    public static bool AreIdle => Count > 1 && Volatile.Read(ref busy) == 0;

    /// <summary>
    /// Runs every piece once and returns when all are done. When pieces throw, the remaining ones are skipped and the
    /// first exception is thrown here.
    /// </summary>
    /// <param name="job">The work; each thread works on the same copy of it.</param>
    /// <param name="pieces">Their number; indices run from 0.</param>
    public static void Run<TJob>(ref TJob job, int pieces) where TJob : struct, IJob
    {
        int helpers = Math.Min(Count, pieces) - 1;
        if (helpers <= 0 || Volatile.Read(ref busy) != 0 || Interlocked.Exchange(ref busy, 1) != 0)
        {
            for (int i = 0; i < pieces; i++) job.Run(i);
            return;
        }

        // On this stack frame the job stays where it is while other threads read it.
        TJob local = job;
        Exception? failure;
        try
        {
            Open(&Invoke<TJob>, Unsafe.AsPointer(ref local), pieces, helpers);
            TakePieces(0);
        }
        finally
        {
            Close();
            failure = error;
            error = null;
            Volatile.Write(ref busy, 0);
        }
        job = local;
        if (failure is not null) ExceptionDispatchInfo.Throw(failure);
    }

    private static void Invoke<TJob>(void* job, int index) where TJob : struct, IJob => Unsafe.AsRef<TJob>(job).Run(index);

    private static void Open(delegate*<void*, int, void> invoke, void* job, int pieces, int helpers)
    {
        Worker[] all = workers.Length >= helpers ? workers : Grow(helpers);
        shares = helpers + 1;
        for (int i = 0; i < shares; i++) next[i * NextStep] = FirstOf(i, pieces, shares);
        Workers.invoke = invoke;
        Workers.job = job;
        Workers.pieces = pieces;
        shared.Seats = helpers;
        Volatile.Write(ref shared.Open, 1);
        Interlocked.Increment(ref shared.Generation);
        for (int i = 0; i < helpers; i++) all[i].Wake();
    }

    /// <summary>The first of some pieces that belongs to a share, where the shares are as even as can be and neighbours stay together.</summary>
    public static int FirstOf(int share, int pieces, int shares) => (int)((long)pieces * share / shares);

    /// <param name="own">The share to begin with.</param>
    private static void TakePieces(int own)
    {
        int all = pieces, threads = shares;
        try
        {
            for (int i = 0, share = own; i < threads; i++, share = share + 1 == threads ? 0 : share + 1)
            {
                int end = FirstOf(share + 1, all, threads);
                ref int at = ref next[share * NextStep];
                // Looking first spares the others a line that is finished.
                while (Volatile.Read(ref at) < end && Interlocked.Increment(ref at) - 1 is var piece && piece < end) invoke(job, piece);
            }
        }
        catch (Exception e)
        {
            Interlocked.CompareExchange(ref error, e, null);
            for (int i = 0; i < threads; i++) Volatile.Write(ref next[i * NextStep], all);
        }
    }

    private static void Close()
    {
        Interlocked.Exchange(ref shared.Open, 0);
        var wait = new SpinWait();
        for (int i = 0; Volatile.Read(ref shared.Active) != 0; i++)
        {
            // A thread of ours that lost its processor needs one: spin first, then offer this one.
            if (i < 200) Thread.SpinWait(4);
            else wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    private static Worker[] Grow(int helpers)
    {
        lock (growing)
        {
            if (workers.Length >= helpers) return workers;
            var grown = new Worker[helpers];
            workers.CopyTo(grown, 0);
            for (int i = workers.Length; i < helpers; i++) grown[i] = new Worker(i);
            // Nobody reads the old one: there is no open job.
            int* old = next;
            next = (int*)NativeMemory.AlignedAlloc((nuint)((helpers + 1) * NextStep * sizeof(int)), NextStep * sizeof(int));
            NativeMemory.AlignedFree(old);
            return workers = grown;
        }
    }

    /// <summary>What threads write while others read; each on cache lines of its own.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 512)]
    private struct Shared
    {
        [FieldOffset(128)] public int Active;
        [FieldOffset(256)] public int Generation;
        [FieldOffset(384)] public int Open;
        [FieldOffset(388)] public int Seats;
    }

    [SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "A worker lives as long as the process.")]
    private sealed class Worker
    {
        private readonly SemaphoreSlim signal = new(0);
        private readonly int index;
        private int parked;

        public Worker(int index)
        {
            this.index = index;
            new Thread(Work, maxStackSize: 1 << 20) { IsBackground = true, Name = $"DeepNotes worker {index + 1}" }.UnsafeStart();
        }

        public void Wake()
        {
            if (Volatile.Read(ref parked) != 0 && Interlocked.Exchange(ref parked, 0) != 0) signal.Release();
        }

        private void Work()
        {
            int seen = 0;
            while (true)
            {
                seen = AwaitChange(seen);
                Interlocked.Increment(ref shared.Active);
                // A lowered thread count leaves the later threads without a seat.
                if (Volatile.Read(ref shared.Open) != 0 && index < Volatile.Read(ref shared.Seats)) TakePieces(index + 1);
                Interlocked.Decrement(ref shared.Active);
            }
        }

        private int AwaitChange(int seen)
        {
            long deadline = Stopwatch.GetTimestamp() + (long)(SpinMicroseconds * 1e-6 * Stopwatch.Frequency);
            int now;
            do
            {
                for (int i = 0; i < 32; i++)
                {
                    if ((now = Volatile.Read(ref shared.Generation)) != seen) return now;
                    Thread.SpinWait(1);
                }
            }
            while (Stopwatch.GetTimestamp() < deadline);

            Interlocked.Exchange(ref parked, 1);
            // Whoever opens a job raises the generation first and looks for parked threads second: one of us sees the other.
            if ((now = Volatile.Read(ref shared.Generation)) != seen && Interlocked.Exchange(ref parked, 0) != 0) return now;
            signal.Wait();
            return Volatile.Read(ref shared.Generation);
        }
    }
}
