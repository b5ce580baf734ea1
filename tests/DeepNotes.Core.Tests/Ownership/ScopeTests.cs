using DeepNotes.Backends.Cpu;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>What a scope takes back, and what outlives it.</summary>
[Collection(MemoryCollection.Name)]
public class ScopeTests
{
    [Theory]
    [InlineData(3)]
    [InlineData(3000)]
    public void A_tensor_used_after_its_scope_throws(int count)
    {
        Tensor x, view;
        using (new TensorScope())
        {
            x = Tensor.Ones([count]);
            view = x.Reshape(count, 1);
            Assert.Equal(1, view.Sum().Item() / count);
        }
        Assert.Throws<ObjectDisposedException>(() => x + 1);
        Assert.Throws<ObjectDisposedException>(() => view.Sum());
        Assert.Throws<ObjectDisposedException>(() => { x.AsSpan<float>(); });
        Assert.Throws<ObjectDisposedException>(() => { x.AsWritableSpan<float>(); });
        Assert.Throws<ObjectDisposedException>(() => { view.AsTensorSpan<float>(); });
        Assert.Throws<ObjectDisposedException>(() => x.ToArray<float>());
        Assert.Throws<ObjectDisposedException>(() => x.ToString());
        Assert.Throws<ObjectDisposedException>(() => x.FillInPlace(1));
        Assert.Contains("Keep", Assert.Throws<ObjectDisposedException>(() => x[0].Item()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_kept_outlives_its_scope_and_belongs_to_the_next_one_out()
    {
        using var poison = new Poisoned();
        Tensor once, twice, viewed;
        using (var outer = new TensorScope())
        {
            using (var inner = new TensorScope())
            {
                once = inner.Keep(Tensor.Full([2000], 1));
                twice = outer.Keep(inner.Keep(Tensor.Full([2000], 2)));
                viewed = outer.Keep(inner.Keep(Tensor.Full([2000], 3).Reshape(40, 50).Mt[..5]));
                inner.Keep(inner.Keep(once));
            }
            _ = Tensor.Full([2000], 9);
            Assert.Equal(2000, once.Sum().Item());
        }
        _ = Tensor.Full([2000], 9);
        Assert.Throws<ObjectDisposedException>(() => once.Sum());
        Assert.Equal(4000, twice.Sum().Item());
        Assert.Equal(600, viewed.Sum().Item());
    }

    [Fact]
    public void Keeping_what_was_made_elsewhere_changes_nothing()
    {
        Tensor before = Tensor.Full([2000], 1), between;
        using (var outer = new TensorScope())
        {
            between = Tensor.Full([2000], 2);
            using (var inner = new TensorScope())
            {
                inner.Keep(before);
                inner.Keep(between);
            }
            Assert.Equal(4000, between.Sum().Item());
        }
        Assert.Equal(2000, before.Sum().Item());
        Assert.Throws<ObjectDisposedException>(() => between.Sum());
    }

    [Fact]
    public void A_scope_ends_when_an_exception_leaves_it()
    {
        Tensor? inside = null;
        var inner = Assert.Throws<ShapeException>(() =>
        {
            using var scope = new TensorScope();
            inside = Tensor.Ones([2000]);
            _ = inside + Tensor.Ones([3]);
        });
        Assert.NotNull(inner);
        Assert.Throws<ObjectDisposedException>(() => inside!.Sum());
        Assert.Equal(3, Tensor.Ones([3]).Sum().Item());
    }

    [Fact]
    public void A_scope_is_its_own_threads_alone()
    {
        Tensor? theirs = null;
        using (new TensorScope())
        {
            var thread = new Thread(() => theirs = Tensor.Full([2000], 4));
            thread.Start();
            thread.Join();
        }
        Assert.Equal(8000, theirs!.Sum().Item());
    }

    [Fact]
    public void What_is_made_outside_survives_a_scope_inside_it()
    {
        using var poison = new Poisoned();
        Tensor state;
        using (new TensorScope())
        {
            using (TensorScope.Outside()) state = Tensor.Full([2000], 5);
            _ = Tensor.Full([2000], 6);
        }
        _ = Tensor.Full([2000], 7);
        Assert.Equal(10000, state.Sum().Item());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Gradients_of_parameters_survive_scopes(bool createGraph)
    {
        using var poison = new Poisoned();
        var w = new Parameter(Tensor.Full([2000], 3));
        for (int step = 0; step < 3; step++)
        {
            using var scope = new TensorScope();
            (w * w).Sum().Backward(createGraph: createGraph);
        }
        _ = Tensor.Full([2000], 9);
        Assert.Equal(-1, w.Grad!.Detach().AsSpan<float>().IndexOfAnyExcept(18f));
    }

    [Fact]
    public void A_gradient_set_inside_a_scope_survives_it()
    {
        using var poison = new Poisoned();
        var w = new Parameter(Tensor.Ones([2000]));
        using (new TensorScope())
        {
            (w * 4).Sum().Backward();
            using var inner = new TensorScope();
            w.Grad = w.Grad! * 0.5;
        }
        _ = Tensor.Full([2000], 9);
        (w * 1).Sum().Backward();
        Assert.Equal(-1, w.Grad!.AsSpan<float>().IndexOfAnyExcept(3f));
    }

    [Fact]
    public void Gradients_as_a_function_belong_to_the_scope()
    {
        var x = Tensor.Full([2000], 3);
        x.RequiresGrad = true;
        Tensor dropped, kept;
        using (var scope = new TensorScope())
        {
            dropped = Grad.Of((x * x).Sum(), [x])[0];
            kept = scope.Keep(Grad.Of((x * x * x).Sum(), [x])[0]);
        }
        Assert.Throws<ObjectDisposedException>(() => dropped.Sum());
        Assert.Equal(54000, kept.Sum().Item());
    }

    [Fact]
    public void A_graph_that_outlives_its_scope_says_so()
    {
        var x = Tensor.Full([2000], 3);
        x.RequiresGrad = true;
        Tensor loss;
        using (var scope = new TensorScope()) loss = scope.Keep((x.Exp() * 2).Sum());
        Assert.Throws<ObjectDisposedException>(() => loss.Backward());
        Assert.Null(x.Grad);
    }

    [Fact]
    public void Training_in_scopes_gives_the_bits_of_training_without_and_holds_no_more()
    {
        using var poison = new Poisoned();
        var plain = new TinyClassifier(7);
        var scoped = new TinyClassifier(7);
        float[] losses = plain.Train(60);
        long held = 0;
        for (int i = 0; i < 60; i++)
        {
            Assert.Equal(BitConverter.SingleToInt32Bits(losses[i]), BitConverter.SingleToInt32Bits(scoped.ScopedStep()));
            if (i == 1) held = Settled();
        }
        Assert.Equal(held, Settled());
        GC.KeepAlive(plain);

        // The plain run's garbage leaves first, so that the two readings count the same things.
        static long Settled()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return Pool.LiveBytes;
        }
    }
}
