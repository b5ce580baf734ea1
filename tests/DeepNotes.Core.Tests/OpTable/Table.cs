namespace DeepNotes.OpTable;

/// <summary>
/// Every operation, one row each. A new operation adds a row; tests/goldens/generate.py then writes PyTorch's results for it, and
/// the checks of <see cref="OpChecks"/> run on it without further code.
/// </summary>
public static class Table
{
    public static IReadOnlyList<Row> All { get; } = [.. ElementwiseRows.All, .. PointwiseRows.All, .. ViewRows.All, .. ReductionRows.All, .. ProductRows.All, .. PlaceRows.All, .. OrderRows.All, .. MaskRows.All, .. StatisticsRows.All, .. LinearAlgebraRows.All, .. GatedRows.All, .. NeuralRows.All, .. RecurrentRows.All];

    private static readonly Dictionary<string, Row> ByName = All.ToDictionary(row => row.Name);

    public static Row Of(string name) => ByName[name];
}
