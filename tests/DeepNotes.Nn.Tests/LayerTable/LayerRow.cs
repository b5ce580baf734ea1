using System.Text;
using System.Text.Json;
using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

/// <summary>
/// One way to configure one layer: ours, PyTorch's expression for it (of nn, F, torch, or a class of tests/goldens/restated.py
/// where PyTorch 1.13 has none), and sample inputs. All checks of <see cref="LayerChecks"/> follow from that.
/// </summary>
/// <param name="Name">What the golden file is called.</param>
/// <param name="Make">Our layer, freshly initialised.</param>
/// <param name="Torch">PyTorch's layer, an expression.</param>
/// <param name="Inputs">What it is called with.</param>
public sealed record LayerRow(string Name, Func<Module> Make, string Torch, params Input[] Inputs)
{
    /// <summary>How ours is called; by default Forward of a layer on the only input.</summary>
    public Func<Module, Tensor[], Tensor[]> Run { get; init; } = (layer, x) => [((ILayer)layer).Forward(x[0])];

    /// <summary>How PyTorch's is called: an expression of m and a, b, c, d … that gives a tensor or a tuple of tensors.</summary>
    public string Call { get; init; } = "m(a)";

    /// <summary>False where the gradient is not meant to be that of the result, so that finite differences cannot check it; the row says why.</summary>
    public bool IsSmooth { get; init; } = true;

    /// <summary>False where training moves numbers along that are no part of the gradient, so that it is that of evaluation that is checked.</summary>
    public bool IsSmoothInTraining { get; init; } = true;

    /// <summary>True where training draws random numbers, so that only evaluation has PyTorch's values.</summary>
    public bool IsRandom { get; init; }

    /// <summary>False for layers whose initial parameters are compared elsewhere.</summary>
    public bool HasTorchInit { get; init; } = true;

    /// <summary>|error| ≤ tolerance·(1 + |value|) in Float64.</summary>
    public double Tolerance { get; init; } = 1e-10;

    public override string ToString() => Name;

    /// <summary>What the golden values are made from; they carry it with them, so that a stale file is noticed.</summary>
    public string Describe()
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("name", Name);
            json.WriteString("torch", Torch);
            json.WriteString("call", Call);
            json.WriteBoolean("random", IsRandom);
            json.WriteStartArray("inputs");
            foreach (Input input in Inputs) input.Describe(json);
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(stream.ToArray());
    }
}
