using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class DenseRows
{
    public static LayerRow[] All { get; } =
    [
        new("Linear", () => new Linear(5, 3), "nn.Linear(5, 3)", new Input(2, 4, 5)),
        new("Linear.no_bias", () => new Linear(5, 3, bias: false), "nn.Linear(5, 3, bias=False)", new Input(5)),
        Pair("Bilinear", () => new Bilinear(3, 4, 2), "nn.Bilinear(3, 4, 2)", new Input(2, 5, 3), new Input(2, 5, 4)),
        Pair("Bilinear.no_bias", () => new Bilinear(3, 4, 2, bias: false), "nn.Bilinear(3, 4, 2, bias=False)", new Input(6, 3), new Input(6, 4)),
        new("Identity", () => new Identity(), "nn.Identity()", new Input(2, 3)),
        new("Flatten", () => new Flatten(), "nn.Flatten()", new Input(2, 3, 4, 2)),
        new("Flatten.middle", () => new Flatten(1, -2), "nn.Flatten(1, -2)", new Input(2, 3, 4, 2)),
        new("Unflatten", () => new Unflatten(1, 2, 3), "nn.Unflatten(1, (2, 3))", new Input(2, 6, 2)),
        new("Unflatten.last", () => new Unflatten(-1, 4, -1), "nn.Unflatten(-1, (4, -1))", new Input(2, 12)),
        new("Dropout", () => new Dropout(0.3), "nn.Dropout(0.3)", new Input(4, 6)) { IsRandom = true },
        new("Dropout.none", () => new Dropout(0), "nn.Dropout(0.)", new Input(4, 6)),
        new("Dropout.all", () => new Dropout(1), "nn.Dropout(1.)", new Input(4, 6)),
        new("Dropout1d", () => new Dropout1d(0.3), "nn.Dropout1d(0.3)", new Input(2, 3, 4)) { IsRandom = true },
        new("Dropout2d", () => new Dropout2d(0.3), "nn.Dropout2d(0.3)", new Input(2, 3, 4, 4)) { IsRandom = true },
        new("Dropout3d", () => new Dropout3d(0.3), "nn.Dropout3d(0.3)", new Input(2, 3, 2, 2, 2)) { IsRandom = true },
        new("AlphaDropout", () => new AlphaDropout(0.3), "nn.AlphaDropout(0.3)", new Input(4, 6)) { IsRandom = true },
        new("AlphaDropout.none", () => new AlphaDropout(0), "nn.AlphaDropout(0.)", new Input(4, 6)),
        new("FeatureAlphaDropout", () => new FeatureAlphaDropout(0.3), "nn.FeatureAlphaDropout(0.3)", new Input(2, 3, 4)) { IsRandom = true },
        Pair("CosineSimilarity", () => new CosineSimilarity(), "nn.CosineSimilarity()", new Input(3, 5, 2), new Input(3, 5, 2)),
        Pair("CosineSimilarity.last", () => new CosineSimilarity(-1, 1e-3), "nn.CosineSimilarity(-1, 1e-3)", new Input(3, 5), new Input(3, 5)),
        Pair("PairwiseDistance", () => new PairwiseDistance(), "nn.PairwiseDistance()", new Input(3, 5), new Input(3, 5)),
        Pair("PairwiseDistance.p3", () => new PairwiseDistance(3, 1e-3, keepDim: true), "nn.PairwiseDistance(3, 1e-3, keepdim=True)", new Input(3, 5), new Input(3, 5)),
    ];

    private static LayerRow Pair(string name, Func<Module> make, string torch, Input a, Input b) => new(name, make, torch, a, b)
    {
        Call = "m(a, b)",
        Run = (module, x) => [module switch
        {
            Bilinear m => m.Forward(x[0], x[1]),
            CosineSimilarity m => m.Forward(x[0], x[1]),
            _ => ((PairwiseDistance)module).Forward(x[0], x[1]),
        }],
    };
}
