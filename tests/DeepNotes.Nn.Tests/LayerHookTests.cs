namespace DeepNotes.Nn.Tests;

public sealed class LayerHookTests
{
    [Fact]
    public void Hooks_run_around_the_formula_in_order_and_may_replace()
    {
        var layer = new ReLU();
        var seen = new List<string>();
        layer.RegisterForwardPreHook((_, x) => { seen.Add("before"); return x + 1; });
        layer.RegisterForwardHook((l, x, y) => { seen.Add($"{l.GetType().Name} {x.Item()} {y.Item()}"); return y * 10; });
        layer.RegisterForwardHook((_, _, y) => { seen.Add($"second {y.Item()}"); return null; });
        Assert.Equal(30, layer.Forward(Tensor.From(2f)).Item());
        Assert.Equal(["before", "ReLU 3 3", "second 30"], seen);
    }

    [Fact]
    public void Disposed_hook_is_gone_also_from_within()
    {
        var layer = new ReLU();
        int calls = 0;
        IDisposable? hook = null;
        hook = layer.RegisterForwardHook((_, _, _) => { calls++; hook!.Dispose(); return null; });
        layer.Forward(Tensor.Ones([1]));
        layer.Forward(Tensor.Ones([1]));
        Assert.Equal(1, calls);
    }

    [Fact]
    public void Hooks_run_in_a_model_and_on_its_gradients()
    {
        var inner = new Linear(2, 3);
        Sequential net = [inner, new Sequential(new Tanh())];
        Shape? output = null;
        double largest = 0;
        inner.RegisterForwardHook((_, _, y) =>
        {
            output = y.Shape;
            y.RegisterHook(g => { largest = g.Abs().Max().Item(); return null; });
            return null;
        });
        net.Forward(Tensor.Ones([4, 2])).Sum().Backward();
        Assert.Equal<Shape?>([4, 3], output);
        Assert.InRange(largest, 1e-6, 1);
    }

    [Fact]
    public void Copy_has_the_hooks_of_its_original_and_then_its_own()
    {
        var layer = new ReLU();
        int first = 0, second = 0;
        layer.RegisterForwardHook((_, _, _) => { first++; return null; });
        ReLU copy = layer.Clone();
        copy.RegisterForwardHook((_, _, _) => { second++; return null; });
        layer.Forward(Tensor.Ones([1]));
        copy.Forward(Tensor.Ones([1]));
        Assert.Equal((2, 1), (first, second));
    }
}
