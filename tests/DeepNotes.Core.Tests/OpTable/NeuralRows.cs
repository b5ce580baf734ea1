namespace DeepNotes.OpTable;

/// <summary>What neural networks are made of, by subject.</summary>
public static class NeuralRows
{
    public static IEnumerable<Row> All => [.. ConvolutionRows.All, .. PoolingRows.All, .. ResamplingRows.All, .. LossRows.All, .. ClassLossRows.All, .. NormalizationRows.All, .. AttentionRows.All];
}
