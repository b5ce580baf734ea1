using DeepNotes.OpTable;

namespace DeepNotes.Core.Tests.Surface;

/// <summary>Every in-place form writes what the operation returns, through any view, counts as a new version, and is refused where it would not be recorded.</summary>
public class InPlaceFormTests
{
    private static readonly Tensor Other = Tensor.Arange(1, 13, dtype: DType.Float64).Reshape(3, 4) / 5;
    private static readonly Tensor Mask = Tensor.From<bool>(true, false, true, true);
    private static readonly Tensor Places = Tensor.From<long>(2, 0);
    private static readonly Tensor Columns = Tensor.From<long>([3, 1, 0, 2, 2, 1], [3, 2]);

    private static readonly Dictionary<string, (Action<Tensor> InPlace, Func<Tensor, Tensor> Of)> Forms = new()
    {
        ["zero"] = (x => x.ZeroInPlace(), x => Tensor.ZerosLike(x)),
        ["fill"] = (x => x.FillInPlace(2.5), x => Tensor.FullLike(x, 2.5)),
        ["copy"] = (x => x.CopyFrom(Other), _ => Other),
        ["add"] = (x => x.AddInPlace(Other), x => x + Other),
        ["add scaled"] = (x => x.AddInPlace(Other, -0.5), x => x - Other * 0.5),
        ["add number"] = (x => x.AddInPlace(2), x => x + 2),
        ["subtract"] = (x => x.SubtractInPlace(Other), x => x - Other),
        ["multiply"] = (x => x.MultiplyInPlace(Other), x => x * Other),
        ["divide"] = (x => x.DivideInPlace(Other), x => x / Other),
        ["lerp"] = (x => x.LerpInPlace(Other, 0.25), x => x.Lerp(Other, 0.25)),
        ["clamp"] = (x => x.ClampInPlace(-0.5, 1), x => x.Clamp(-0.5, 1)),
        ["pow"] = (x => x.PowInPlace(2.5), x => x.Pow(2.5)),
        ["pow whole"] = (x => x.PowInPlace(3), x => x.Pow(3)),
        ["abs"] = (x => x.AbsInPlace(), x => x.Abs()),
        ["negate"] = (x => x.NegateInPlace(), x => -x),
        ["exp"] = (x => x.ExpInPlace(), x => x.Exp()),
        ["log"] = (x => x.LogInPlace(), x => x.Log()),
        ["sqrt"] = (x => x.SqrtInPlace(), x => x.Sqrt()),
        ["sigmoid"] = (x => x.SigmoidInPlace(), x => x.Sigmoid()),
        ["tanh"] = (x => x.TanhInPlace(), x => x.Tanh()),
        ["relu"] = (x => x.ReluInPlace(), x => x.Relu()),
        ["floor"] = (x => x.FloorInPlace(), x => x.Floor()),
        ["round"] = (x => x.RoundInPlace(), x => x.Round()),
        ["map"] = (x => x.MapInPlace(new DeepNotes.Ops.Sin()), x => x.Sin()),
        ["masked fill"] = (x => x.MaskedFillInPlace(Mask, 9), x => x.MaskedFill(Mask, 9)),
        ["masked scatter"] = (x => x.MaskedScatterInPlace(Mask, Other), x => x.MaskedScatter(Mask, Other)),
        ["scatter"] = (x => x.ScatterInPlace(1, Columns, Other), x => x.Scatter(1, Columns, Other)),
        ["scatter number"] = (x => x.ScatterInPlace(1, Columns, 7), x => x.Scatter(1, Columns, 7)),
        ["scatter add"] = (x => x.ScatterAddInPlace(1, Columns, Other), x => x.ScatterAdd(1, Columns, Other)),
        ["scatter reduce"] = (x => x.ScatterReduceInPlace(1, Columns, Other, ScatterReduction.Max), x => x.ScatterReduce(1, Columns, Other, ScatterReduction.Max)),
        ["index add"] = (x => x.IndexAddInPlace(0, Places, Other[..2], 2), x => x.IndexAdd(0, Places, Other[..2], 2)),
        ["index copy"] = (x => x.IndexCopyInPlace(0, Places, Other[..2]), x => x.IndexCopy(0, Places, Other[..2])),
        ["index fill"] = (x => x.IndexFillInPlace(1, Places, -3), x => x.IndexFill(1, Places, -3)),
        ["index put"] = (x => x.IndexPutInPlace([Places], Other[1], accumulate: true), x => x.IndexPut([Places], Other[1], accumulate: true)),
        ["uniform"] = (x => x.UniformInPlace(-1, 2, new Rng(4)), x => Tensor.Uniform(x.Shape, -1, 2, x.DType, new Rng(4))),
        ["normal"] = (x => x.NormalInPlace(1, 2, new Rng(4)), x => Tensor.Normal(x.Shape, 1, 2, x.DType, new Rng(4))),
    };

    public static TheoryData<string> Names => [.. Forms.Keys];

    [Theory, MemberData(nameof(Names))]
    public void It_writes_what_the_operation_returns(string name)
    {
        var (inPlace, of) = Forms[name];
        var x = Tensor.Randn([3, 4], DType.Float64, new Rng(1));
        var expected = of(x.Clone());
        inPlace(x);
        Same.Bits(expected, x, name);
    }

