namespace DeepNotes.Nn.Tests.LayerTable;

/// <summary>
/// Every layer, in each of its configurations that differ, one row each. A new layer adds a row;
/// tests/goldens/generate_layers.py then writes PyTorch's results for it, and the checks run on it without further code.
/// </summary>
internal static class Layers
{
    public static IReadOnlyList<LayerRow> All { get; } =
    [
        .. DenseRows.All,
        .. ConvolutionRows.All,
        .. PoolingRows.All,
        .. ResizingRows.All,
        .. NormRows.All,
        .. ActivationRows.All,
        .. LossRows.All,
        .. AttentionRows.All,
        .. EmbeddingRows.All,
        .. RecurrentRows.All,
    ];

    private static readonly Dictionary<string, LayerRow> ByName = All.ToDictionary(row => row.Name);

    public static LayerRow Of(string name) => ByName[name];
}
