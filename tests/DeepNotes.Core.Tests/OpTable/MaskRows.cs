namespace DeepNotes.OpTable;

/// <summary>What reads or writes by mask or by places given as tensors, borders, and windows.</summary>
public static class MaskRows
{
    private static readonly Input A = new(3, 4);

    public static IEnumerable<Row> All =>
    [
        new("gather_dim", new Case(x => x[0].Gather(0, x[1]), "a.gather(0, b)", A, Input.Index(3, 5, 4)), new Case(x => x[0].Gather(1, x[1]), "a.gather(1, b)", A.In(3, 4, 2), Input.Index(4, 2, 6, 1)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Gather(0, Tensor.Arange(3)), "[3]", "[3, 4]"), Wrong.Shape(() => Tensor.Ones([3, 4]).Gather(0, Tensor.Zeros([1, 5], DType.Int64)), "[1, 5]", "[3, 4]")],
        },
        new("scatter",
            new Case(x => x[0].Scatter(1, x[1].ArgSort(1), x[1]), "a.scatter(1, b.argsort(1), b)", A, new Input(3, 4) { Distinct = true }),
            new Case(x => x[0].Scatter(0, x[1].ArgSort(0), x[2]), "a.scatter(0, b.argsort(0), c)", A.In(3, 4, 2), new Input(3, 2, 1) { Distinct = true }, A.In(3, 2, 1)),
            new Case(x => x[0].Scatter(0, x[1], 2.5), "a.scatter(0, b, 2.5)", A, Input.Index(3, 2, 4)))
        {
            Wrong =
            [
                Wrong.Type(() => Tensor.Ones([3]).Scatter(0, Tensor.Arange(3), Tensor.Ones([3], DType.Float64)), "Float64", "Float32"),
                Wrong.Shape(() => Tensor.Ones([3]).Scatter(0, Tensor.Arange(3), Tensor.Ones([2])), "[2]", "[3]"),
                Wrong.Range(() => Tensor.Ones([3]).Scatter(0, Tensor.From<long>(3), Tensor.Ones([1])), "3"),
            ],
        },
        new("scatter_add_dim", new Case(x => x[0].ScatterAdd(0, x[1], x[2]), "a.scatter_add(0, b, c)", A, Input.Index(3, 5, 4), A.In(5, 4)), new Case(x => x[0].ScatterAdd(1, x[1], x[2]), "a.scatter_add(1, b, c)", A, Input.Index(4, 2, 3), A.In(2, 3))),
        Reduce("sum", ScatterReduction.Sum), Reduce("prod", ScatterReduction.Product), Reduce("mean", ScatterReduction.Mean), Reduce("amax", ScatterReduction.Max), Reduce("amin", ScatterReduction.Min),
        new("masked_fill", new Case(x => x[0].MaskedFill(x[1], -1.5), "a.masked_fill(b, -1.5)", A, Input.Mask(3, 4)), new Case(x => x[0].MaskedFill(x[1], 7), "a.masked_fill(b, 7)", A.In(2, 3, 4), Input.Mask(3, 1)))
        {
            Wrong = [Wrong.Type(() => Tensor.Ones([2]).MaskedFill(Tensor.Ones([2]), 0), "Bool", "Float32"), Wrong.Shape(() => Tensor.Ones([2]).MaskedFill(Tensor.Ones([3, 2], DType.Bool), 0), "[3, 2]", "[2]")],
        },
        new("masked_fill_infinite", new Case(x => x[0].MaskedFill(x[1], double.NegativeInfinity), "a.masked_fill(b, -float('inf'))", A, Input.Mask(3, 4))) { IsSmooth = false },
        new("masked_select", new Case(x => x[0].MaskedSelect(x[1]), "a.masked_select(b)", A, Input.Mask(3, 4)), new Case(x => x[0].MaskedSelect(x[1]), "a.masked_select(b)", A.In(3, 1), Input.Mask(4)))
        {
            Wrong = [Wrong.Type(() => Tensor.Ones([2]).MaskedSelect(Tensor.Arange(2)), "Int64")],
        },
        new("masked_scatter", new Case(x => x[0].MaskedScatter(x[1], x[2]), "a.masked_scatter(b, c)", A, Input.Mask(3, 4), A.In(12)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3]).MaskedScatter(Tensor.Ones([3], DType.Bool), Tensor.Ones([2])), "3", "[2]")],
        },
        new("nonzero", new Case(x => x[0].NonZero(), "a.nonzero()", new Input(3, 4) { Low = 0, High = 2, Whole = true }), new Case(x => x[0].NonZero(), "a.nonzero()", Input.Mask(2, 3, 2))) { HasGradient = false, Integers = Integers.AsTorch },
        new("take", new Case(x => x[0].Take(x[1]), "a.take(b)", A, Input.Index(12, 2, 3))) { Wrong = [Wrong.Range(() => Tensor.Ones([3]).Take(Tensor.From<long>(3)), "3")] },
        new("index_put",
            new Case(x => x[0].IndexPut([x[1]], x[2]), "a.index_put((b,), c)", A, Input.Index(1, 1), A.In(4)),
            new Case(x => x[0].IndexPut([x[1], x[2]], x[3], accumulate: true), "a.index_put((b, c), d, accumulate=True)", A, Input.Index(3, 5), Input.Index(4, 5), A.In(5)),
            new Case(x => x[0].IndexPut([x[1]], x[2], accumulate: true), "a.index_put((b,), c, accumulate=True)", A, Input.Index(3, 2, 2), A.In(1)))
        {
            Wrong = [Wrong.Range(() => Tensor.Ones([3]).IndexPut([Tensor.From<long>(3)], Tensor.Ones([1])), "3"), Wrong.Shape(() => Tensor.Ones([3]).IndexPut([Tensor.Arange(1), Tensor.Arange(1)], Tensor.Ones([1])), "[3]")],
        },
        new("index", new Case(x => x[0].Index(x[1], x[2]), "a[b, c]", A, Input.Index(3, 5), Input.Index(4, 5)), new Case(x => x[0].Index(x[1]), "a[b - 3]", A, Input.Index(3, 2, 2))),
        new("one_hot", new Case(x => x[0].OneHot(5), "F.one_hot(a, 5)", Input.Index(5, 2, 3)), new Case(x => x[0].OneHot(), "F.one_hot(a)", Input.Index(4, 6)))
        {
            HasGradient = false,
            Wrong = [Wrong.Type(() => Tensor.Ones([2]).OneHot(3), "Float32"), Wrong.Range(() => Tensor.Arange(3).OneHot(2), "2")],
        },
        new("tril", new Case(x => x[0].Tril(), "a.tril()", A), new Case(x => x[0].Tril(-1), "a.tril(-1)", A.In(2, 4, 3)), new Case(x => x[0].Tril(2), "a.tril(2)", A)) { Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Tril(), "[3]")] },
        new("triu", new Case(x => x[0].Triu(), "a.triu()", A), new Case(x => x[0].Triu(1), "a.triu(1)", A.In(2, 4, 3)), new Case(x => x[0].Triu(-1), "a.triu(-1)", A)) { Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Triu(), "[3]")] },
        new("meshgrid", new Case(x => Tensor.MeshGrid(x[0], x[1]), "torch.meshgrid(a, b, indexing='ij')", A.In(3), A.In(4))) { Wrong = [Wrong.Shape(() => Tensor.MeshGrid(Tensor.Ones([2, 2])), "[2, 2]")] },
        new("pad",
            new Case(x => x[0].Pad([1, 2]), "F.pad(a, (1, 2))", A),
            new Case(x => x[0].Pad([1, 0, 0, 2], value: 3.5), "F.pad(a, (1, 0, 0, 2), value=3.5)", A.In(2, 3, 4)),
            new Case(x => x[0].Pad([-1, 2, 1, -1]), "F.pad(a, (-1, 2, 1, -1))", A),
            new Case(x => x[0].Pad([2, 3, 1, 0], PadMode.Reflect), "F.pad(a, (2, 3, 1, 0), mode='reflect')", A.In(1, 2, 3, 4)),
            new Case(x => x[0].Pad([2, 5, 1, 3], PadMode.Replicate), "F.pad(a, (2, 5, 1, 3), mode='replicate')", A.In(1, 2, 3, 4)),
            new Case(x => x[0].Pad([4, 2, 1, 3], PadMode.Circular), "F.pad(a, (4, 2, 1, 3), mode='circular')", A.In(1, 2, 3, 4)))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3]).Pad([1]), "[3]"),
                Wrong.Shape(() => Tensor.Ones([3]).Pad([3, 0], PadMode.Reflect), "2", "[3]"),
                Wrong.Shape(() => Tensor.Ones([3]).Pad([-2, -2]), "[3]"),
            ],
        },
        new("unfold", new Case(x => x[0].Unfold(1, 3, 1), "a.unfold(1, 3, 1)", A.In(2, 7)), new Case(x => x[0].Unfold(0, 2, 2), "a.unfold(0, 2, 2)", A.In(5, 3)), new Case(x => x[0].Unfold(-1, 4, 3), "a.unfold(-1, 4, 3)", A.In(2, 2, 8)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Unfold(0, 4, 1), "4", "[3]"), Wrong.Range(() => Tensor.Ones([3]).Unfold(0, 1, 0))],
        },
        new("movedim", new Case(x => x[0].MoveDim(0, -1), "a.movedim(0, -1)", A.In(2, 3, 4)), new Case(x => x[0].MoveDim([0, 1], [2, 0]), "a.movedim((0, 1), (2, 0))", A.In(2, 3, 4)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).MoveDim([0, 0], [0, 1]), "twice"), Wrong.Shape(() => Tensor.Ones([3, 4]).MoveDim([0], [0, 1]), "2")],
        },
        new("unbind", new Case(x => x[0].Unbind(), "a.unbind()", A), new Case(x => x[0].Unbind(-1), "a.unbind(-1)", A)) { Wrong = [Wrong.Shape(() => Tensor.Ones([]).Unbind(), "scalar")] },
        new("unflatten", new Case(x => x[0].Unflatten(1, 2, -1), "a.unflatten(1, (2, -1))", A), new Case(x => x[0].Unflatten(0, 3, 1), "a.unflatten(0, (3, 1))", A)) { Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Unflatten(1, 3), "[3, 4]", "[3]")] },
    ];

    private static Row Reduce(string name, ScatterReduction reduction)
    {
        // Away from zero, where a product's gradient is a quotient, and distinct, so that the largest is one.
        var (a, c) = (new Input(3, 4) { Low = 0.5, High = 2, Distinct = true }, new Input(5, 4) { Low = 0.4, High = 2.2, Distinct = true });
        return new($"scatter_reduce_{name}", new Case(x => x[0].ScatterReduce(0, x[1], x[2], reduction), $"a.scatter_reduce(0, b, c, '{name}')", a, Input.Index(3, 5, 4), c));
    }
}
