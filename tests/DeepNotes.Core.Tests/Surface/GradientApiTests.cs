namespace DeepNotes.Core.Tests.Surface;

/// <summary>The gradient's public face: what is refused and with what words, and what unused inputs and outputs get.</summary>
public sealed class GradientApiTests
{
    private static Tensor Leaf(params float[] values)
    {
        var x = Tensor.From<float>(values);
        x.RequiresGrad = true;
        return x;
    }

    private static void Says<T>(Action call, params string[] parts) where T : Exception
    {
        string message = Assert.Throws<T>(call).Message;
        foreach (string part in parts) Assert.Contains(part, message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_freed_graph_says_how_to_keep_it()
    {
        var x = Leaf(1, 2);
        var y = x.Exp().Sum();
        y.Backward();
        Says<GradException>(() => y.Backward(), "retainGraph", "freed");
        var z = x.Exp().Sum();
        z.Backward(retainGraph: true);
        z.Backward();
        var middle = x * 2;
        (middle * 3).Sum().Backward();
        Says<GradException>(() => Grad.Of((x + middle).Sum(), [x]), "retainGraph", "freed");
        Assert.Equal(3 * MathF.E + 6, x.Grad![0].Item(), 1e-5);
    }

    [Fact]
    public void What_has_no_gradient_says_so()
    {
        Says<GradException>(() => Tensor.Ones([1]).Backward(), "does not depend", "[1]");
        Says<GradException>(() => Leaf(1, 2).Exp().Backward(), "[2]", "more than one element");
        Says<ShapeException>(() => Leaf(1, 2).Exp().Backward(Tensor.Ones([3])), "[3]", "[2]");
        Says<GradException>(() => Grad.Of(Leaf(1).Exp(), [Tensor.Ones([1])]), "RequiresGrad");
        Says<GradException>(() => Grad.Of(Leaf(1).Exp(), [Leaf(2)]), "allowUnused");
        Assert.Equal(0, Grad.Of(Leaf(1).Exp(), [Leaf(2)], allowUnused: true)[0].Item());
        Says<DTypeException>(() => Tensor.Arange(3).RequiresGrad = true, "Int64");
        Says<GradException>(() => Leaf(1).Exp().RequiresGrad = false, "Detach");
        Says<ShapeException>(() => Leaf(1, 2).Grad = Tensor.Ones([3]), "[3]", "[2]");
        Says<GradException>(() => Tensor.Ones([2]).Grad = Tensor.Ones([2]), "leaf");
    }

    [Fact]
    public void Nothing_is_recorded_where_recording_is_off_or_not_asked_for()
    {
        var x = Leaf(1, 2);
        Assert.True((x * 2).RequiresGrad);
        Assert.False(x.Detach().RequiresGrad);
        Assert.False((x > 1).RequiresGrad);
        Assert.False(x.ArgMax(0).RequiresGrad);
        Assert.False(Tensor.Ones([2]).Exp().RequiresGrad);
        using (Grad.Off())
        {
            Assert.False(Grad.IsOn);
            Assert.False((x * 2).RequiresGrad);
            using (Grad.On()) Assert.True((x * 2).RequiresGrad);
            Assert.False((x * 2).RequiresGrad);
        }
        Assert.True(Grad.IsOn);
    }

    [Fact]
    public void Gradients_add_up_in_a_leaf_until_they_are_cleared()
    {
        var x = Leaf(1, 2);
        (x * 3).Sum().Backward();
        (x * x).Sum().Backward();
        Assert.Equal([5f, 7f], x.Grad!.ToArray<float>());
        x.Grad = null;
        Assert.Null(x.Grad);
        (x * 4).Sum().Backward();
        Assert.Equal([4f, 4f], x.Grad!.ToArray<float>());
    }

    [Fact]
    public void Unused_results_of_an_operation_with_several_cost_nothing()
    {
        var x = Leaf(3, 1, 2);
        var (values, indices) = x.Max(0);
        Assert.False(indices.RequiresGrad);
        Assert.Equal([1f, 0, 0], Grad.Of(values, [x])[0].ToArray<float>());
        var parts = x.Split(1);
        Assert.Equal([0f, 0, 1], Grad.Of(parts[2].Sum(), [x], retainGraph: true)[0].ToArray<float>());
        Assert.Equal([2f, 0, 2], Grad.Of((parts[0] + parts[2]).Sum() * 2, [x])[0].ToArray<float>());
    }

    [Fact]
    public void Intermediate_results_have_gradients_of_their_own()
    {
        var x = Leaf(2, 3);
        var middle = x * x;
        var y = (middle * 3).Sum();
        Assert.Equal([3f, 3f], Grad.Of(y, [middle], retainGraph: true)[0].ToArray<float>());
        var both = Grad.Of(y, [x, middle]);
        Assert.Equal([12f, 18f], both[0].ToArray<float>());
        Assert.Equal([3f, 3f], both[1].ToArray<float>());
    }

    [Fact]
    public void A_gradient_has_the_type_of_its_input()
    {
        var x = Leaf(1, 2);
        var y = Tensor.From(0.5, 0.25);
        y.RequiresGrad = true;
        var gradients = Grad.Of((x * y).Sum(), [x, y]);
        Assert.Equal(DType.Float32, gradients[0].DType);
        Assert.Equal(DType.Float64, gradients[1].DType);
        var whole = Grad.Of((x * Tensor.Arange(2)).Sum(), [x])[0];
        Assert.Equal([0f, 1f], whole.ToArray<float>());
    }

    [Fact]
    public void A_third_derivative()
    {
        var x = Tensor.Scalar(0.7, DType.Float64);
        x.RequiresGrad = true;
        var d = x.Pow(4);
        foreach (double expected in new[] { 4 * Math.Pow(0.7, 3), 12 * Math.Pow(0.7, 2), 24 * 0.7, 24 })
        {
            d = Grad.Of(d, [x], createGraph: true)[0];
            Assert.Equal(expected, d.Item(), 1e-12);
        }
    }

    [Fact]
    public void A_wrong_gradient_does_not_pass_the_check()
    {
        var x = Tensor.Randn([3], DType.Float64, new Rng(1));
        Says<GradException>(() => GradCheck.First(t => t[0].Detach() * t[0], [x]), "gradient");
        Says<DTypeException>(() => GradCheck.First(t => t[0] * 2, [Tensor.Ones([2])]), "Float64");
    }
}
