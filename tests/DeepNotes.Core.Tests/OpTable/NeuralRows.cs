namespace DeepNotes.OpTable;

/// <summary>What neural networks are made of, by subject.</summary>
public static class NeuralRows
{
    private static readonly Input A = new(4, 6);

    public static IEnumerable<Row> All =>
    [
        .. ConvolutionRows.All, .. PoolingRows.All, .. ResamplingRows.All, .. LossRows.All, .. ClassLossRows.All, .. NormalizationRows.All, .. AttentionRows.All,
        new("glu",
            new Case(x => x[0].Glu(), "F.glu(a)", A),
            new Case(x => x[0].Glu(1), "F.glu(a, 1)", A.In(2, 4, 3)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Glu(), "[2, 3]"), Wrong.Shape(() => Tensor.Ones([2, 4]).Glu(2), "[2, 4]")],
        },
    ];
}
