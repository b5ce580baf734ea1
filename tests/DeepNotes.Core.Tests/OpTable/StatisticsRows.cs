namespace DeepNotes.OpTable;

/// <summary>Reductions beyond sum and mean, counting, and products named by their dimensions.</summary>
public static class StatisticsRows
{
    private static readonly Input A = new(3, 4);
    private static readonly Input Apart = new(3, 4) { Distinct = true };

    public static IEnumerable<Row> All =>
    [
        new("amax", new Case(x => x[0].AMax([1]), "a.amax(1)", Apart), new Case(x => x[0].AMax([0, 2], true), "a.amax((0, 2), True)", Apart.In(2, 3, 4)), new Case(x => x[0].AMax(), "a.amax()", Apart))
        {
            Integers = Integers.AsTorch,
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 0]).AMax([1]), "[3, 0]")],
        },
        new("amax_equal", new Case(x => x[0].AMax([1]), "a.amax(1)", new Input(3, 9) { Low = 0, High = 3, Whole = true })) { IsSmooth = false },
        new("amin", new Case(x => x[0].AMin([0]), "a.amin(0)", Apart), new Case(x => x[0].AMin([-1, 0]), "a.amin((-1, 0))", Apart)) { Integers = Integers.AsTorch },
        new("prod",
            new Case(x => x[0].Prod(), "a.prod()", A),
            new Case(x => x[0].Prod([1], true), "a.prod(1, True)", A.In(2, 3, 4)),
            new Case(x => x[0].Prod([0]), "a.prod(0)", new Input(5, 4) { Low = -1, High = 3, Whole = true }),
            new Case(x => x[0].Prod([1]), "a.prod(1)", A.In(2, 0)))
        {
            Integers = Integers.AsTorch,
        },
        new("var", new Case(x => x[0].Var([1]), "a.var(1)", A), new Case(x => x[0].Var([0, 2], true, 0), "a.var((0, 2), unbiased=False, keepdim=True)", A.In(2, 3, 4)), new Case(x => x[0].Var(), "a.var()", A)) { Wrong = [Wrong.Type(() => Tensor.Arange(3).Var(), "Int64")] },
        new("std", new Case(x => x[0].Std([1]), "a.std(1)", A), new Case(x => x[0].Std([0], correction: 0), "a.std(0, unbiased=False)", A)),
        Norm("2", 2), Norm("1", 1), Norm("0", 0), Norm("3", 3), Norm("1.5", 1.5), Norm("float('inf')", double.PositiveInfinity), Norm("-float('inf')", double.NegativeInfinity),
        new("logsumexp", new Case(x => x[0].LogSumExp([1]), "a.logsumexp(1)", A), new Case(x => x[0].LogSumExp([0, 1], true), "a.logsumexp((0, 1), True)", new Input(3, 4) { Low = -900, High = 900 })),
        new("any", new Case(x => x[0].Any([1]), "a.bool().any(1)", new Input(5, 2) { Low = 0, High = 2, Whole = true }), new Case(x => x[0].Any(), "a.any()", Input.Mask(3)), new Case(x => x[0].Any([0], true), "a.any(0, True)", Input.Mask(0, 3))) { HasGradient = false },
        new("all", new Case(x => x[0].All([1]), "a.bool().all(1)", new Input(5, 2) { Low = 0, High = 2, Whole = true }), new Case(x => x[0].All(), "a.all()", Input.Mask(3)), new Case(x => x[0].All([0], true), "a.all(0, True)", Input.Mask(0, 3))) { HasGradient = false },
        new("unique", new Case(x => { var (v, i, c) = x[0].Unique(); return [v, i, c]; }, "a.unique(return_inverse=True, return_counts=True)", new Input(3, 6) { Low = 0, High = 5, Whole = true })) { HasGradient = false },
        new("bincount", new Case(x => x[0].BinCount(), "a.bincount()", Input.Index(5, 20)), new Case(x => x[0].BinCount(minimumLength: 9), "a.bincount(minlength=9)", Input.Index(5, 4)), new Case(x => x[0].BinCount(x[1]), "a.bincount(b)", Input.Index(5, 20), A.In(20)))
        {
            HasGradient = false,
            Wrong = [Wrong.Type(() => Tensor.Ones([2]).BinCount(), "Float32"), Wrong.Shape(() => Tensor.Arange(3).BinCount(Tensor.Ones([2])), "[3]", "[2]")],
        },
        new("histogram", new Case(x => x[0].Histogram(5, -1, 1), "a.histc(5, -1, 1)", A.In(40)), new Case(x => x[0].Histogram(4), "a.histc(4)", A.In(40))) { HasGradient = false, Wrong = [Wrong.Range(() => Tensor.Ones([2]).Histogram(0)), Wrong.Type(() => Tensor.Arange(3).Histogram(), "Int64")] },
        new("searchsorted", new Case(x => x[0].Sort().Values.SearchSorted(x[1]), "torch.searchsorted(a.sort()[0], b)", A.In(9), A.In(3, 5)), new Case(x => x[0].Sort().Values.SearchSorted(x[0], right: true), "torch.searchsorted(a.sort()[0], a, right=True)", A.In(9)))
        {
            HasGradient = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 2]).SearchSorted(Tensor.Ones([1])), "[2, 2]")],
        },
        new("einsum",
            new Case(x => Tensor.Einsum("ij,jk->ik", x[0], x[1]), "torch.einsum('ij,jk->ik', a, b)", A, A.In(4, 5)),
            new Case(x => Tensor.Einsum("bij,bkj->bik", x[0], x[1]), "torch.einsum('bij,bkj->bik', a, b)", A.In(2, 3, 4), A.In(2, 5, 4)),
            new Case(x => Tensor.Einsum("ii", x[0]), "torch.einsum('ii', a)", A.In(3, 3)),
            new Case(x => Tensor.Einsum("iij->ji", x[0]), "torch.einsum('iij->ji', a)", A.In(3, 3, 2)),
            new Case(x => Tensor.Einsum("i,j,k->kij", x[0], x[1], x[2]), "torch.einsum('i,j,k->kij', a, b, c)", A.In(2), A.In(3), A.In(4)),
            new Case(x => Tensor.Einsum("...ij,...jk", x[0], x[1]), "torch.einsum('...ij,...jk', a, b)", A.In(2, 3, 4), A.In(4, 2)),
            new Case(x => Tensor.Einsum("ab,bc,cd->ad", x[0], x[1], x[2]), "torch.einsum('ab,bc,cd->ad', a, b, c)", A, A.In(4, 2), A.In(2, 3)),
            new Case(x => Tensor.Einsum("ij->", x[0]), "torch.einsum('ij->', a)", A))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong =
            [
                Wrong.Shape(() => Tensor.Einsum("ij,jk", Tensor.Ones([2, 3]), Tensor.Ones([4, 2])), "j", "3", "4"),
                Wrong.Shape(() => Tensor.Einsum("ij", Tensor.Ones([2])), "[2]"),
                new Wrong(() => Tensor.Einsum("i,j", Tensor.Ones([2])), typeof(ArgumentException), "2", "1"),
                new Wrong(() => Tensor.Einsum("i->ii", Tensor.Ones([2])), typeof(ArgumentException), "twice"),
                new Wrong(() => Tensor.Einsum("i->j", Tensor.Ones([2])), typeof(ArgumentException), "'j'"),
            ],
        },
        new("outer", new Case(x => x[0].Outer(x[1]), "a.outer(b)", A.In(3), A.In(4))) { Wrong = [Wrong.Shape(() => Tensor.Ones([2, 2]).Outer(Tensor.Ones([2])), "[2, 2]", "[2]")] },
        new("dot", new Case(x => x[0].Dot(x[1]), "a.dot(b)", A.In(7), A.In(7))) { Wrong = [Wrong.Shape(() => Tensor.Ones([2]).Dot(Tensor.Ones([3])), "[2]", "[3]")] },
        new("bmm", new Case(x => x[0].Bmm(x[1]), "a.bmm(b)", A.In(2, 3, 4), A.In(2, 4, 5))) { Tolerance = new(1e-5, 1e-12), Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3, 4]).Bmm(Tensor.Ones([3, 4, 2])), "[2, 3, 4]", "[3, 4, 2]")] },
        new("kron", new Case(x => x[0].Kron(x[1]), "torch.kron(a, b)", A.In(2, 3), A.In(3, 2)), new Case(x => x[0].Kron(x[1]), "torch.kron(a, b)", A.In(2), A.In(3, 2))),
        new("pdist", new Case(x => x[0].PDist(), "F.pdist(a)", A.In(5, 4)), new Case(x => x[0].PDist(1), "F.pdist(a, 1)", A.In(4, 3)), new Case(x => x[0].PDist(3), "F.pdist(a, 3)", A.In(2, 4)))
        {
            Tolerance = new(1e-5, 1e-12),
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3, 4]).PDist(), "[2, 3, 4]")],
        },
        new("cdist", new Case(x => x[0].CDist(x[1]), "torch.cdist(a, b)", A, A.In(5, 4)), new Case(x => x[0].CDist(x[1], 1), "torch.cdist(a, b, 1)", A.In(2, 3, 4), A.In(2, 2, 4)), new Case(x => x[0].CDist(x[1], 3), "torch.cdist(a, b, 3)", A, A.In(2, 4)))
        {
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).CDist(Tensor.Ones([2, 4])), "[2, 3]", "[2, 4]")],
        },
    ];

    private static Row Norm(string p, double value)
    {
        var input = new Input(3, 4) { Kinks = [0], Distinct = double.IsInfinity(value), Low = double.IsInfinity(value) ? 0.2 : -2 };
        return new($"norm_{value.ToString(System.Globalization.CultureInfo.InvariantCulture).Replace("∞", "inf", StringComparison.Ordinal).Replace("Infinity", "inf", StringComparison.Ordinal)}",
            new Case(x => x[0].Norm(value, [1]), $"torch.linalg.vector_norm(a, {p}, 1)", input),
            new Case(x => x[0].Norm(value, keepDim: true), $"torch.linalg.vector_norm(a, {p}, keepdim=True)", input));
    }
}
