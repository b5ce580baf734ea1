namespace DeepNotes.OpTable;

/// <summary>Losses of contrasts, of rare classes and of sequences.</summary>
public static class ContrastLossRows
{
    private static readonly Input A = new(4, 5);
    private static readonly Input Probability = new(4, 5) { Low = 0.05, High = 0.95 };
    private static readonly Tolerance Sums = new(1e-5, 1e-12);

    public static IEnumerable<Row> All =>
    [
        new("multilabel_margin_loss",
            new Case(x => x[0].MultilabelMarginLoss(Ended(x[1])), "F.multilabel_margin_loss(a, b - (b == 4) * 5)", A.In(6, 4), Input.Index(5, 6, 4)),
            new Case(x => x[0].MultilabelMarginLoss(Ended(x[1]), Reduction.None), "F.multilabel_margin_loss(a, b - (b == 4) * 5, reduction='none')", A.In(6, 4), Input.Index(5, 6, 4)),
            new Case(x => x[0].MultilabelMarginLoss(x[1], Reduction.Sum), "F.multilabel_margin_loss(a, b, reduction='sum')", A.In(4), Input.Index(4, 4)),
            new Case(x => x[0].MultilabelMarginLoss(x[1] - 1), "F.multilabel_margin_loss(a, b - 1)", A.In(2, 3), Input.Index(1, 2, 3)))
        {
            StridesKeepBits = false,
            Tolerance = Sums,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 3]).MultilabelMarginLoss(Tensor.Zeros([2, 2], DType.Int64)), "[2, 3]", "[2, 2]"),
                Wrong.Type(() => Tensor.Ones([2, 3]).MultilabelMarginLoss(Tensor.Zeros([2, 3])), "Int64", "Float32"),
                Wrong.Range(() => Tensor.Ones([3]).MultilabelMarginLoss(Tensor.From<long>(0, 3, 1)), "3"),
            ],
        },
        new("triplet_margin_with_distance_loss",
            new Case(x => x[0].TripletMarginWithDistanceLoss(x[1], x[2]), "F.triplet_margin_with_distance_loss(a, b, c)", A, A, A),
            new Case(x => x[0].TripletMarginWithDistanceLoss(x[1], x[2], (p, q) => 1.0 - p.CosineSimilarity(q), 0.4, true, Reduction.None), "F.triplet_margin_with_distance_loss(a, b, c, distance_function=lambda p, q: 1 - F.cosine_similarity(p, q), margin=0.4, swap=True, reduction='none')", A, A, A))
        {
            StridesKeepBits = false,
            Tolerance = Sums,
            Wrong = LossRows.Pairs((x, y) => x.TripletMarginWithDistanceLoss(x, y)),
        },
        new("focal_loss",
            new Case(x => x[0].FocalLoss(x[1]), "((1 - F.cross_entropy(a, b, reduction='none').neg().exp()) ** 2 * F.cross_entropy(a, b, reduction='none')).mean()", A, Input.Index(5, 4)),
            new Case(x => x[0].FocalLoss(x[1], 3, Reduction.Sum, Tenths(x, 2)), "((1 - F.cross_entropy(a, b, reduction='none').neg().exp()) ** 3 * F.cross_entropy(a, b, (c.to(a.dtype) / 10), reduction='none')).sum()", A, Input.Index(5, 4), Tens),
            new Case(x => x[0].FocalLoss(x[1], ignoreIndex: 1), "((1 - F.cross_entropy(a, b, reduction='none').neg().exp()) ** 2 * F.cross_entropy(a, b, reduction='none', ignore_index=1)).sum() / (b != 1).sum()", A.In(9, 3), Input.Index(3, 9)),
            new Case(x => x[0].FocalLoss(x[1], 0, Reduction.None), "F.cross_entropy(a, b, reduction='none')", A.In(2, 3, 4), Input.Index(3, 2, 4)))
        {
            StridesKeepBits = false,
            Tolerance = Sums,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 3]).FocalLoss(Tensor.Zeros([3], DType.Int64)), "[2, 3]", "[3]"),
                Wrong.Range(() => Tensor.Ones([2, 3]).FocalLoss(Tensor.From<long>(1, 3)), "label 1 is 3"),
                Wrong.Range(() => Tensor.Ones([2, 3]).FocalLoss(Tensor.Zeros([2], DType.Int64), -1), "-1"),
            ],
        },
        new("sigmoid_focal_loss",
            new Case(x => x[0].SigmoidFocalLoss(x[1]), "(F.binary_cross_entropy_with_logits(a, b, reduction='none') * (1 - a.sigmoid() * b - (1 - a.sigmoid()) * (1 - b)) ** 2 * (0.25 * b + 0.75 * (1 - b))).mean()", A, Probability),
            new Case(x => x[0].SigmoidFocalLoss(x[1], -1, 1.5, Reduction.None), "F.binary_cross_entropy_with_logits(a, b, reduction='none') * (1 - a.sigmoid() * b - (1 - a.sigmoid()) * (1 - b)) ** 1.5", A, Probability))
        {
            StridesKeepBits = false,
            Tolerance = Sums,
            Wrong = [.. LossRows.Pairs((x, y) => x.SigmoidFocalLoss(y)), Wrong.Range(() => Tensor.Ones([2]).SigmoidFocalLoss(Tensor.Ones([2]), gamma: -1), "-1"), Wrong.Range(() => Tensor.Ones([2]).SigmoidFocalLoss(Tensor.Ones([2]), 2), "2")],
        },
        new("dice_loss",
            new Case(x => x[0].DiceLoss(x[1]), "(1 - (2 * (a * b).sum(1) + 1) / (a.sum(1) + b.sum(1) + 1)).mean()", Probability, Probability),
            new Case(x => x[0].DiceLoss(x[1], 0.1, 2, Reduction.None), "1 - (2 * (a * b).sum((2, 3)) + 0.1) / (a.sum((2, 3)) + b.sum((2, 3)) + 0.1)", Probability.In(2, 3, 2, 4), Probability.In(2, 3, 2, 4)),
            new Case(x => x[0].DiceLoss(x[1], batchDimensions: 0), "1 - (2 * (a * b).sum() + 1) / (a.sum() + b.sum() + 1)", Probability.In(2, 3), Probability.In(2, 3)))
        {
            StridesKeepBits = false,
            Tolerance = Sums,
            Wrong = [.. LossRows.Pairs((x, y) => x.DiceLoss(y)), Wrong.Range(() => Tensor.Ones([2, 3]).DiceLoss(Tensor.Ones([2, 3]), batchDimensions: 2), "2", "[2, 3]")],
        },
        new("info_nce_loss",
            new Case(x => x[0].InfoNceLoss(x[1]), "F.cross_entropy(F.normalize(a, dim=-1) @ F.normalize(b, dim=-1).T / 0.1, torch.arange(4))", A, A),
            new Case(x => x[0].InfoNceLoss(x[1], x[2], 0.5, Reduction.None), "F.cross_entropy(torch.cat([F.cosine_similarity(a, b)[:, None], F.normalize(a, dim=-1) @ F.normalize(c, dim=-1).T], 1) / 0.5, torch.zeros(4, dtype=torch.long), reduction='none')", A, A, A.In(3, 5)),
            new Case(x => x[0].InfoNceLoss(x[1], x[2], 0.3), "F.cross_entropy(torch.cat([F.cosine_similarity(a, b)[:, None], F.cosine_similarity(a[:, None], c, dim=-1)], 1) / 0.3, torch.zeros(4, dtype=torch.long))", A, A, A.In(4, 3, 5)))
        {
            StridesKeepBits = false,
            Tolerance = new(2e-5, 1e-11),
            Wrong =
            [
                .. LossRows.Pairs((x, y) => x.InfoNceLoss(y)),
                Wrong.Shape(() => Tensor.Ones([2, 3]).InfoNceLoss(Tensor.Ones([2, 3]), Tensor.Ones([4, 2])), "[2, 3]", "[4, 2]"),
                Wrong.Range(() => Tensor.Ones([2, 3]).InfoNceLoss(Tensor.Ones([2, 3]), temperature: 0), "0"),
            ],
        },
        new("ctc_loss",
            new Case(x => x[0].LogSoftmax(2).CtcLoss(x[1], [6, 6, 6], [2, 2, 2]), "F.ctc_loss(a.log_softmax(2), b, (6, 6, 6), (2, 2, 2))", A.In(6, 3, 4), Labels(1, 4, 3, 2)),
            new Case(x => x[0].LogSoftmax(2).CtcLoss(x[1], [7, 5, 6], [3, 1, 0], reduction: Reduction.None), "F.ctc_loss(a.log_softmax(2), b, (7, 5, 6), (3, 1, 0), reduction='none')", A.In(7, 3, 3), Labels(1, 3, 3, 3)),
            new Case(x => x[0].LogSoftmax(2).CtcLoss(x[1], [7, 6], [3, 2], 3, Reduction.Sum), "F.ctc_loss(a.log_softmax(2), b, (7, 6), (3, 2), 3, 'sum')", A.In(7, 2, 4), Labels(0, 3, 5)),
            new Case(x => x[0].LogSoftmax(2).CtcLoss(x[1], Tensor.From<long>(6, 2), Tensor.From<long>(2, 3), zeroInfinity: true), "F.ctc_loss(a.log_softmax(2), b, torch.tensor([6, 2]), torch.tensor([2, 3]), zero_infinity=True)", A.In(6, 2, 4), Labels(1, 4, 2, 3)),
            new Case(x => x[0].LogSoftmax(1).CtcLoss(x[1], [6], [3]), "F.ctc_loss(a.log_softmax(1), b, torch.tensor(6), torch.tensor(3))", A.In(6, 3), Labels(1, 3, 3)))
        {
            StridesKeepBits = false,
            Tolerance = Sums,
            Large = [new Case(x => x[0].LogSoftmax(2).CtcLoss(x[1], [40, 40, 31, 40], [12, 9, 12, 1]), "", A.In(40, 4, 20), Labels(1, 20, 4, 12))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3]).CtcLoss(Tensor.Ones([1], DType.Int64), [3], [1]), "[3]"),
                Wrong.Shape(() => Tensor.Ones([3, 2, 4]).CtcLoss(Tensor.Ones([2, 2], DType.Int64), [3], [2, 2]), "2 input lengths", "1 and 2"),
                Wrong.Shape(() => Tensor.Ones([3, 2, 4]).CtcLoss(Tensor.Ones([2, 2], DType.Int64), [3, 4], [2, 2]), "length 1 is 4", "3"),
                Wrong.Shape(() => Tensor.Ones([3, 2, 4]).CtcLoss(Tensor.Ones([2, 2], DType.Int64), [3, 3], [2, 3]), "[2, 2]", "[2, 3]"),
                Wrong.Shape(() => Tensor.Ones([3, 2, 4]).CtcLoss(Tensor.Ones([2, 2], DType.Int64), [3, 3], [2, -1]), "-1"),
                Wrong.Type(() => Tensor.Ones([3, 2, 4]).CtcLoss(Tensor.Ones([2, 2]), [3, 3], [2, 2]), "Int64", "Float32"),
                Wrong.Type(() => Tensor.Ones([3, 2, 4]).CtcLoss(Tensor.Ones([2, 2], DType.Int64), Tensor.Ones([2]), Tensor.Ones([2])), "Float32"),
                Wrong.Range(() => Tensor.Ones([3, 2, 4]).CtcLoss(Tensor.Zeros([2, 2], DType.Int64), [3, 3], [2, 2]), "blank 0"),
                Wrong.Range(() => Tensor.Ones([3, 2, 4]).CtcLoss(Tensor.Ones([2, 2], DType.Int64), [3, 3], [2, 2], 4), "4", "3"),
            ],
        },
    ];

    private static Input Tens => new(5) { Low = 1, High = 10, Type = DType.Int64 };

    private static Input Labels(int from, int below, params int[] lengths) => new(lengths) { Low = from, High = below, Type = DType.Int64 };

    /// <summary>Labels with the last class as the end.</summary>
    private static Tensor Ended(Tensor labels) => labels - labels.Eq(4).To(DType.Int64) * 5;

    private static Tensor Tenths(Tensor[] x, int which) => x[which].To(x[0].DType) / 10.0;
}
