using Xunit;

namespace DeepNotes.Core.Tests.Autograd;

public class AutogradTests
{
    private static Tensor Leaf(params double[] values)
    {
        var t = Tensor.From<double>(values);
        t.RequiresGrad = true;
        return t;
    }

    [Fact]
    public void Jacobian_holds_all_partial_derivatives()
    {
        // y_i = x_i² Σx, so ∂y_i/∂x_j = 2 x_i Σx δ_ij + x_i².
        var jacobian = Grad.Jacobian(t => t * t * t.Sum(), Tensor.From<double>(1, 2, 3));
        Assert.Equal([13, 1, 1, 4, 28, 4, 9, 9, 45], jacobian.ToArray<double>());
        Assert.Equal([3, 3], jacobian.Shape.ToArray());
    }

    [Fact]
    public void Jacobian_of_a_constant_is_zero() =>
        Assert.Equal([0, 0], Grad.Jacobian(_ => Tensor.From<double>(7), Tensor.From<double>(1, 2)).ToArray<double>());

    [Fact]
    public void Hessian_holds_all_second_derivatives()
    {
        var hessian = Grad.Hessian(t => t[0] * t[0] * t[1] + t[1].Exp(), Tensor.From<double>(3, 0));
        Assert.Equal([0, 6, 6, 1], hessian.ToArray<double>());
        Assert.Throws<ShapeException>(() => Grad.Hessian(t => t * t, Tensor.From<double>(1, 2)));
    }

    [Fact]
    public void Products_with_the_Jacobian_from_both_sides()
    {
        var x = Tensor.From<double>(1, 2, 3);
        var w = Tensor.From(new double[,] { { 1, 2 }, { 3, 4 }, { 5, 6 } });
        Tensor F(Tensor t) => (t * t).MatMul(w);
        var jacobian = Grad.Jacobian(F, x);
        var v = Tensor.From<double>(0.5, -1, 2);
        var u = Tensor.From<double>(3, -2);
        Assert.Equal(jacobian.MatMul(v).ToArray<double>(), Grad.Jvp(F, x, v).Product.ToArray<double>());
        Assert.Equal(u.MatMul(jacobian).ToArray<double>(), Grad.Vjp(F, x, u).Product.ToArray<double>());
    }

    [Fact]
    public void A_checkpoint_gives_the_same_gradients_with_the_same_random_numbers()
    {
        var w = Tensor.Randn([3, 3], DType.Float64, new Rng(1));
        w.RequiresGrad = true;
        var x = Leaf(1, 2, 3);
        Tensor F(Tensor t) => t.MatMul(w).Tanh().Dropout(0.5);
        Rng.Seed(3);
        F(x).Sum().Backward();
        var (expectedW, expectedX) = (w.Grad!, x.Grad!);
        w.Grad = x.Grad = null;
        Rng.Seed(3);
        var y = Op.Checkpoint(F, x).Sum();
        ulong position = Rng.Default.Position;
        y.Backward();
        Assert.Equal(position, Rng.Default.Position);
        Assert.Equal(expectedW.ToArray<double>(), w.Grad!.ToArray<double>());
        Assert.Equal(expectedX.ToArray<double>(), x.Grad!.ToArray<double>());
    }

    [Fact]
    public void A_checkpoint_cannot_be_differentiated_twice()
    {
        var x = Leaf(1);
        var y = Op.Checkpoint(t => t * t, x);
        Assert.Throws<NotSupportedException>(() => Grad.Of(y.Sum(), [x], createGraph: true));
    }

    [Fact]
    public void Anomaly_mode_names_the_operation_that_made_the_first_NaN()
    {
        using var detect = Anomaly.Detect();
        var forward = Assert.Throws<GradException>(() => Leaf(-1).Sqrt());
        Assert.StartsWith("Sqrt: made NaN", forward.Message, StringComparison.Ordinal);
        var x = Leaf(0);
        var y = (x.Sqrt() * 0.0).Sum();
        var backward = Assert.Throws<GradException>(() => y.Backward());
        Assert.StartsWith("Sqrt: its gradient", backward.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hooks_see_the_complete_gradient_and_may_replace_it()
    {
        var x = Leaf(1, 2);
        var y = x * 3.0;
        var seen = new List<double[]>();
        var hook = y.RegisterHook(g =>
        {
            seen.Add(g.ToArray<double>());
            return g * 10.0;
        });
        (y.Sum() + (y * y).Sum()).Backward(retainGraph: true);
        Assert.Equal([7, 13], Assert.Single(seen));
        Assert.Equal([210, 390], x.Grad!.ToArray<double>());
        hook.Dispose();
        x.Grad = null;
        y.Sum().Backward();
        Assert.Single(seen);
        Assert.Equal([3, 3], x.Grad!.ToArray<double>());
    }

    [Fact]
    public void A_gradient_kept_by_a_hook_stays_as_it_was()
    {
        var x = Tensor.Randn([100, 100], rng: new Rng(5));
        x.RequiresGrad = true;
        Tensor? kept = null;
        var y = x.Tanh();
        y.RegisterHook(g =>
        {
            kept = g;
            return null;
        });
        (y * y).Sum().Backward();
        var expected = (y.Detach() * 2.0).ToArray<float>();
        for (int i = 0; i < 200; i++) _ = Tensor.Ones([100, 100]);
        Assert.Equal(expected, kept!.ToArray<float>());
    }

    [Fact]
    public void A_hook_on_an_operation_sees_both_sides()
    {
        var (a, b) = (Leaf(2), Tensor.From<double>(5));
        var y = a * b;
        (double?, double?, bool) seen = default;
        y.RegisterOperationHook((results, inputs) => seen = (results[0]?.Item(), inputs[0]?.Item(), inputs[1] is null));
        y.Sum().Backward();
        Assert.Equal((1, 5, true), seen);
        Assert.Throws<GradException>(() => b.RegisterHook(_ => null));
        Assert.Throws<GradException>(() => a.RegisterOperationHook((_, _) => { }));
    }
}
