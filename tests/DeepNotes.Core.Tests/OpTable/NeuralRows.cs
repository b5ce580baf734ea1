namespace DeepNotes.OpTable;

/// <summary>What neural networks are made of, by subject.</summary>
public static class NeuralRows
{
    private static readonly Input A = new(4, 6);

    public static IEnumerable<Row> All =>
    [
        .. ConvolutionRows.All, .. PoolingRows.All, .. ResamplingRows.All, .. LossRows.All, .. ClassLossRows.All, .. ContrastLossRows.All, .. NormalizationRows.All, .. AttentionRows.All,
        new("softmin",
            new Case(x => x[0].Softmin(1), "F.softmin(a, 1)", A),
            new Case(x => x[0].Softmin(0), "F.softmin(a, 0)", A.In(2, 3, 4)))
        {
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Softmin(2), "[2, 3]")],
        },
        new("softmax2d",
            new Case(x => x[0].Softmax2d(), "torch.nn.Softmax2d()(a)", A.In(2, 3, 4, 2)),
            new Case(x => x[0].Softmax2d(), "torch.nn.Softmax2d()(a)", A.In(3, 2, 4)))
        {
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Softmax2d(), "[2, 3]")],
        },
        new("rrelu", new Case(x => x[0].RRelu(), "F.rrelu(a)", new Input(3, 4) { Kinks = [0] }), new Case(x => x[0].RRelu(0.3, 0.3, true, new Rng(1)), "F.rrelu(a, 0.3, 0.3, True)", new Input(3, 4) { Kinks = [0] }))
        {
            Wrong = [Wrong.Range(() => Tensor.Ones([2]).RRelu(0.5, 0.2), "0.5", "0.2"), Wrong.Type(() => Tensor.Arange(3).RRelu(), "Int64")],
        },
        new("glu",
            new Case(x => x[0].Glu(), "F.glu(a)", A),
            new Case(x => x[0].Glu(1), "F.glu(a, 1)", A.In(2, 4, 3)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Glu(), "[2, 3]"), Wrong.Shape(() => Tensor.Ones([2, 4]).Glu(2), "[2, 4]")],
        },
    ];
}
