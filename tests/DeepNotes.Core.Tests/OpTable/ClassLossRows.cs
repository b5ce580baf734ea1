namespace DeepNotes.OpTable;

/// <summary>Losses of scores for classes, and of distances.</summary>
public static class ClassLossRows
{
    private static readonly Input A = new(4, 5);
    private static readonly Input Probability = new(4, 5) { Low = 0.05, High = 0.95 };
    private static readonly Input Positive = new(4, 5) { Low = 0.3, High = 2.5 };
    private static readonly Input Labels = Input.Index(5, 4);
    private static readonly Input Signs = Input.Mask(4);
    private static readonly Input Tens = new(4, 5) { Low = 1, High = 10, Type = DType.Int64 };

    public static IEnumerable<Row> All =>
    [
        new("cross_entropy_options",
            new Case(x => x[0].CrossEntropy(x[1], weight: Tenths(x, 2)), "F.cross_entropy(a, b, (c.to(a.dtype) / 10))", A, Labels, Tens.In(5)),
            new Case(x => x[0].CrossEntropy(x[1], ignoreIndex: 2), "F.cross_entropy(a, b, ignore_index=2)", A.In(9, 5), Input.Index(5, 9)),
            new Case(x => x[0].CrossEntropy(x[1], Reduction.None, ignoreIndex: 2), "F.cross_entropy(a, b, ignore_index=2, reduction='none')", A.In(9, 5), Input.Index(5, 9)),
            new Case(x => x[0].CrossEntropy(x[1], labelSmoothing: 0.1), "F.cross_entropy(a, b, label_smoothing=0.1)", A, Labels),
            new Case(x => x[0].CrossEntropy(x[1], Reduction.Mean, Tenths(x, 2), 1, 0.2), "F.cross_entropy(a, b, (c.to(a.dtype) / 10), ignore_index=1, label_smoothing=0.2)", A.In(9, 5), Input.Index(5, 9), Tens.In(5)),
            new Case(x => x[0].CrossEntropy(x[1], Reduction.Sum, Tenths(x, 2), 1, 0.2), "F.cross_entropy(a, b, (c.to(a.dtype) / 10), ignore_index=1, label_smoothing=0.2, reduction='sum')", A.In(9, 5), Input.Index(5, 9), Tens.In(5)),
            new Case(x => x[0].CrossEntropy(x[1]), "F.cross_entropy(a, b)", A.In(2, 3, 4), Input.Index(3, 2, 4)),
            new Case(x => x[0].CrossEntropy(x[1], Reduction.None, labelSmoothing: 0.1), "F.cross_entropy(a, b, reduction='none', label_smoothing=0.1)", A.In(2, 3, 4, 2), Input.Index(3, 2, 4, 2)),
            new Case(x => x[0].CrossEntropy(x[1]), "F.cross_entropy(a, b)", A.In(5), Input.Index(5)),
            new Case(x => x[0].CrossEntropy(x[1]), "F.cross_entropy(a, b)", A, Probability),
            new Case(x => x[0].CrossEntropy(x[1], Reduction.None, Tenths(x, 2), labelSmoothing: 0.1), "F.cross_entropy(a, b, (c.to(a.dtype) / 10), reduction='none', label_smoothing=0.1)", A.In(2, 5, 3), Probability.In(2, 5, 3), Tens.In(5)),
            new Case(x => x[0].CrossEntropy(x[1], Reduction.Sum), "F.cross_entropy(a, b, reduction='sum')", A.In(5), Probability.In(5)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 3, 4]).CrossEntropy(Tensor.Zeros([2], DType.Int64)), "[2, 3, 4]", "[2, 4]", "[2]"),
                Wrong.Shape(() => Tensor.Ones([2, 3]).CrossEntropy(Tensor.Zeros([2], DType.Int64), weight: Tensor.Ones([2])), "[2, 3]", "[2]"),
                Wrong.Type(() => Tensor.Ones([2, 3]).CrossEntropy(Tensor.Ones([2, 3], DType.Float64)), "Float32", "Float64"),
                Wrong.Range(() => Tensor.Ones([2, 3]).CrossEntropy(Tensor.Zeros([2], DType.Int64), labelSmoothing: 2), "2"),
            ],
        },
        new("nll_loss",
            new Case(x => x[0].NllLoss(x[1]), "F.nll_loss(a, b)", A, Labels),
            new Case(x => x[0].NllLoss(x[1], Reduction.Mean, Tenths(x, 2), 3), "F.nll_loss(a, b, (c.to(a.dtype) / 10), ignore_index=3)", A.In(9, 5), Input.Index(5, 9), Tens.In(5)),
            new Case(x => x[0].NllLoss(x[1], Reduction.Sum), "F.nll_loss(a, b, reduction='sum')", A.In(2, 3, 4), Input.Index(3, 2, 4)),
            new Case(x => x[0].NllLoss(x[1], Reduction.None), "F.nll_loss(a, b, reduction='none')", A.In(2, 3, 2, 2), Input.Index(3, 2, 2, 2)),
            new Case(x => x[0].NllLoss(x[1]), "F.nll_loss(a, b)", A.In(5), Input.Index(5)))
        {
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 3]).NllLoss(Tensor.Zeros([3], DType.Int64)), "[2, 3]", "[3]"),
                Wrong.Type(() => Tensor.Ones([2, 3]).NllLoss(Tensor.Zeros([2])), "Int64", "Float32"),
                Wrong.Range(() => Tensor.Ones([2, 3]).NllLoss(Tensor.From<long>(1, 3)), "label 1 is 3"),
            ],
        },
        new("multi_margin_loss",
            new Case(x => x[0].MultiMarginLoss(x[1]), "F.multi_margin_loss(a, b)", A, Labels),
            new Case(x => x[0].MultiMarginLoss(x[1], 2, 0.5, Tenths(x, 2), Reduction.Sum), "F.multi_margin_loss(a, b, 2, 0.5, (c.to(a.dtype) / 10), reduction='sum')", A, Labels, Tens.In(5)),
            new Case(x => x[0].MultiMarginLoss(x[1], reduction: Reduction.None), "F.multi_margin_loss(a, b, reduction='none')", A, Labels))
        {
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3]).MultiMarginLoss(Tensor.Arange(3)), "[3]"),
                Wrong.Range(() => Tensor.Ones([2, 3]).MultiMarginLoss(Tensor.Arange(2), 3), "3"),
            ],
        },
        new("multilabel_soft_margin_loss",
            new Case(x => x[0].MultilabelSoftMarginLoss(Tenths(x, 1)), "F.multilabel_soft_margin_loss(a, (b.to(a.dtype) / 10))", A, Tens.In(4, 5)),
            new Case(x => x[0].MultilabelSoftMarginLoss(Tenths(x, 1), Tenths(x, 2), Reduction.None), "F.multilabel_soft_margin_loss(a, (b.to(a.dtype) / 10), (c.to(a.dtype) / 10), reduction='none')", A, Tens.In(4, 5), Tens.In(5)))
        {
            StridesKeepBits = false,
            Wrong = LossRows.Pairs((x, y) => x.MultilabelSoftMarginLoss(y)),
        },
        new("soft_margin_loss",
            new Case(x => x[0].SoftMarginLoss(Sign(x, 1)), "F.soft_margin_loss(a, b.to(a.dtype) * 2 - 1)", A, Signs.In(4, 5)),
            new Case(x => x[0].SoftMarginLoss(Sign(x, 1), Reduction.None), "F.soft_margin_loss(a, b.to(a.dtype) * 2 - 1, reduction='none')", A, Signs.In(4, 5)))
        {
            StridesKeepBits = false,
            Wrong = LossRows.Pairs((x, y) => x.SoftMarginLoss(y)),
        },
        new("hinge_embedding_loss",
            new Case(x => x[0].HingeEmbeddingLoss(Sign(x, 1)), "F.hinge_embedding_loss(a, b.to(a.dtype) * 2 - 1)", A, Signs.In(4, 5)),
            new Case(x => x[0].HingeEmbeddingLoss(Sign(x, 1), 0.3, Reduction.Sum), "F.hinge_embedding_loss(a, b.to(a.dtype) * 2 - 1, 0.3, reduction='sum')", A, Signs.In(4, 5)))
        {
            StridesKeepBits = false,
            Wrong = LossRows.Pairs((x, y) => x.HingeEmbeddingLoss(y)),
        },
        new("margin_ranking_loss",
            new Case(x => x[0].MarginRankingLoss(x[1], Sign(x, 2)), "F.margin_ranking_loss(a, b, c.to(a.dtype) * 2 - 1)", A.In(6), A.In(6), Signs.In(6)),
            new Case(x => x[0].MarginRankingLoss(x[1], Sign(x, 2), 0.7, Reduction.None), "F.margin_ranking_loss(a, b, c.to(a.dtype) * 2 - 1, 0.7, reduction='none')", A, A, Signs.In(4, 5)))
        {
            StridesKeepBits = false,
            Wrong = LossRows.Pairs((x, y) => x.MarginRankingLoss(x, y)),
        },
        new("cosine_embedding_loss",
            new Case(x => x[0].CosineEmbeddingLoss(x[1], Sign(x, 2)), "F.cosine_embedding_loss(a, b, c.to(a.dtype) * 2 - 1)", A, A, Signs),
            new Case(x => x[0].CosineEmbeddingLoss(x[1], Sign(x, 2), 0.2, Reduction.None), "F.cosine_embedding_loss(a, b, c.to(a.dtype) * 2 - 1, 0.2, reduction='none')", A, A, Signs))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).CosineEmbeddingLoss(Tensor.Ones([2, 3]), Tensor.Ones([3])), "[2, 3]", "[3]"), Wrong.Shape(() => Tensor.Ones([2, 3]).CosineEmbeddingLoss(Tensor.Ones([3]), Tensor.Ones([2])), "[2, 3]", "[3]")],
        },
        new("triplet_margin_loss",
            new Case(x => x[0].TripletMarginLoss(x[1], x[2]), "F.triplet_margin_loss(a, b, c)", A, A, A),
            new Case(x => x[0].TripletMarginLoss(x[1], x[2], 2, 3, swap: true, reduction: Reduction.None), "F.triplet_margin_loss(a, b, c, 2, 3, swap=True, reduction='none')", A, A, A))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = LossRows.Pairs((x, y) => x.TripletMarginLoss(x, y)),
        },
        new("cosine_similarity",
            new Case(x => x[0].CosineSimilarity(x[1]), "F.cosine_similarity(a, b)", A, A),
            new Case(x => x[0].CosineSimilarity(x[1], 0), "F.cosine_similarity(a, b, 0)", A.In(3, 1, 2), A.In(3, 4, 1)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).CosineSimilarity(Tensor.Ones([2, 4])), "[2, 3]", "[2, 4]"), Wrong.Shape(() => Tensor.Ones([2, 3]).CosineSimilarity(Tensor.Ones([2, 3]), 2), "2", "[2, 3]"), Wrong.Type(() => Tensor.Ones([2, 2]).CosineSimilarity(Tensor.Ones([2, 2], DType.Float64)), "Float64")],
        },
        new("pairwise_distance",
            new Case(x => x[0].PairwiseDistance(x[1]), "F.pairwise_distance(a, b)", A, A),
            new Case(x => x[0].PairwiseDistance(x[1], 3, 0.1, true), "F.pairwise_distance(a, b, 3, 0.1, True)", A, A.In(5)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).PairwiseDistance(Tensor.Ones([2, 4])), "[2, 3]", "[2, 4]"), Wrong.Type(() => Tensor.Ones([2]).PairwiseDistance(Tensor.Ones([2], DType.Float64)), "Float64")],
        },
        new("normalize",
            new Case(x => x[0].Normalize(), "F.normalize(a)", A),
            new Case(x => x[0].Normalize(1, -1), "F.normalize(a, 1, -1)", A.In(2, 3, 4)),
            new Case(x => x[0].Normalize(2, 0, 50), "F.normalize(a, 2, 0, 50)", A))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([2]).Normalize(), "[2]"), Wrong.Type(() => Tensor.Ones([2, 2], DType.Int64).Normalize(), "Int64")],
        },
    ];

    /// <summary>False and true as −1 and 1.</summary>
    private static Tensor Sign(Tensor[] x, int which) => x[which].To(x[0].DType) * 2.0 - 1.0;

    private static Tensor Tenths(Tensor[] x, int which) => x[which].To(x[0].DType) / 10.0;
}
