namespace DeepNotes.Peers.Rows;

/// <summary>All rows by name. A row is made when its turn comes and dropped after it.</summary>
static class Table
{
    public static IReadOnlyList<(string Name, Func<Row> Make)> Rows { get; } =
        [.. ProductRows.All, .. ConvolutionRows.All, .. ElementwiseRows.All, .. TrainingRows.All, .. ModelRows.All, .. InferenceRows.All, .. SequenceRows.All];
}