    [Theory, MemberData(nameof(Names))]
    public void Through_a_view_it_writes_nothing_else(string name)
    {
        var (inPlace, of) = Forms[name];
        var whole = Tensor.Randn([4, 9], DType.Float64, new Rng(2));
        var view = whole.Mt[1..8, ..].Slice(0, 0, 7, 2)[.., 1..].Mt;
        Assert.Equal([3, 4], view.Shape.ToArray());
        var expected = of(view.Clone());
        var before = whole.Clone();
        inPlace(view);
        Same.Bits(expected, view.Contiguous(), name);
        view.CopyFrom(before.Mt[1..8, ..].Slice(0, 0, 7, 2)[.., 1..].Mt);
        Same.Bits(before, whole, $"{name}: around the view");
    }

    [Theory, MemberData(nameof(Names))]
    public void A_kept_tensor_that_was_written_is_noticed(string name)
    {
        var a = Tensor.Ones([3, 4], DType.Float64);
        var w = new Parameter(Tensor.Ones([3, 4], DType.Float64));
        var y = (a * w).Sum();
        Forms[name].InPlace(a);
        Assert.Contains("in place", Assert.Throws<GradException>(() => y.Backward()).Message, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_leaf_that_requires_a_gradient_is_written_only_while_nothing_is_recorded(string name)
    {
        var w = new Parameter(Tensor.Ones([3, 4], DType.Float64));
        var e = Assert.Throws<GradException>(() => Forms[name].InPlace(w));
        Assert.Contains("Grad.Off()", e.Message, StringComparison.Ordinal);
        Same.Bits(Tensor.Ones([3, 4], DType.Float64), w.Detach(), $"{name}: after the refusal");
        using (Grad.Off()) Forms[name].InPlace(w);
    }

    [Theory, MemberData(nameof(Names))]
    public void An_expanded_view_is_refused(string name)
    {
        var x = Tensor.Ones([3, 1], DType.Float64).Expand(3, 4);
        Assert.Throws<InvalidOperationException>(() => Forms[name].InPlace(x));
    }

    [Fact]
    public void What_the_type_cannot_hold_is_refused_and_nothing_is_written()
    {
        var whole = Tensor.Arange(12).Reshape(3, 4);
        var before = whole.Clone();
        foreach (Action<Tensor> write in (Action<Tensor>[])[x => x.ExpInPlace(), x => x.ClampInPlace(0.5, 2), x => x.PowInPlace(0.5), x => x.PowInPlace(-1), x => x.AddInPlace(1, 0.5), x => x.MultiplyInPlace(2.5), x => x.UniformInPlace(), x => x.AddInPlace(Tensor.Ones([5, 3, 4]).To(DType.Int64))])
        {
            Assert.ThrowsAny<Exception>(() => write(whole));
            Same.Bits(before, whole, "after a refusal");
        }
        Assert.Throws<DTypeException>(() => whole.ExpInPlace());
        Assert.Throws<ShapeException>(() => Tensor.Ones([3, 4]).LerpInPlace(Tensor.Ones([2, 3, 4]), 0.5));
        whole.ClampInPlace(2, 5);
        whole.AddInPlace(Tensor.Ones([4], DType.Int32), 3);
        Assert.Equal([5, 5, 5, 6, 7, 8, 8, 8, 8, 8, 8, 8], whole.ToArray<long>());
    }

    [Theory]
    [InlineData(DType.UInt8, -1, 300, new long[] { 0, 5, 200, 255 })]
    [InlineData(DType.UInt8, -5, 100, new long[] { 0, 5, 100, 100 })]
    [InlineData(DType.UInt8, 7, 1000, new long[] { 7, 7, 200, 255 })]
    [InlineData(DType.UInt8, -5, double.PositiveInfinity, new long[] { 0, 5, 200, 255 })]
    [InlineData(DType.Int16, -1e9, 150, new long[] { 0, 5, 150, 150 })]
    [InlineData(DType.Int64, double.NegativeInfinity, 1e300, new long[] { 0, 5, 200, 255 })]
    public void Bounds_that_the_type_cannot_hold_do_not_bind(DType type, double low, double high, long[] expected)
    {
        var clamped = Tensor.From<long>(0, 5, 200, 255).To(type).Clamp(low, high);
        Assert.Equal(type, clamped.DType);
        Assert.Equal(expected, clamped.To(DType.Int64).ToArray<long>());
    }

    [Fact]
    public void Bounds_with_nothing_between_them_are_refused()
    {
        var x = Tensor.From<byte>(1, 2);
        Assert.Contains("UInt8", Assert.Throws<DTypeException>(() => x.Clamp(-9, -1)).Message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => x.Clamp(256));
    }

    [Fact]
    public void Powers_of_integers_wrap_around_as_in_PyTorch()
    {
        Assert.Equal([4, 9, 64], Tensor.From<byte>(2, 3, 200).Pow(2).ToArray<byte>());
        Assert.Equal([int.MinValue, -1264544299], Tensor.From<int>(2, -3).Pow(31).ToArray<int>());
        Assert.Equal([8L, 9, 40000], Tensor.From<byte>(2, 3, 200).Pow(Tensor.From<long>(3, 2, 2)).ToArray<long>());
        Assert.Equal([8, 9], Tensor.From<sbyte>(2, -3).Pow(Tensor.From<short>(3, 2)).ToArray<short>());
        Assert.Equal([1L, -1, 1, 0, 0], Tensor.From<long>(1, -1, -1, 2, 0).Pow(Tensor.From<long>(-1, -3, -2, -1, -1)).ToArray<long>());
        Assert.Equal([1L, 0], Tensor.From<bool>(true, false).Pow(2).ToArray<long>());
        Assert.Equal(DType.Float32, Tensor.Arange(3).Pow(2.0).DType);
        Assert.Throws<DTypeException>(() => Tensor.From<bool>(true).Pow(Tensor.From<bool>(true)));
    }
}
