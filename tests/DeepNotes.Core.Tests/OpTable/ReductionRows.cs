namespace DeepNotes.OpTable;

/// <summary>Sums, extremes, and what normalises a dimension.</summary>
public static class ReductionRows
{
    private static readonly Input A = new(3, 4);
    private static readonly Input Apart = new(3, 4) { Distinct = true };
    private static readonly Input Big = new(1000, 301);

    public static IEnumerable<Row> All =>
    [
        new("sum",
            new Case(x => x[0].Sum(), "a.sum()", A),
            new Case(x => x[0].Sum(1), "a.sum(1)", A.In(3, 37)),
            new Case(x => x[0].Sum(0, keepDim: true), "a.sum(0, keepdim=True)", A.In(3, 37)),
            new Case(x => x[0].Sum([0, 2]), "a.sum([0, 2])", A.In(2, 3, 4)),
            new Case(x => x[0].Sum([-1, -2], keepDim: true), "a.sum([-1, -2], keepdim=True)", A.In(2, 3, 4)),
            new Case(x => x[0].Sum(1), "a.sum(1)", A.In(2, 3, 4)),
            new Case(x => x[0].Sum(), "a.sum()", A.In()),
            new Case(x => x[0].Sum(1), "a.sum(1)", A.In(3, 0)),
            new Case(x => x[0].Sum(0), "a.sum(0)", A.In(3, 0)))
        {
            Integers = Integers.AsTorch,
            Large = [Large(x => x[0].Sum()), Large(x => x[0].Sum(0)), Large(x => x[0].Sum(1)), new Case(x => x[0].Sum([0, 2]), "", A.In(60, 70, 80))],
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Sum(2), "2", "[3, 4]"), Wrong.Shape(() => Tensor.Ones([3, 4]).Sum([0, -2]), "twice")],
        },
        new("mean",
            new Case(x => x[0].Mean(), "a.mean()", A),
            new Case(x => x[0].Mean(-1), "a.mean(-1)", A.In(3, 37)),
            new Case(x => x[0].Mean([0, 2], keepDim: true), "a.mean([0, 2], keepdim=True)", A.In(2, 3, 4)),
            new Case(x => x[0].Mean(), "a.mean()", A.In()),
            new Case(x => x[0].Mean(1), "a.mean(1)", A.In(2, 0)))
        {
            Large = [Large(x => x[0].Mean()), Large(x => x[0].Mean(0))],
            Wrong = [Wrong.Type(() => Tensor.Arange(3).Mean(), "Int64")],
        },
        Extremes("max", (x, dim, keep) => x.Max(dim, keep), x => x.Max()),
        Extremes("min", (x, dim, keep) => x.Min(dim, keep), x => x.Min()),
        Places("argmax", (x, dim, keep) => x.ArgMax(dim, keep)),
        Places("argmin", (x, dim, keep) => x.ArgMin(dim, keep)),
        Normalized("softmax", (x, dim) => x.Softmax(dim)),
        Normalized("log_softmax", (x, dim) => x.LogSoftmax(dim)),
        new("cross_entropy",
            new Case(x => x[0].CrossEntropy(x[1]), "F.cross_entropy(a, b)", A.In(5, 7), Input.Index(7, 5)),
            new Case(x => x[0].CrossEntropy(x[1], Reduction.Sum), "F.cross_entropy(a, b, reduction='sum')", A.In(5, 7), Input.Index(7, 5)),
            new Case(x => x[0].CrossEntropy(x[1], Reduction.None), "F.cross_entropy(a, b, reduction='none')", new Input(4, 35) { Low = -30, High = 30 }, Input.Index(35, 4)))
        {
            Large = [new Case(x => x[0].CrossEntropy(x[1]), "", A.In(6000, 37), Input.Index(37, 6000))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3]).CrossEntropy(Tensor.Arange(3)), "[3]", "must be []"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).CrossEntropy(Tensor.Arange(2)), "[3, 4]", "[2]"),
                Wrong.Type(() => Tensor.Ones([3, 4]).CrossEntropy(Tensor.Ones([3])), "Int64", "Float32"),
                Wrong.Type(() => Tensor.Ones([3, 4], DType.Int64).CrossEntropy(Tensor.Arange(3)), "Int64"),
                Wrong.Range(() => Tensor.Ones([3, 4]).CrossEntropy(Tensor.From<long>(0, 4, 1)), "label 1 is 4", "[3, 4]"),
                Wrong.Range(() => Tensor.Ones([3, 4]).CrossEntropy(Tensor.From<long>(0, 3, -1)), "label 2 is -1"),
            ],
        },
        new("layer_norm",
            new Case(x => x[0].LayerNorm(), "F.layer_norm(a, a.shape[-1:])", A.In(3, 7)),
            new Case(x => x[0].LayerNorm(x[1], x[2]), "F.layer_norm(a, a.shape[-1:], b, c)", A.In(2, 3, 37), A.In(37), A.In(37)),
            new Case(x => x[0].LayerNorm(x[1]), "F.layer_norm(a, a.shape[-1:], b)", A.In(3, 7), A.In(7)),
            new Case(x => x[0].LayerNorm(null, x[1], epsilon: 0.1), "F.layer_norm(a, a.shape[-1:], None, b, 0.1)", A.In(7), A.In(7)),
            new Case(x => x[0].LayerNorm(x[1], x[2]), "F.layer_norm(a, a.shape[-1:], b, c)", A.In(0, 5), A.In(5), A.In(5)))
        {
            Tolerance = new(1e-5, 1e-12),
            Large = [new Case(x => x[0].LayerNorm(x[1], x[2]), "", A.In(2000, 129), A.In(129), A.In(129))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([]).LayerNorm(), "scalar"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).LayerNorm(Tensor.Ones([3])), "[3, 4]", "[3]", "weight"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).LayerNorm(null, Tensor.Ones([1, 4])), "[3, 4]", "[1, 4]", "bias"),
                Wrong.Type(() => Tensor.Ones([3, 4]).LayerNorm(Tensor.Ones([4], DType.Float64)), "Float32", "Float64"),
                Wrong.Type(() => Tensor.Ones([3, 4], DType.Int64).LayerNorm(), "Int64"),
            ],
        },
    ];

    private static Case Large(Func<Tensor[], Tensor> run) => new(run, "", Big);

    private static Row Extremes(string name, Func<Tensor, int, bool, (Tensor Values, Tensor Indices)> along, Func<Tensor, Tensor> all)
    {
        Tensor[] Both(Tensor x, int dim, bool keep)
        {
            var (values, indices) = along(x, dim, keep);
            return [values, indices];
        }
        return new(name,
            new Case(x => Both(x[0], 1, false), $"a.{name}(1)", Apart.In(3, 37)),
            new Case(x => Both(x[0], 0, true), $"a.{name}(0, keepdim=True)", Apart.In(37, 3)),
            new Case(x => Both(x[0], -2, false), $"a.{name}(-2)", Apart.In(2, 3, 4)),
            new Case(x => all(x[0]), $"a.{name}()", Apart),
            new Case(x => Both(x[0], 0, false), $"a.{name}(0)", A.In()),
            new Case(x => Both(x[0], 1, false), $"a.{name}(1)", A.In(0, 4)))
        {
            Integers = Integers.AsTorch,
            Large = [new Case(x => Both(x[0], 1, false), "", Big), new Case(x => Both(x[0], 0, false), "", Big)],
            Wrong = [Wrong.Shape(() => Both(Tensor.Ones([3, 0]), 1, false), "[3, 0]", "empty"), Wrong.Shape(() => Both(Tensor.Ones([3]), 1, false), "1", "[3]"), Wrong.Shape(() => all(Tensor.Ones([0])))],
        };
    }

    private static Row Places(string name, Func<Tensor, int, bool, Tensor> along) =>
        new(name, new Case(x => along(x[0], 1, false), $"a.{name}(1)", Apart.In(3, 37)), new Case(x => along(x[0], 0, true), $"a.{name}(0, keepdim=True)", Apart.In(2, 3, 4)))
        {
            HasGradient = false,
            Integers = Integers.AsTorchAndMore,
            Wrong = [Wrong.Shape(() => along(Tensor.Ones([0]), 0, false), "empty")],
        };

    private static Row Normalized(string name, Func<Tensor, int, Tensor> along) =>
        new(name,
            new Case(x => along(x[0], 1), $"a.{name}(1)", new Input(3, 37) { Low = -20, High = 20 }),
            new Case(x => along(x[0], 0), $"a.{name}(0)", A),
            new Case(x => along(x[0], -2), $"a.{name}(-2)", A.In(2, 3, 4)),
            new Case(x => along(x[0], 0), $"a.{name}(0)", A.In()),
            new Case(x => along(x[0], 1), $"a.{name}(1)", A.In(0, 4)),
            new Case(x => along(x[0], 1), $"a.{name}(1)", A.In(2, 0)))
        {
            Large = [new Case(x => along(x[0], 1), "", Big), new Case(x => along(x[0], 0), "", Big)],
            Wrong = [Wrong.Shape(() => along(Tensor.Ones([3, 4]), 2), "2", "[3, 4]")],
        };
}
