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

    [Fact]
    public void Hooks_run_also_around_methods_that_take_more_than_the_input()
    {
        var layer = new TransformerEncoderLayer(4, 2, 8);
        int calls = 0;
        layer.RegisterForwardPreHook((_, x) => { calls++; return x * 0; });
        layer.RegisterForwardHook((_, _, y) => { calls++; return y + 1; });
        Tensor masked = layer.Forward(Tensor.Ones([3, 1, 4]), isCausal: true), whole = ((ILayer)layer).Forward(Tensor.Ones([3, 1, 4]));
        Assert.Equal(4, calls);
        Assert.True(masked.Sum().Item() > 0 && whole.Sum().Item() > 0);
        var table = new EmbeddingBag(3, 2);
        table.RegisterForwardHook((_, _, _) => { calls++; return null; });
        table.Forward(Tensor.Zeros([2, 2], DType.Int64));
        table.Forward(Tensor.Zeros([2], DType.Int64), Tensor.Zeros([1], DType.Int64));
        Assert.Equal(6, calls);
    }

    [Fact]
    public void An_error_names_the_innermost_layer_once_and_keeps_what_the_operation_said()
    {
        Sequential net = [new Sequential(new Plain(), new Linear(2, 3)), new Tanh()];
        var error = Assert.Throws<ShapeException>(() => net.Forward(Tensor.Ones([4, 2])));
        Assert.StartsWith("Plain: MatMul: ", error.Message, StringComparison.Ordinal);
        Assert.StartsWith("MatMul: ", Assert.IsType<ShapeException>(error.InnerException).Message, StringComparison.Ordinal);
        Assert.StartsWith("Linear: ", Assert.Throws<ShapeException>(() => net.Forward(Tensor.Ones([4, 5]))).Message, StringComparison.Ordinal);
    }
}

/// <summary>A user's layer, which checks nothing itself.</summary>
internal sealed partial class Plain : Layer
{
    protected override Tensor Compute(Tensor x) => x.Shape[1] == 2 ? x.MatMul(x) : x;
}
