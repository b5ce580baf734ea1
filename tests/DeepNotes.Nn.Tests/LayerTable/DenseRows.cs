using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class DenseRows
{
    public static LayerRow[] All { get; } =
    [
        new("Linear", () => new Linear(5, 3), "nn.Linear(5, 3)", new Input(2, 4, 5)),
        new("Linear.no_bias", () => new Linear(5, 3, bias: false), "nn.Linear(5, 3, bias=False)", new Input(5)),
        new("Dropout", () => new Dropout(0.3), "nn.Dropout(0.3)", new Input(4, 6)) { IsRandom = true },
    ];
}
