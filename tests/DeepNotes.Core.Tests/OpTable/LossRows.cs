namespace DeepNotes.OpTable;

/// <summary>Losses between numbers or distributions.</summary>
public static class LossRows
{
    private static readonly Input A = new(4, 5);
    private static readonly Input Probability = new(4, 5) { Low = 0.05, High = 0.95 };
    private static readonly Input Tens = new(4, 5) { Low = 1, High = 10, Type = DType.Int64 };
    private static readonly Input Positive = new(4, 5) { Low = 0.3, High = 2.5 };

    public static IEnumerable<Row> All =>
    [
        new("mse_loss",
            new Case(x => x[0].MseLoss(x[1]), "F.mse_loss(a, b)", A, A),
            new Case(x => x[0].MseLoss(x[1], Reduction.Sum), "F.mse_loss(a, b, reduction='sum')", A, A),
            new Case(x => x[0].MseLoss(x[1], Reduction.None), "F.mse_loss(a, b, reduction='none')", A.In(3), A.In(3)),
            new Case(x => x[0].MseLoss(x[1], Reduction.Sum), "F.mse_loss(a, b, reduction='sum')", A.In(0, 3), A.In(0, 3)),
            new Case(x => x[0].MseLoss(x[1]), "F.mse_loss(a, b)", A.In(4, 1), A.In(2, 1, 3)))
        {
            StridesKeepBits = false,
            Wrong = [.. Spread((x, y) => x.MseLoss(y)), Wrong.Range(() => Tensor.Ones([2]).MseLoss(Tensor.Ones([2]), Reduction.BatchMean), "BatchMean")],
        },
        new("l1_loss",
            new Case(x => x[0].L1Loss(x[1]), "F.l1_loss(a, b)", A, A),
            new Case(x => x[0].L1Loss(x[1], Reduction.None), "F.l1_loss(a, b, reduction='none')", A, A),
            new Case(x => x[0].L1Loss(x[1]), "F.l1_loss(a, b)", A, A.In(5)))
        {
            StridesKeepBits = false,
            Wrong = Spread((x, y) => x.L1Loss(y)),
        },
        new("smooth_l1_loss",
            new Case(x => x[0].SmoothL1Loss(x[1]), "F.smooth_l1_loss(a, b)", A, A),
            new Case(x => x[0].SmoothL1Loss(x[1], Reduction.Sum, 0.4), "F.smooth_l1_loss(a, b, reduction='sum', beta=0.4)", A, A),
            new Case(x => x[0].SmoothL1Loss(x[1], Reduction.None, 0), "F.smooth_l1_loss(a, b, reduction='none', beta=0)", A, A),
            new Case(x => x[0].SmoothL1Loss(x[1], Reduction.None), "F.smooth_l1_loss(a, b, reduction='none')", A.In(4, 1), A.In(5)))
        {
            StridesKeepBits = false,
            Wrong = [.. Spread((x, y) => x.SmoothL1Loss(y)), Wrong.Range(() => Tensor.Ones([2]).SmoothL1Loss(Tensor.Ones([2]), beta: -1), "-1")],
        },
        new("huber_loss",
            new Case(x => x[0].HuberLoss(x[1]), "F.huber_loss(a, b)", A, A),
            new Case(x => x[0].HuberLoss(x[1], Reduction.None, 0.6), "F.huber_loss(a, b, reduction='none', delta=0.6)", A, A),
            new Case(x => x[0].HuberLoss(x[1]), "F.huber_loss(a, b)", A, A.In(1, 5)))
        {
            StridesKeepBits = false,
            Wrong = [.. Spread((x, y) => x.HuberLoss(y)), Wrong.Range(() => Tensor.Ones([2]).HuberLoss(Tensor.Ones([2]), delta: 0), "0")],
        },
        new("binary_cross_entropy",
            new Case(x => x[0].BinaryCrossEntropy(Tenths(x, 1)), "F.binary_cross_entropy(a, (b.to(a.dtype) / 10))", Probability, Tens.In(4, 5)),
            new Case(x => x[0].BinaryCrossEntropy(Tenths(x, 1), Tenths(x, 2), Reduction.Sum), "F.binary_cross_entropy(a, (b.to(a.dtype) / 10), (c.to(a.dtype) / 10), reduction='sum')", Probability, Tens.In(4, 5), Tens.In(5)),
            new Case(x => x[0].BinaryCrossEntropy(Tenths(x, 1), null, Reduction.None), "F.binary_cross_entropy(a, (b.to(a.dtype) / 10), reduction='none')", Probability, Tens.In(4, 5)),
            new Case(x => x[0].BinaryCrossEntropy(x[1], null, Reduction.None), "-b * a.log() - (1 - b) * (1 - a).log()", Probability, Probability))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [.. Pairs((x, y) => x.BinaryCrossEntropy(y)), Wrong.Shape(() => Tensor.Ones([2, 3]).BinaryCrossEntropy(Tensor.Ones([2, 3]), Tensor.Ones([4, 2, 3])), "[2, 3]", "[4, 2, 3]")],
        },
        new("binary_cross_entropy_with_logits",
            new Case(x => x[0].BinaryCrossEntropyWithLogits(Tenths(x, 1)), "F.binary_cross_entropy_with_logits(a, (b.to(a.dtype) / 10))", A, Tens.In(4, 5)),
            new Case(x => x[0].BinaryCrossEntropyWithLogits(Tenths(x, 1), Tenths(x, 2), Reduction.Sum, Tenths(x, 3)), "F.binary_cross_entropy_with_logits(a, (b.to(a.dtype) / 10), (c.to(a.dtype) / 10), reduction='sum', pos_weight=(d.to(a.dtype) / 10))", A, Tens.In(4, 5), Tens.In(4, 5), Tens.In(5)),
            new Case(x => x[0].BinaryCrossEntropyWithLogits(Tenths(x, 1), reduction: Reduction.None), "F.binary_cross_entropy_with_logits(a, (b.to(a.dtype) / 10), reduction='none')", new Input(4, 5) { Low = -60, High = 60 }, Tens.In(4, 5)))
        {
            // The tenths are rounded to 16 bits first.
            NarrowUlps = 2,
            StridesKeepBits = false,
            Wrong = [.. Pairs((x, y) => x.BinaryCrossEntropyWithLogits(y)), Wrong.Shape(() => Tensor.Ones([2, 3]).BinaryCrossEntropyWithLogits(Tensor.Ones([2, 3]), posWeight: Tensor.Ones([2])), "[2, 3]", "[2]")],
        },
        new("kl_div",
            new Case(x => x[0].KlDiv(x[1]), "F.kl_div(a, b)", A, Probability),
            new Case(x => x[0].KlDiv(x[1], Reduction.BatchMean), "F.kl_div(a, b, reduction='batchmean')", A, Probability),
            new Case(x => x[0].KlDiv(x[1], Reduction.Sum, true), "F.kl_div(a, b, reduction='sum', log_target=True)", A, A),
            new Case(x => x[0].KlDiv(x[1], Reduction.None), "F.kl_div(a, b, reduction='none')", A, Probability))
        {
            StridesKeepBits = false,
            Wrong = [.. Pairs((x, y) => x.KlDiv(y)), Wrong.Shape(() => Tensor.Ones([]).KlDiv(Tensor.Ones([]), Reduction.BatchMean), "scalar")],
        },
        new("poisson_nll_loss",
            new Case(x => x[0].PoissonNllLoss(x[1]), "F.poisson_nll_loss(a, b)", A, Positive),
            new Case(x => x[0].PoissonNllLoss(Whole(x, 1), true, true, reduction: Reduction.Sum), "F.poisson_nll_loss(a, b.to(a.dtype), full=True, reduction='sum')", A, Input.Index(6, 4, 5)),
            new Case(x => x[0].PoissonNllLoss(x[1], false, reduction: Reduction.None), "F.poisson_nll_loss(a, b, log_input=False, reduction='none')", Positive, Positive))
        {
            StridesKeepBits = false,
            Wrong = Pairs((x, y) => x.PoissonNllLoss(y)),
        },
        new("gaussian_nll_loss",
            new Case(x => x[0].GaussianNllLoss(x[1], x[2]), "F.gaussian_nll_loss(a, b, c)", A, A, Positive),
            new Case(x => x[0].GaussianNllLoss(x[1], x[2], true, 1e-6, Reduction.Sum), "F.gaussian_nll_loss(a, b, c, full=True, reduction='sum')", A, A, Positive.In(4)),
            new Case(x => x[0].GaussianNllLoss(x[1], x[2], reduction: Reduction.None), "F.gaussian_nll_loss(a, b, c, reduction='none')", A, A, Positive.In(4, 1)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4, 5]).GaussianNllLoss(Tensor.Ones([4, 5]), Tensor.Ones([5])), "[4, 5]", "[5]"),
                Wrong.Type(() => Tensor.Ones([4, 5]).GaussianNllLoss(Tensor.Ones([4, 5]), Tensor.Ones([4, 5], DType.Float64)), "Float32", "Float64"),
            ],
        },
    ];

    /// <summary>Numbers from 0.1 to 0.9 that have no gradient.</summary>
    private static Tensor Tenths(Tensor[] x, int which) => x[which].To(x[0].DType) / 10.0;

    private static Tensor Whole(Tensor[] x, int which) => x[which].To(x[0].DType);

    /// <summary>Wrong shapes and types of an input and a target that broadcasts.</summary>
    private static Wrong[] Spread(Func<Tensor, Tensor, Tensor> loss) =>
        [Wrong.Shape(() => loss(Tensor.Ones([2, 3]), Tensor.Ones([2])), "[2, 3]", "[2]"), .. Pairs(loss)[1..]];

    /// <summary>Wrong shapes and types of an input and its target.</summary>
    internal static Wrong[] Pairs(Func<Tensor, Tensor, Tensor> loss) =>
    [
        Wrong.Shape(() => loss(Tensor.Ones([2, 3]), Tensor.Ones([3])), "[2, 3]", "[3]"),
        Wrong.Type(() => loss(Tensor.Ones([2]), Tensor.Ones([2], DType.Float64)), "Float32", "Float64"),
        Wrong.Type(() => loss(Tensor.Ones([2], DType.Int64), Tensor.Ones([2], DType.Int64)), "Int64"),
    ];
}
