namespace DeepNotes.Core.Tests.Ownership;

/// <summary>An in-place write after a tensor was kept for a gradient is noticed, through whatever view it went.</summary>
public class InPlaceTests
{
    public static TheoryData<string> Writes => [.. Changes.Keys];

    private static Dictionary<string, Action<Tensor>> Changes { get; } = new()
    {
        ["fill"] = x => x.FillInPlace(1),
        ["add"] = x => x.AddInPlace(1),
        ["copy"] = x => x.CopyFrom(Tensor.Ones([4, 3])),
        ["span"] = x => x.AsWritableSpan<float>()[0] = 5,
        ["view"] = x => x.Mt[..1].FillInPlace(2),
        ["optimizer"] = x => Op.Update(new Momentum(0.1, 0), x, Tensor.Ones([4, 3]), Tensor.Zeros([4, 3])),
    };

    [Theory]
    [MemberData(nameof(Writes))]
    public void Backward_refuses_a_kept_tensor_that_was_changed(string write)
    {
        var a = Tensor.Ones([4, 3]);
        var w = new Parameter(Tensor.Ones([4, 3]));
        var y = (a * w).Sum();
        Changes[write](a);
        Assert.Contains("in place", Assert.Throws<GradException>(() => y.Backward()).Message, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Writes))]
    public void A_tensor_that_no_gradient_needs_may_change(string write)
    {
        var a = Tensor.Ones([4, 3]);
        var w = new Parameter(Tensor.Ones([4, 3]));
        var y = (a + w).Sum();
        Changes[write](a);
        y.Backward();
        Assert.Equal(12, w.Grad!.Sum().Item());
    }

    [Fact]
    public void A_step_of_an_optimizer_before_Backward_is_noticed()
    {
        var w = new Parameter(Tensor.Ones([4, 3]));
        var y = (w * w).Sum();
        Op.Update(new Momentum(0.1, 0), w, Tensor.Ones([4, 3]), Tensor.Zeros([4, 3]));
        Assert.Throws<GradException>(() => y.Backward());
    }

    [Fact]
    public void A_tensor_that_requires_a_gradient_is_not_written_while_recording()
    {
        var w = new Parameter(Tensor.Ones([4, 3]));
        Assert.Throws<GradException>(() => w.FillInPlace(1));
        Assert.Throws<GradException>(() => w.AddInPlace(w));
        Assert.Throws<GradException>(() => { w.AsWritableSpan<float>(); });
        using (Grad.Off()) w.FillInPlace(3);
        Assert.Equal(36, w.Sum().Item());
    }

    [Fact]
    public void An_expanded_view_is_not_written()
    {
        var g = Tensor.Scalar(1).Expand(4, 3);
        Assert.Throws<InvalidOperationException>(() => g.AddInPlace(1));
        Assert.Throws<InvalidOperationException>(() => g.FillInPlace(1));
        Assert.Equal(12, g.Sum().Item());
    }
}
