using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class LossRows
{
    private static readonly Input Scores = new(4, 3), Labels = Input.Index(3, 4), Chances = new(4, 3) { Low = 0.1, High = 0.9 };

    private static readonly double[] ClassWeights = [0.5, 1, 2];

    public static LayerRow[] All { get; } =
    [
        Two("L1Loss", () => new L1Loss(), "nn.L1Loss()", Apart, Low),
        Two("L1Loss.none", () => new L1Loss(Reduction.None), "nn.L1Loss(reduction='none')", Apart, Low),
        Two("MSELoss", () => new MSELoss(), "nn.MSELoss()", Scores, Scores),
        Two("MSELoss.sum", () => new MSELoss(Reduction.Sum), "nn.MSELoss(reduction='sum')", Scores, Scores),
        Two("SmoothL1Loss", () => new SmoothL1Loss(), "nn.SmoothL1Loss()", Scores, Scores),
        Two("SmoothL1Loss.beta", () => new SmoothL1Loss(0.3, Reduction.None), "nn.SmoothL1Loss(beta=0.3, reduction='none')", Scores, Scores),
        Two("HuberLoss", () => new HuberLoss(), "nn.HuberLoss()", Scores, Scores),
        Two("HuberLoss.delta", () => new HuberLoss(0.3, Reduction.Sum), "nn.HuberLoss(delta=0.3, reduction='sum')", Scores, Scores),
        Two("CrossEntropyLoss", () => new CrossEntropyLoss(), "nn.CrossEntropyLoss()", Scores, Labels),
        Two("CrossEntropyLoss.weight", () => new CrossEntropyLoss(Weights(), ignoreIndex: 1, labelSmoothing: 0.1), "nn.CrossEntropyLoss(torch.tensor([.5, 1, 2]), ignore_index=1, label_smoothing=0.1)", Scores, Labels),
        Two("CrossEntropyLoss.probabilities", () => new CrossEntropyLoss(reduction: Reduction.Sum), "nn.CrossEntropyLoss(reduction='sum')", Scores, Chances),
        Two("CrossEntropyLoss.images", () => new CrossEntropyLoss(reduction: Reduction.None), "nn.CrossEntropyLoss(reduction='none')", new Input(2, 3, 2, 2), Input.Index(3, 2, 2, 2)),
        Two("NLLLoss", () => new NLLLoss(), "nn.NLLLoss()", Scores, Labels),
        Two("NLLLoss.weight", () => new NLLLoss(Weights(), 2), "nn.NLLLoss(torch.tensor([.5, 1, 2]), ignore_index=2)", Scores, Labels),
        Two("BCELoss", () => new BCELoss(), "nn.BCELoss()", Chances, Chances),
        Two("BCELoss.weight", () => new BCELoss(Weights(), Reduction.None), "nn.BCELoss(torch.tensor([.5, 1, 2]), reduction='none')", Chances, Chances),
        Two("BCEWithLogitsLoss", () => new BCEWithLogitsLoss(), "nn.BCEWithLogitsLoss()", Scores, Chances),
        Two("BCEWithLogitsLoss.weight", () => new BCEWithLogitsLoss(Weights(), Weights(), Reduction.Sum), "nn.BCEWithLogitsLoss(torch.tensor([.5, 1, 2]), pos_weight=torch.tensor([.5, 1, 2]), reduction='sum')", Scores, Chances),
        Two("MultiMarginLoss", () => new MultiMarginLoss(), "nn.MultiMarginLoss()", Scores, Labels),
        Two("MultiMarginLoss.weight", () => new MultiMarginLoss(2, 0.5, Weights()), "nn.MultiMarginLoss(2, 0.5, torch.tensor([.5, 1, 2]).double())", Scores, Labels),
        Two("MultiLabelMarginLoss", () => new MultiLabelMarginLoss(), "nn.MultiLabelMarginLoss()", Scores, new Input(4, 3) { Low = -1, High = 3, Type = DType.Int64 }),
        Two("MultiLabelSoftMarginLoss", () => new MultiLabelSoftMarginLoss(), "nn.MultiLabelSoftMarginLoss()", Scores, Chances),
        Two("MultiLabelSoftMarginLoss.weight", () => new MultiLabelSoftMarginLoss(Weights(), Reduction.None), "nn.MultiLabelSoftMarginLoss(torch.tensor([.5, 1, 2]), reduction='none')", Scores, Chances),
        Two("SoftMarginLoss", () => new SoftMarginLoss(), "nn.SoftMarginLoss()", Scores, new Input(4, 3)) with { Call = "m(a, b.sign().detach())", Run = (m, x) => [((Loss)m).Forward(x[0], x[1].Sign())] },
        Two("HingeEmbeddingLoss", () => new HingeEmbeddingLoss(0.5), "nn.HingeEmbeddingLoss(0.5)", Scores, new Input(4, 3)) with { Call = "m(a, b.sign())", Run = (m, x) => [((Loss)m).Forward(x[0], x[1].Sign())] },
        Two("KLDivLoss", () => new KLDivLoss(), "nn.KLDivLoss(reduction='mean')", Scores, Chances),
        Two("KLDivLoss.batch", () => new KLDivLoss(Reduction.BatchMean), "nn.KLDivLoss(reduction='batchmean')", Scores, Chances),
        Two("KLDivLoss.log", () => new KLDivLoss(Reduction.None, logTarget: true), "nn.KLDivLoss(reduction='none', log_target=True)", Scores, Scores),
        Two("PoissonNLLLoss", () => new PoissonNLLLoss(), "nn.PoissonNLLLoss()", Scores, Chances),
        Two("PoissonNLLLoss.full", () => new PoissonNLLLoss(logInput: false, full: true, epsilon: 1e-3, Reduction.Sum), "nn.PoissonNLLLoss(log_input=False, full=True, eps=1e-3, reduction='sum')", Chances, new Input(4, 3) { Low = 1.1, High = 5 }),
        Three("GaussianNLLLoss", () => new GaussianNLLLoss(), "nn.GaussianNLLLoss()", Scores, Scores, Chances),
        Three("GaussianNLLLoss.full", () => new GaussianNLLLoss(true, 1e-3, Reduction.None), "nn.GaussianNLLLoss(full=True, eps=1e-3, reduction='none')", Scores, Scores, new Input(4, 1) { Low = 0.1 }),
        Three("MarginRankingLoss", () => new MarginRankingLoss(0.1), "nn.MarginRankingLoss(0.1)", new Input(5), new Input(5), new Input(5)) with { Call = "m(a, b, c.sign())", Run = (m, x) => [((MarginRankingLoss)m).Forward(x[0], x[1], x[2].Sign())] },
        Three("CosineEmbeddingLoss", () => new CosineEmbeddingLoss(0.1), "nn.CosineEmbeddingLoss(0.1)", Scores, Scores, new Input(4)) with { Call = "m(a, b, c.sign())", Run = (m, x) => [((CosineEmbeddingLoss)m).Forward(x[0], x[1], x[2].Sign())] },
        Three("TripletMarginLoss", () => new TripletMarginLoss(), "nn.TripletMarginLoss()", Scores, Scores, Scores),
        Three("TripletMarginLoss.swap", () => new TripletMarginLoss(2, 1.5, 1e-3, swap: true, Reduction.None), "nn.TripletMarginLoss(2, 1.5, 1e-3, swap=True, reduction='none')", Scores, Scores, Scores),
        Three("TripletMarginWithDistanceLoss", () => new TripletMarginWithDistanceLoss(), "nn.TripletMarginWithDistanceLoss()", Scores, Scores, Scores),
        Three("TripletMarginWithDistanceLoss.own", () => new TripletMarginWithDistanceLoss((a, b) => (a - b).Square().Sum(-1), 2, swap: true), "nn.TripletMarginWithDistanceLoss(distance_function=lambda a, b: (a - b).square().sum(-1), margin=2, swap=True)", Scores, Scores, Scores),
        new("CTCLoss", () => new CTCLoss(), "nn.CTCLoss()", new Input(6, 2, 4), new Input(2, 3) { Low = 1, High = 4, Type = DType.Int64 })
        {
            Call = "m(a.log_softmax(2), b, torch.tensor([6, 5]), torch.tensor([3, 2]))", Run = (m, x) => [((CTCLoss)m).Forward(x[0].LogSoftmax(2), x[1], [6, 5], [3, 2])],
        },
        new("CTCLoss.blank", () => new CTCLoss(3, Reduction.None), "nn.CTCLoss(blank=3, reduction='none')", new Input(6, 2, 4), Input.Index(3, 4))
        {
            Call = "m(a.log_softmax(2), b, torch.tensor([6, 6]), torch.tensor([3, 1]))", Run = (m, x) => [((CTCLoss)m).Forward(x[0].LogSoftmax(2), x[1], [6, 6], [3, 1])],
        },
        Two("FocalLoss", () => new FocalLoss(), "restated.FocalLoss()", Scores, Labels),
        Two("FocalLoss.weight", () => new FocalLoss(1.5, Weights(), ignoreIndex: 0, Reduction.Sum), "restated.FocalLoss(1.5, torch.tensor([.5, 1, 2]), ignore_index=0, reduction='sum')", Scores, Labels),
        Two("SigmoidFocalLoss", () => new SigmoidFocalLoss(), "restated.SigmoidFocalLoss()", Scores, Chances),
        Two("DiceLoss", () => new DiceLoss(), "restated.DiceLoss()", Chances, Chances),
        Two("DiceLoss.channels", () => new DiceLoss(0.5, 2, Reduction.None), "restated.DiceLoss(0.5, 2, reduction='none')", new Input(2, 3, 4) { Low = 0 }, new Input(2, 3, 4) { Low = 0 }),
        Two("InfoNCELoss", () => new InfoNCELoss(), "restated.InfoNCELoss()", Scores, Scores) with { Run = (m, x) => [((InfoNCELoss)m).Forward(x[0], x[1])] },
        Three("InfoNCELoss.negative", () => new InfoNCELoss(0.5), "restated.InfoNCELoss(0.5)", Scores, Scores, new Input(5, 3)),
    ];

    private static Input Apart => new(4, 3) { Low = 0.5 };

    private static Input Low => new(4, 3) { High = 0.3 };

    private static Tensor Weights() => Tensor.From<double>(ClassWeights).To(DType.Float32);

    private static LayerRow Two(string name, Func<Module> make, string torch, Input a, Input b) => new(name, make, torch, a, b)
    {
        Call = "m(a, b)",
        Run = (m, x) => [((Loss)m).Forward(x[0], x[1])],
    };

    private static LayerRow Three(string name, Func<Module> make, string torch, Input a, Input b, Input c) => new(name, make, torch, a, b, c)
    {
        Call = "m(a, b, c)",
        Run = (module, x) => [module switch
        {
            GaussianNLLLoss m => m.Forward(x[0], x[1], x[2]),
            TripletMarginLoss m => m.Forward(x[0], x[1], x[2]),
            TripletMarginWithDistanceLoss m => m.Forward(x[0], x[1], x[2]),
            _ => ((InfoNCELoss)module).Forward(x[0], x[1], x[2]),
        }],
    };
}
