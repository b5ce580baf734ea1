using DeepNotes.IO;

namespace DeepNotes.Nn.Tests.LayerTable;

/// <summary>PyTorch's results for a row: written by tests/goldens/generate_layers.py from the row's own description.</summary>
internal sealed class LayerGolden
{
    private readonly IReadOnlyDictionary<string, Tensor> tensors;

    private LayerGolden(IReadOnlyDictionary<string, Tensor> tensors) => this.tensors = tensors;

    public static LayerGolden Of(LayerRow row)
    {
        string path = Path.Combine(AppContext.BaseDirectory, "goldens", "layers", row.Name + ".safetensors");
        Assert.True(File.Exists(path), $"{row.Name} has no golden values yet: run tests/goldens/generate_layers.py {row.Name}");
        var tensors = Safetensors.Load(path, out var metadata);
        Assert.True(metadata["description"] == row.Describe(), $"The golden values of {row.Name} were made from another description: run tests/goldens/generate_layers.py {row.Name}");
        return new LayerGolden(tensors);
    }

    public Tensor? Find(string key) => tensors.GetValueOrDefault(key);

    public Tensor[] Several(string prefix)
    {
        var found = new List<Tensor>();
        while (Find($"{prefix}{found.Count}") is { } tensor) found.Add(tensor);
        return [.. found];
    }

    /// <summary>All tensors below a prefix, without it, in the file's order.</summary>
    public OrderedDictionary<string, Tensor> Below(string prefix) =>
        new(tensors.Where(t => t.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(t => KeyValuePair.Create(t.Key[prefix.Length..], t.Value)));
}
