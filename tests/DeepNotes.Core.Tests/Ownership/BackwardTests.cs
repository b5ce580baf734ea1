using System.Runtime.CompilerServices;
using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>Buffers that a backward pass makes are reused at their last use: never while somebody can still see them.</summary>
[Collection(MemoryCollection.Name)]
public sealed class BackwardTests : IDisposable
{
    private const int Count = 2000;

    private readonly Poisoned poison = new();

    public void Dispose() => poison.Dispose();

    [Fact]
    public void A_graph_of_300000_nodes_backpropagates()
    {
        var x = Tensor.Scalar(1);
        x.RequiresGrad = true;
        var y = x;
        for (int i = 0; i < 150_000; i++) y = y * 1.00001 + 1e-6;
        y.Backward();
        Assert.Equal(Math.Pow(1.00001, 150_000), x.Grad!.Item(), 1e-2);
    }

    [Fact]
    public void Gradients_that_meet_and_part_are_summed_right()
    {
        // Sums hand one gradient to several producers, products make new ones, and reductions hand out views.
        var (a, b) = (Leaf(2), Leaf(3));
        var sum = a + b;
        var y = (sum + sum * a + (sum - b).Reshape(40, 50).Mt.Sum(0).Unsqueeze(1).Expand(40, 50).Reshape(Count) + sum).Sum();
        y.Backward();
        // d/da: 1 + (a + sum) + 50·… : the reduced term adds 50 for every element of a, and b cancels out of it.
        Assert.Equal(-1, a.Grad!.AsSpan<float>().IndexOfAnyExcept(1 + 5 + 2 + 50 + 1f));
        Assert.Equal(-1, b.Grad!.AsSpan<float>().IndexOfAnyExcept(1 + 2 + 1f));
    }

