using System.Text.Json;
using DeepNotes.IO;

namespace DeepNotes.OpTable;

/// <summary>PyTorch's results for a row: written by tests/goldens/generate.py from the row's own description.</summary>
public sealed class Goldens
{
    private readonly Dictionary<string, Tensor> tensors;
    private readonly Dictionary<string, string> metadata;

    private Goldens(Dictionary<string, Tensor> tensors, Dictionary<string, string> metadata) => (this.tensors, this.metadata) = (tensors, metadata);

    public static Goldens Of(Row row)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "goldens", "ops", row.Name + ".safetensors");
        Assert.True(File.Exists(path), $"{row.Name} has no golden values yet: run tests/goldens/generate.py {row.Name}");
        var tensors = Safetensors.Load(path, out var metadata);
        Assert.True(metadata["description"] == row.Describe(), $"The golden values of {row.Name} were made from another description: run tests/goldens/generate.py {row.Name}");
        return new Goldens(tensors, metadata);
    }

    public Tensor this[string name] => tensors[name];

    public Tensor? Find(string name) => tensors.GetValueOrDefault(name);

    public bool Has(string name) => tensors.ContainsKey(name);

    /// <summary>The names of PyTorch's result types for Float32 inputs, for each case and result.</summary>
    public DType Type(int of, int output)
    {
        using var json = JsonDocument.Parse(metadata["types"]);
        return Enum.Parse<DType>(json.RootElement[of][output].GetString()!);
    }
}
