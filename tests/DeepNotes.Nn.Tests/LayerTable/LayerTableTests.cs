namespace DeepNotes.Nn.Tests.LayerTable;

/// <summary>Every check on every row of the layer table, a test case each.</summary>
public sealed class LayerTableTests
{
    private const string WriteTo = "DEEPNOTES_LAYER_TABLE";

    public static IEnumerable<TheoryDataRow<string>> Rows(string kind) => Layers.All.Where(row => kind switch
    {
        "all" => true,
        "smooth" => row.IsSmooth,
        "init" => row.HasTorchInit,
        _ => throw new ArgumentException(kind),
    }).Select(row => new TheoryDataRow<string>(row.Name));

    [Theory, MemberData(nameof(Rows), "all")]
    public void State_dict_has_the_keys_and_shapes_of_PyTorch_in_its_order(string row) => LayerChecks.Keys(Layers.Of(row));

    [Theory, MemberData(nameof(Rows), "all")]
    public void Results_and_gradients_are_those_of_PyTorch(string row) => LayerChecks.Values(Layers.Of(row), DType.Float64, Layers.Of(row).Tolerance);

    [Theory, MemberData(nameof(Rows), "all")]
    public void Results_and_gradients_in_Float32_are_near(string row) => LayerChecks.Values(Layers.Of(row), DType.Float32, 1e-4);

    [Theory, MemberData(nameof(Rows), "smooth")]
    public void Gradients_and_their_gradients_are_those_of_finite_differences(string row) => LayerChecks.Differences(Layers.Of(row));

    [Theory, MemberData(nameof(Rows), "init")]
    public void Initial_parameters_are_distributed_as_in_PyTorch(string row) => LayerChecks.Initialisation(Layers.Of(row));

    [Theory, MemberData(nameof(Rows), "all")]
    public void Clones_and_snapshots_compute_the_same(string row) => LayerChecks.Copies(Layers.Of(row));

    /// <summary>Writes the rows for the generator of the golden values, if it asks for them.</summary>
    [Fact]
    public void Every_layer_can_be_described()
    {
        string[] lines = [.. Layers.All.Select(row => row.Describe())];
        Assert.Equal(lines.Length, lines.Distinct().Count());
        if (Environment.GetEnvironmentVariable(WriteTo) is { } path) File.WriteAllLines(path, lines);
    }
}