    [Fact]
    public void Two_leaves_never_share_a_gradient()
    {
        var (a, b) = (Leaf(2), Leaf(3));
        (a + b).Sum().Backward();
        a.Grad!.AddInPlace(1);
        Assert.Equal(-1, b.Grad!.AsSpan<float>().IndexOfAnyExcept(1f));
        (a + b).Backward(Tensor.Ones([Count]));
        Assert.Equal(-1, a.Grad!.AsSpan<float>().IndexOfAnyExcept(3f));
        Assert.Equal(-1, b.Grad!.AsSpan<float>().IndexOfAnyExcept(2f));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_gradient_that_a_caller_passes_stays_the_callers(bool createGraph)
    {
        var a = Leaf(2);
        var g = Tensor.Full([Count], 5);
        a.Backward(g, createGraph: createGraph);
        a.Backward(g);
        (a + a).Backward(g);
        a.ClearGradient();
        _ = Tensor.Full([Count], -1);
        Assert.Equal(-1, g.AsSpan<float>().IndexOfAnyExcept(5f));
    }

    [Fact]
    public void What_a_users_operation_saw_is_not_reused()
    {
        var seen = new List<Tensor>();
        var a = Leaf(2);
        // Around the user's node stand ours, whose gradients are released and written in place where nobody sees them.
        var y = Op.Apply(new KeepingOp(seen), a * 3) * 2 + a;
        (y * y).Sum().Backward();
        var handed = Op.Apply(new HandingOp(seen), a * 3);
        (handed * handed + handed).Sum().Backward();
        Churn();
        // The result 2·(3·2); its gradient 2·(2·12 + 2)·2, twice that, and one more; then 2·6 + 1.
        float[] expected = [12, 104, 208, 209, 13];
        Assert.Equal(expected.Length, seen.Count);
        for (int i = 0; i < expected.Length; i++) Assert.Equal(-1, seen[i].Contiguous().AsSpan<float>().IndexOfAnyExcept(expected[i]));
        Assert.Equal(-1, a.Grad!.AsSpan<float>().IndexOfAnyExcept(208 * 3 + 52 + 13 * 3f));
    }

    [Fact]
    public void A_backward_pass_may_run_inside_another()
    {
        var inner = new Parameter(Tensor.Full([Count], 4));
        var a = Leaf(2);
        var x = a * 3;
        (Op.Apply(new NestedOp(inner), x) * 5 + x).Sum().Backward();
        Churn();
        Assert.Equal(-1, a.Grad!.AsSpan<float>().IndexOfAnyExcept(3 * (5 + 1f)));
        Assert.Equal(-1, inner.Grad!.AsSpan<float>().IndexOfAnyExcept(6 * 5f));
    }

    [Fact]
    public void A_failed_backward_pass_leaves_memory_in_order()
    {
        var a = Leaf(2);
        var kept = a * 3;
        var loss = (Op.Apply(new FailingOp(), kept * kept) * kept.Exp()).Sum();
        Assert.Throws<InvalidOperationException>(() => loss.Backward());
        Assert.Throws<GradException>(() => loss.Backward());
        Churn();
        Assert.Equal(-1, kept.Detach().AsSpan<float>().IndexOfAnyExcept(6f));
        a.ClearGradient();
        (a * a).Sum().Backward();
        Assert.Equal(-1, a.Grad!.AsSpan<float>().IndexOfAnyExcept(4f));
        Assert.True(Grad.IsOn);
    }

    [Fact]
    public void A_gradient_that_was_seen_outlives_its_clearing_and_one_that_was_not_is_reused()
    {
        var a = Leaf(2);
        (a * 3).Sum().Backward();
        var seen = a.Grad!;
        var view = a.Grad!.Reshape(40, 50);
        a.ClearGradient();
        Churn();
        Assert.Equal(-1, seen.AsSpan<float>().IndexOfAnyExcept(3f));
        Assert.Equal(6000, view.Sum().Item());

        (a * 3).Sum().Backward();
        var unseen = a.CollectedGradient!;
        a.ClearGradient();
        Assert.Throws<ObjectDisposedException>(() => unseen.Sum());
        Assert.Null(a.Grad);
    }

    [Fact]
    public void Results_as_a_function_are_the_callers_and_a_later_pass_does_not_touch_them()
    {
        var (a, b) = (Leaf(2), Leaf(3));
        var middle = a * b;
        var y = (middle * middle + middle + a).Sum();
        var first = Grad.Of(y, [middle, a, b], retainGraph: true);
        var again = Grad.Of(y, [a, a]);
        Churn();
        Assert.Equal(-1, first[0].Contiguous().AsSpan<float>().IndexOfAnyExcept(13f));
        Assert.Equal(-1, first[1].Contiguous().AsSpan<float>().IndexOfAnyExcept(40f));
        Assert.Equal(-1, first[2].Contiguous().AsSpan<float>().IndexOfAnyExcept(26f));
        Assert.Equal(-1, again[1].Contiguous().AsSpan<float>().IndexOfAnyExcept(40f));
    }

    [Fact]
    public void A_pass_over_a_retained_graph_gives_the_same_again_and_a_recorded_one_can_be_differentiated()
    {
        var a = Leaf(2);
        var y = (a.Exp() * a).Sum();
        y.Backward(retainGraph: true);
        var once = a.Grad!.Clone();
        Churn();
        y.Backward(createGraph: true);
        Assert.Equal((once * 2).ToArray<float>(), a.Grad!.Detach().ToArray<float>());
        var second = Grad.Of(a.Grad!.Sum(), [a])[0];
        Assert.Equal(4 * Math.Exp(2), second[0].Item(), 1e-4);
    }

    [Fact]
    public void Eight_threads_add_up_their_gradients_in_one_parameter()
    {
        var shared = new Parameter(Tensor.Ones([Count]));
        var failures = new System.Collections.Concurrent.ConcurrentQueue<Exception>();
        var threads = Enumerable.Range(0, 8).Select(i => new Thread(() =>
        {
            try
            {
                for (int k = 0; k < 200; k++) (shared * Tensor.Full([Count], 2)).Sum().Backward();
            }
            catch (Exception e)
            {
                failures.Enqueue(e);
            }
        })).ToArray();
        foreach (var t in threads) t.Start();
        foreach (var t in threads) t.Join();
        Assert.Empty(failures);
        Assert.Equal(-1, shared.Grad!.AsSpan<float>().IndexOfAnyExcept(8 * 200 * 2f));
    }

    [Fact]
    public void A_pass_gives_back_what_it_made()
    {
        var a = Leaf(2);
        Run(a);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        long before = Pool.LiveBytes;
        var loss = Forward(a);
        long forward = Pool.LiveBytes;
        loss.Backward(retainGraph: true);
        a.ClearGradient();
        // Every gradient went back at its last use; no collection was needed for it, and one that comes now can only take away.
        Assert.True(Pool.LiveBytes <= forward);
        Assert.True(forward > before);
        GC.KeepAlive(loss);

        static Tensor Forward(Tensor x)
        {
            for (int i = 0; i < 20; i++) x = x.Tanh() + x * 0.5;
            return x.Sum();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        static void Run(Tensor x)
        {
            Forward(x).Backward();
            x.ClearGradient();
        }
    }

    private static Tensor Leaf(double value)
    {
        var leaf = Tensor.Full([Count], value);
        leaf.RequiresGrad = true;
        return leaf;
    }

    /// <summary>Takes whatever has been given back into use.</summary>
    private static void Churn()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        var used = new List<Tensor>();
        for (int i = 0; i < 200; i++) used.Add(Tensor.Full([Count], -1));
        GC.KeepAlive(used);
    }
}
