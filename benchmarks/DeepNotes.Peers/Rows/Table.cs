namespace DeepNotes.Peers.Rows;

/// <summary>All rows by name. A row is made when its turn comes and dropped after it.</summary>
static class Table
{
    public static IReadOnlyList<(string Name, Func<Row> Make)> Rows { get; } =
        [.. ProductRows.All, .. ConvolutionRows.All, .. ElementwiseRows.All, .. TrainingRows.All, .. ModelRows.All, .. InferenceRows.All, .. SequenceRows.All, .. QuantizedRows.All];

    /// <summary>Those of them that train, each side by itself: the comparison of memory.</summary>
    public static IReadOnlyList<(string Name, Func<TrainingPlan> Make)> Plans { get; } = [.. TrainingRows.Plans, .. ModelRows.Plans];
}
