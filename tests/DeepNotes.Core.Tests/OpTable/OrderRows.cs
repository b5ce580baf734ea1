namespace DeepNotes.OpTable;

/// <summary>Order along a dimension: sorting, running sums, other orders, repetition.</summary>
public static class OrderRows
{
    private static readonly Input A = new(3, 4);
    private static readonly Input Apart = new(3, 5) { Distinct = true };

    public static IEnumerable<Row> All =>
    [
        new("sort",
            new Case(x => Pair(x[0].Sort()), "a.sort(stable=True)", Apart),
            new Case(x => Pair(x[0].Sort(0, descending: true)), "a.sort(dim=0, descending=True, stable=True)", Apart.In(4, 3)),
            new Case(x => Pair(x[0].Sort(1)), "a.sort(dim=1, stable=True)", Apart.In(2, 3, 4)),
            new Case(x => Pair(x[0].Sort()), "a.sort()", A.In(3, 0)))
        {
            Large = [new Case(x => Pair(x[0].Sort()), "", Apart.In(300, 150))],
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Sort(2), "2", "[3, 4]")],
        },
        new("sort_equal", new Case(x => Pair(x[0].Sort()), "a.sort(stable=True)", new Input(3, 9) { Low = 0, High = 3, Whole = true }), new Case(x => Pair(x[0].Sort(-1, true)), "a.sort(descending=True, stable=True)", new Input(2, 9) { Low = 0, High = 3, Whole = true })) { IsSmooth = false },
        new("sort_nan",
            new Case(x => Pair((Broken(x[0]) * 0.0).Sort()), "(torch.where((a > 1) & (a < 1.6), float('nan'), a) * 0).sort(stable=True)", new Input(4, 30)),
            new Case(x => Pair(Broken(x[0]).Sort(-1, true)), "torch.where((a > 1) & (a < 1.6), float('nan'), a).sort(descending=True, stable=True)", new Input(4, 30)),
            new Case(x => Pair((x[0] - 4).Sort(-1, true)), "(a - 4).sort(descending=True, stable=True)", Input.Index(8, 3, 40)))
        {
            HasGradient = false,
        },
        new("argsort", new Case(x => x[0].ArgSort(0, true), "a.argsort(0, descending=True)", Apart)) { HasGradient = false, Wrong = [Wrong.Shape(() => Tensor.Ones([3]).ArgSort(1), "1", "[3]")] },
        new("topk", new Case(x => Pair(x[0].TopK(2)), "a.topk(2)", Apart), new Case(x => Pair(x[0].TopK(3, 0, largest: false)), "a.topk(3, 0, largest=False)", Apart), new Case(x => Pair(x[0].TopK(0)), "a.topk(0)", Apart))
        {
            Wrong = [Wrong.Range(() => Tensor.Ones([3, 4]).TopK(5), "5", "[3, 4]")],
        },
        new("kthvalue", new Case(x => Pair(x[0].KthValue(2)), "a.kthvalue(2)", Apart), new Case(x => Pair(x[0].KthValue(3, 0, true)), "a.kthvalue(3, 0, True)", Apart)) { Wrong = [Wrong.Range(() => Tensor.Ones([3]).KthValue(4), "4", "[3]")] },
        new("median", new Case(x => Pair(x[0].Median(1)), "a.median(1)", Apart), new Case(x => Pair(x[0].Median(0, true)), "a.median(0, True)", Apart.In(4, 3)), new Case(x => x[0].Median(), "a.median()", Apart))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 0]).Median(1), "[3, 0]")],
        },
        new("quantile", new Case(x => x[0].Quantile(0.3, 1), "a.quantile(0.3, 1)", Apart), new Case(x => x[0].Quantile(1, 0, true), "a.quantile(1.0, 0, True)", Apart), new Case(x => x[0].Quantile(0.5, -1), "a.quantile(0.5, -1)", Apart.In(7)), new Case(x => x[0].Quantile([0.25, 0, 0.9], 1), "a.quantile(torch.tensor([0.25, 0, 0.9], dtype=a.dtype), 1)", Apart), new Case(x => x[0].Quantile([0.1, 0.8], 1, true), "a.quantile(torch.tensor([0.1, 0.8], dtype=a.dtype), 1, True)", Apart.In(2, 5, 3)), new Case(x => x[0].Quantile(0.4), "a.quantile(0.4)", Apart))
        {
            Wrong = [Wrong.Range(() => Tensor.Ones([3]).Quantile(1.5, 0), "1.5"), Wrong.Type(() => Tensor.Arange(3).Quantile(0.5, 0), "Int64")],
        },
        new("cumsum", new Case(x => x[0].CumSum(0), "a.cumsum(0)", A), new Case(x => x[0].CumSum(-1), "a.cumsum(-1)", A.In(2, 3, 4)), new Case(x => x[0].CumSum(0), "a.cumsum(0)", A.In()), new Case(x => x[0].CumSum(1), "a.cumsum(1)", A.In(2, 0)))
        {
            Integers = Integers.AsTorch,
            Wrong = [Wrong.Shape(() => Tensor.Ones([3]).CumSum(1), "1", "[3]")],
        },
        new("cumprod", new Case(x => x[0].CumProd(1), "a.cumprod(1)", A), new Case(x => x[0].CumProd(0), "a.cumprod(0)", A.In(4, 2)), new Case(x => x[0].CumProd(-1), "a.cumprod(-1)", new Input(3, 6) { Low = -1, High = 3, Whole = true }))
        {
            Integers = Integers.AsTorch,
            Wrong = [Wrong.Shape(() => Tensor.Ones([3]).CumProd(1), "1", "[3]")],
        },
        new("cummax", new Case(x => Pair(x[0].CumMax(0)), "a.cummax(0)", Apart), new Case(x => Pair(x[0].CumMax(-1)), "a.cummax(-1)", Apart.In(2, 3, 4)), new Case(x => Pair(x[0].CumMax(1)), "a.cummax(1)", A.In(2, 0)))
        {
            Integers = Integers.AsTorch,
            Wrong = [Wrong.Shape(() => Tensor.Ones([3]).CumMax(1), "1", "[3]")],
        },
        new("cummax_equal", new Case(x => Pair(x[0].CumMax(1)), "a.cummax(1)", new Input(3, 9) { Low = 0, High = 4, Whole = true })) { IsSmooth = false },
        new("cummax_nan", new Case(x => Pair(Broken(x[0]).CumMax(1)), "torch.where((a > 1) & (a < 1.6), float('nan'), a).cummax(1)", new Input(4, 9))) { HasGradient = false },
        new("cummin", new Case(x => Pair(x[0].CumMin(0)), "a.cummin(0)", Apart), new Case(x => Pair(x[0].CumMin(-1)), "a.cummin(-1)", Apart.In(2, 3, 4))) { Integers = Integers.AsTorch },
        new("diff", new Case(x => x[0].Diff(), "a.diff()", A), new Case(x => x[0].Diff(2, 0), "a.diff(2, 0)", A), new Case(x => x[0].Diff(3, 1), "a.diff(3, 1)", A.In(2, 2)), new Case(x => x[0].Diff(0), "a.diff(0)", A))
        {
            Integers = Integers.AsTorch,
            Wrong = [Wrong.Shape(() => Tensor.Ones([]).Diff(), "scalar"), Wrong.Shape(() => Tensor.Ones([3]).Diff(1, 1), "[3]"), Wrong.Range(() => Tensor.Ones([3]).Diff(-1))],
        },
        new("logcumsumexp", new Case(x => x[0].LogCumSumExp(1), "a.logcumsumexp(1)", A), new Case(x => x[0].LogCumSumExp(0), "a.logcumsumexp(0)", new Input(4, 2) { Low = -50, High = 50 }))
        {
            Wrong = [Wrong.Type(() => Tensor.Arange(3).LogCumSumExp(0), "Int64")],
        },
        new("flip", new Case(x => x[0].Flip(0), "a.flip(0)", A), new Case(x => x[0].Flip(0, -1), "a.flip(0, -1)", A.In(2, 3, 4))) { Integers = Integers.AsTorch, Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Flip(1), "1", "[3]")] },
        new("roll", new Case(x => x[0].Roll(1, 0), "a.roll(1, 0)", A), new Case(x => x[0].Roll(-7, 1), "a.roll(-7, 1)", A), new Case(x => x[0].Roll(5), "a.roll(5)", A)) { Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Roll(1, 1), "1", "[3]")] },
        new("repeat", new Case(x => x[0].Repeat(2, 3), "a.repeat(2, 3)", A), new Case(x => x[0].Repeat(2, 1, 2), "a.repeat(2, 1, 2)", A), new Case(x => x[0].Repeat(0, 1), "a.repeat(0, 1)", A))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Repeat(2), "[3, 4]"), Wrong.Range(() => Tensor.Ones([3]).Repeat(-1))],
        },
        new("tile", new Case(x => x[0].Tile(2), "a.tile(2)", A), new Case(x => x[0].Tile(2, 1, 2), "a.tile(2, 1, 2)", A)),
        new("repeat_interleave", new Case(x => x[0].RepeatInterleave(3, 1), "a.repeat_interleave(3, 1)", A), new Case(x => x[0].RepeatInterleave(x[1], 0), "a.repeat_interleave(b, 0)", A, Input.Index(3, 3)))
        {
            Wrong = [Wrong.Range(() => Tensor.Ones([3]).RepeatInterleave(-1, 0)), Wrong.Shape(() => Tensor.Ones([3]).RepeatInterleave(Tensor.Arange(2), 0), "[3]", "[2]"), Wrong.Type(() => Tensor.Ones([2]).RepeatInterleave(Tensor.Ones([2]), 0), "Float32")],
        },
        new("rot90", new Case(x => x[0].Rot90(), "a.rot90()", A), new Case(x => x[0].Rot90(-1, 1, 2), "a.rot90(-1, [1, 2])", A.In(2, 3, 4)), new Case(x => x[0].Rot90(2), "a.rot90(2)", A)) { Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Rot90(), "[3]")] },
    ];

    private static Tensor Broken(Tensor x) => Tensor.Where((x > 1.0) & (x < 1.6), double.NaN, x);

    private static Tensor[] Pair((Tensor Values, Tensor Indices) both) => [both.Values, both.Indices];
}
