using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>Programs that dispose nothing, on one thread and on many, with the garbage collector at its worst.</summary>
[Collection(MemoryCollection.Name)]
public class PressureTests
{
    [Fact]
    public void Logits_that_the_user_keeps_survive_later_steps()
    {
        using var poison = new Poisoned();
        var model = new TinyClassifier(3);
        var kept = new List<(Tensor Logits, float[] Numbers)>();
        for (int i = 0; i < 200; i++)
        {
            if (i % 10 == 0)
            {
                var logits = model.Logits();
                kept.Add((logits, logits.ToArray<float>()));
            }
            model.Step();
        }
        GC.Collect();
        GC.WaitForPendingFinalizers();
        for (int i = 0; i < 50; i++) model.Step();
        foreach (var (logits, numbers) in kept) Assert.Equal(numbers, logits.ToArray<float>());
    }

    [Fact]
    public void Eight_threads_train_eight_models_with_the_bits_of_one()
    {
        const int threads = 8, steps = 60;
        using var poison = new Poisoned();
        var alone = new float[threads][];
        for (int i = 0; i < threads; i++) alone[i] = new TinyClassifier((ulong)i + 1).Train(steps);
        Assert.Equal(threads, alone.Select(l => l[^1]).Distinct().Count());

        var together = new float[threads][];
        var failures = new ConcurrentQueue<Exception>();
        using var start = new Barrier(threads);
        RunOnThreads(threads, failures, i =>
        {
            start.SignalAndWait();
            var model = new TinyClassifier((ulong)i + 1);
            together[i] = new float[steps];
            // Half of them in scopes: one thread's scope is no other thread's business.
            for (int k = 0; k < steps; k++) together[i][k] = i % 2 == 0 ? model.Step() : model.ScopedStep();
        });
        Assert.Empty(failures);
        for (int i = 0; i < threads; i++) Assert.Equal(alone[i], together[i]);
    }

    [Fact]
    public void Collections_in_the_middle_of_kernels_change_nothing()
    {
        using var poison = new Poisoned();
        float[] calm = Everything(40);
        using var collections = new Collections();
        do
        {
            Assert.Equal(calm, Everything(40));
        }
        while (collections.Count < 5);
        Assert.DoesNotContain(calm, float.IsNaN);
    }

    [Fact]
    public void Indices_of_temporaries_are_read_before_they_are_reused()
    {
        using var poison = new Poisoned();
        using var collections = new Collections();
        var all = Tensor.RandInt(0, 10, [4000, 3], rng: new Rng(1));
        var logits = Tensor.Zeros([4000, 10]);
        for (int i = 0; i < 200; i++)
        {
            Assert.Equal(Math.Log(10), logits.CrossEntropy(all[.., 1]).Item(), 1e-5);
            Assert.Equal(0, logits.Mt.IndexSelect(0, all[.., 2]).Sum().Item());
        }
    }

    [Theory]
    [InlineData(1_000_000)]
    [InlineData(20_000)]
    public void Garbage_is_bounded_without_any_disposal(int count)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Pool.LiveBytes, most = 0;
        // Each round drops its tensors; together they would be 8 GB.
        for (long made = 0; made < 8L << 30; made += count * 4L)
        {
            Drop(count);
            most = Math.Max(most, Pool.LiveBytes - before);
        }
        Assert.InRange(most, 1, 256L << 20);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Drop(int count) => Tensor.Allocate([count], DType.Float32, Device.Cpu);
    }

    [Fact]
    public void Garbage_that_collections_promoted_is_found_as_well()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Pool.LiveBytes, most = 0;
        var recent = new Queue<Tensor>();
        for (int i = 0; i < 20_000; i++)
        {
            // Long enough alive to survive young collections: 40 MB at any time.
            recent.Enqueue(Tensor.Allocate([100_000], DType.Float32, Device.Cpu));
            if (recent.Count > 100) recent.Dequeue();
            most = Math.Max(most, Pool.LiveBytes - before);
        }
        Assert.InRange(most, 1, 256L << 20);
    }

    [Fact]
    public void Buffers_that_nobody_asks_for_any_more_are_dropped()
    {
        using (new TensorScope())
        {
            for (int i = 0; i < 4; i++) Tensor.Allocate([50_000_000], DType.Float32, Device.Cpu);
        }
        long full = Pool.PooledBytes;
        Assert.True(full >= 800_000_000);
        for (int i = 0; i < 100_000 && Pool.PooledBytes >= 800_000_000; i++)
        {
            using var scope = new TensorScope();
            Tensor.Allocate([500_000], DType.Float32, Device.Cpu);
        }
        Assert.True(Pool.PooledBytes < full - 800_000_000 + 1);
    }

    /// <summary>A training run that goes through every kind of kernel, with temporaries that nobody holds.</summary>
    private static float[] Everything(int steps)
    {
        var rng = new Rng(11);
        var image = Tensor.Randn([8, 3, 16, 16], rng: rng);
        var filter = new Parameter(Tensor.Randn([8, 3, 3, 3], rng: rng) * 0.2);
        var scale = new Parameter(Tensor.Ones([8 * 8 * 8]));
        var weight = new Parameter(Tensor.Randn([8 * 8 * 8, 40], rng: rng) * 0.05);
        var labels = Tensor.RandInt(0, 40, [8, 2], rng: rng);
        var order = Tensor.RandPerm(8, rng);
        Parameter[] parameters = [filter, scale, weight];
        var result = new float[steps];
        for (int i = 0; i < steps; i++)
        {
            var h = image.Conv2d(filter, padding: (1, 1)).Gelu().MaxPool2d((2, 2)).Flatten(1).LayerNorm(scale);
            h = Tensor.Concatenate([h[4..], h[..4]]).IndexSelect(0, order);
            var logits = h.MatMul(weight);
            var loss = logits.CrossEntropy(labels[.., 0]) + (logits.Softmax(-1) * logits.Mt.Contiguous().Mt).Mean() * 0.01;
            loss.Backward();
            foreach (var p in parameters)
            {
                using (Grad.Off()) p.SubtractInPlace(p.CollectedGradient! * 0.05);
                p.ClearGradient();
            }
            result[i] = loss.Item<float>();
        }
        return result;
    }

    private static void RunOnThreads(int count, ConcurrentQueue<Exception> failures, Action<int> body)
    {
        var threads = Enumerable.Range(0, count).Select(i => new Thread(() =>
        {
            try
            {
                body(i);
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        })).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
    }
}
