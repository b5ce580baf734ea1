using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class PoolingRows
{
    public static LayerRow[] All { get; } =
    [
        new("MaxPool1d", () => new MaxPool1d(2), "nn.MaxPool1d(2)", Distinct(2, 3, 7)),
        new("MaxPool1d.ceil", () => new MaxPool1d(3, stride: 2, padding: 1, dilation: 2, ceilMode: true), "nn.MaxPool1d(3, stride=2, padding=1, dilation=2, ceil_mode=True)", Distinct(3, 8)),
        new("MaxPool2d", () => new MaxPool2d(2), "nn.MaxPool2d(2)", Distinct(2, 2, 5, 4)),
        new("MaxPool2d.ceil", () => new MaxPool2d((3, 2), stride: (2, 1), padding: (1, 0), dilation: (1, 2), ceilMode: true), "nn.MaxPool2d((3, 2), stride=(2, 1), padding=(1, 0), dilation=(1, 2), ceil_mode=True)", Distinct(1, 2, 6, 5)),
        new("MaxPool3d", () => new MaxPool3d(2, stride: 1), "nn.MaxPool3d(2, stride=1)", Distinct(1, 2, 3, 3, 3)),
        new("MaxPool3d.ceil", () => new MaxPool3d((2, 1, 3), padding: (1, 0, 1), ceilMode: true), "nn.MaxPool3d((2, 1, 3), padding=(1, 0, 1), ceil_mode=True)", Distinct(2, 3, 3, 4)),
        new("MaxPool2d.indices", () => new MaxPool2d(2, stride: 1), "nn.MaxPool2d(2, stride=1, return_indices=True)", Distinct(1, 2, 4, 4)) { Run = (m, x) => Both(((MaxPool2d)m).ForwardWithIndices(x[0])) },
        new("MaxPool1d.indices", () => new MaxPool1d(2), "nn.MaxPool1d(2, return_indices=True)", Distinct(1, 2, 6)) { Run = (m, x) => Both(((MaxPool1d)m).ForwardWithIndices(x[0])) },
        new("MaxPool3d.indices", () => new MaxPool3d(2), "nn.MaxPool3d(2, return_indices=True)", Distinct(1, 2, 4, 2, 4)) { Run = (m, x) => Both(((MaxPool3d)m).ForwardWithIndices(x[0])) },
        new("MaxUnpool1d", () => new MaxUnpool1d(2), "nn.MaxUnpool1d(2)", Distinct(1, 2, 6)) { Call = "m(*F.max_pool1d(a, 2, return_indices=True))", Run = (m, x) => [Undo(x[0].MaxPool1dWithIndices(2), (v, i) => ((MaxUnpool1d)m).Forward(v, i))] },
        new("MaxUnpool2d", () => new MaxUnpool2d(2), "nn.MaxUnpool2d(2)", Distinct(1, 2, 4, 6)) { Call = "m(*F.max_pool2d(a, 2, return_indices=True))", Run = (m, x) => [Undo(x[0].MaxPool2dWithIndices((2, 2)), (v, i) => ((MaxUnpool2d)m).Forward(v, i))] },
        new("MaxUnpool2d.size", () => new MaxUnpool2d((2, 3)), "nn.MaxUnpool2d((2, 3))", Distinct(1, 2, 5, 7)) { Call = "m(*F.max_pool2d(a, (2, 3), return_indices=True), output_size=(5, 7))", Run = (m, x) => [Undo(x[0].MaxPool2dWithIndices((2, 3)), (v, i) => ((MaxUnpool2d)m).Forward(v, i, (5, 7)))] },
        new("MaxUnpool3d", () => new MaxUnpool3d(2), "nn.MaxUnpool3d(2)", Distinct(1, 2, 4, 2, 2)) { Call = "m(*F.max_pool3d(a, 2, return_indices=True))", Run = (m, x) => [Undo(x[0].MaxPool3dWithIndices((2, 2, 2)), (v, i) => ((MaxUnpool3d)m).Forward(v, i))] },
        new("AvgPool1d", () => new AvgPool1d(3), "nn.AvgPool1d(3)", new Input(2, 3, 7)),
        new("AvgPool1d.ceil", () => new AvgPool1d(3, stride: 2, padding: 1, ceilMode: true, countIncludePad: false), "nn.AvgPool1d(3, stride=2, padding=1, ceil_mode=True, count_include_pad=False)", new Input(3, 8)),
        new("AvgPool2d", () => new AvgPool2d((2, 3)), "nn.AvgPool2d((2, 3))", new Input(2, 2, 5, 6)),
        new("AvgPool2d.ceil", () => new AvgPool2d(3, stride: 2, padding: 1, ceilMode: true), "nn.AvgPool2d(3, stride=2, padding=1, ceil_mode=True)", new Input(1, 2, 6, 5)),
        new("AvgPool2d.divisor", () => new AvgPool2d(2, stride: 1, padding: 1, divisorOverride: 3), "nn.AvgPool2d(2, stride=1, padding=1, divisor_override=3)", new Input(1, 2, 3, 3)),
        new("AvgPool3d", () => new AvgPool3d(2), "nn.AvgPool3d(2)", new Input(1, 2, 4, 2, 3)),
        new("AvgPool3d.without_padding", () => new AvgPool3d((2, 2, 1), stride: 1, padding: (1, 0, 0), countIncludePad: false), "nn.AvgPool3d((2, 2, 1), stride=1, padding=(1, 0, 0), count_include_pad=False)", new Input(2, 2, 3, 2)),
        new("AdaptiveAvgPool1d", () => new AdaptiveAvgPool1d(3), "nn.AdaptiveAvgPool1d(3)", new Input(2, 3, 7)),
        new("AdaptiveAvgPool2d", () => new AdaptiveAvgPool2d((3, 2)), "nn.AdaptiveAvgPool2d((3, 2))", new Input(2, 2, 5, 4)),
        new("AdaptiveAvgPool2d.one", () => new AdaptiveAvgPool2d(1), "nn.AdaptiveAvgPool2d(1)", new Input(2, 5, 4)),
        new("AdaptiveAvgPool2d.open", () => new AdaptiveAvgPool2d(null, 2), "nn.AdaptiveAvgPool2d((None, 2))", new Input(2, 2, 5, 4)),
        new("AdaptiveAvgPool3d.open", () => new AdaptiveAvgPool3d(2, null, 3), "nn.AdaptiveAvgPool3d((2, None, 3))", new Input(1, 2, 3, 4, 5)),
        new("AdaptiveAvgPool3d", () => new AdaptiveAvgPool3d((2, 1, 3)), "nn.AdaptiveAvgPool3d((2, 1, 3))", new Input(1, 2, 3, 4, 5)),
        new("AdaptiveMaxPool1d", () => new AdaptiveMaxPool1d(3), "nn.AdaptiveMaxPool1d(3)", Distinct(2, 3, 7)),
        new("AdaptiveMaxPool2d", () => new AdaptiveMaxPool2d((3, 2)), "nn.AdaptiveMaxPool2d((3, 2))", Distinct(2, 2, 5, 4)),
        new("AdaptiveMaxPool2d.indices", () => new AdaptiveMaxPool2d(2), "nn.AdaptiveMaxPool2d(2, return_indices=True)", Distinct(1, 2, 5, 3)) { Run = (m, x) => Both(((AdaptiveMaxPool2d)m).ForwardWithIndices(x[0])) },
        new("AdaptiveMaxPool2d.open", () => new AdaptiveMaxPool2d(3, null), "nn.AdaptiveMaxPool2d((3, None))", Distinct(2, 2, 5, 4)),
        new("AdaptiveMaxPool3d.open", () => new AdaptiveMaxPool3d(null, 2, null), "nn.AdaptiveMaxPool3d((None, 2, None))", Distinct(1, 2, 3, 4, 5)),
        new("AdaptiveMaxPool3d", () => new AdaptiveMaxPool3d((2, 1, 3)), "nn.AdaptiveMaxPool3d((2, 1, 3))", Distinct(1, 2, 3, 4, 5)),
        new("LPPool1d", () => new LPPool1d(2, 3), "nn.LPPool1d(2, 3)", Positive(2, 3, 7)),
        new("LPPool1d.ceil", () => new LPPool1d(3, 3, stride: 2, ceilMode: true), "nn.LPPool1d(3, 3, stride=2, ceil_mode=True)", Positive(2, 3, 8)),
        new("LPPool2d", () => new LPPool2d(1.5, (2, 3)), "nn.LPPool2d(1.5, (2, 3))", Positive(1, 2, 4, 6)),
        new("LPPool3d", () => new LPPool3d(2, 2, stride: 1), "restated.LPPool3d(2, 2, 1)", Positive(1, 2, 3, 2, 3)),
    ];

    private static Input Distinct(params int[] lengths) => new(lengths) { Distinct = true };

    private static Input Positive(params int[] lengths) => new(lengths) { Low = 0.2 };

    private static Tensor[] Both((Tensor Values, Tensor Indices) result) => [result.Values, result.Indices];

    private static Tensor Undo((Tensor Values, Tensor Indices) pooled, Func<Tensor, Tensor, Tensor> unpool) => unpool(pooled.Values, pooled.Indices);
}
