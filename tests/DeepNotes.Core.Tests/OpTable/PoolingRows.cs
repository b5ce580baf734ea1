namespace DeepNotes.OpTable;

/// <summary>Pooling by windows and to a given size.</summary>
public static class PoolingRows
{
    private static readonly Input A = new(3, 4);

    public static IEnumerable<Row> All =>
    [
        new("max_pool2d_ceil",
            Max(x => x.MaxPool2dWithIndices((2, 3), ceilMode: true), "F.max_pool2d(a, (2, 3), ceil_mode=True, return_indices=True)", 2, 2, 5, 7),
            Max(x => x.MaxPool2dWithIndices((3, 2), (2, 3), (1, 1), ceilMode: true), "F.max_pool2d(a, (3, 2), (2, 3), 1, 1, True, True)", 2, 4, 6),
            Max(x => x.MaxPool2dWithIndices((2, 2), ceilMode: true), "F.max_pool2d(a, 2, ceil_mode=True, return_indices=True)", 1, 1, 5, 9)),
        new("max_pool1d",
            Max(x => x.MaxPool1dWithIndices(2), "F.max_pool1d(a, 2, return_indices=True)", 2, 3, 7),
            Max(x => x.MaxPool1dWithIndices(3, 2, 1, 2), "F.max_pool1d(a, 3, 2, 1, 2, return_indices=True)", 2, 9),
            Max(x => x.MaxPool1dWithIndices(3, 2, 1, 1, true), "F.max_pool1d(a, 3, 2, 1, 1, True, True)", 1, 2, 8),
            new Case(x => x[0].MaxPool1d(2), "F.max_pool1d(a, 2)", new Input(1, 1, 6) { Distinct = true }))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4]).MaxPool1d(2), "[4]"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 2]).MaxPool1d(3), "3", "2"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 4]).MaxPool1d(2, padding: 2), "half"),
                Wrong.Type(() => Tensor.Ones([1, 1, 4], DType.Int64).MaxPool1d(2), "Int64"),
                Wrong.Range(() => Tensor.Ones([1, 1, 4]).MaxPool1d(0), "kernel"),
            ],
        },
        new("max_pool3d",
            Max(x => x.MaxPool3dWithIndices((2, 2, 2)), "F.max_pool3d(a, 2, return_indices=True)", 2, 2, 4, 5, 4),
            Max(x => x.MaxPool3dWithIndices((3, 2, 2), (2, 1, 2), (1, 0, 1), (1, 2, 1)), "F.max_pool3d(a, (3, 2, 2), (2, 1, 2), (1, 0, 1), (1, 2, 1), return_indices=True)", 2, 4, 4, 3),
            Max(x => x.MaxPool3dWithIndices((2, 2, 2), ceilMode: true), "F.max_pool3d(a, 2, ceil_mode=True, return_indices=True)", 1, 1, 3, 5, 3),
            new Case(x => x[0].MaxPool3d((1, 2, 2)), "F.max_pool3d(a, (1, 2, 2))", new Input(1, 1, 2, 4, 4) { Distinct = true }))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4, 4, 4]).MaxPool3d((2, 2, 2)), "[4, 4, 4]"),
                Wrong.Shape(() => Tensor.Ones([1, 2, 4, 4]).MaxPool3d((3, 2, 2)), "(3, 2, 2)", "2×4×4"),
                Wrong.Range(() => Tensor.Ones([1, 2, 4, 4]).MaxPool3d((1, 2, 2), (0, 1, 1)), "stride"),
            ],
        },
        new("avg_pool1d",
            new Case(x => x[0].AvgPool1d(2), "F.avg_pool1d(a, 2)", A.In(2, 3, 7)),
            new Case(x => x[0].AvgPool1d(3, 2, 1, true, false), "F.avg_pool1d(a, 3, 2, 1, True, False)", A.In(2, 6)),
            new Case(x => x[0].AvgPool1d(3, 2, 1, true), "F.avg_pool1d(a, 3, 2, 1, True)", A.In(1, 2, 6)))
        {
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4]).AvgPool1d(2), "[4]"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 2]).AvgPool1d(3), "3", "2"),
                Wrong.Type(() => Tensor.Ones([1, 1, 4], DType.Int64).AvgPool1d(2), "Int64"),
                Wrong.Range(() => Tensor.Ones([1, 1, 4]).AvgPool1d(2, 0), "stride"),
            ],
        },
        new("avg_pool2d",
            new Case(x => x[0].AvgPool2d((2, 2)), "F.avg_pool2d(a, 2)", A.In(2, 3, 4, 5)),
            new Case(x => x[0].AvgPool2d((3, 2), (2, 1), (1, 1)), "F.avg_pool2d(a, (3, 2), (2, 1), 1)", A.In(1, 2, 5, 4)),
            new Case(x => x[0].AvgPool2d((3, 3), (2, 2), (1, 1), true, false), "F.avg_pool2d(a, 3, 2, 1, True, False)", A.In(2, 6, 4)),
            new Case(x => x[0].AvgPool2d((2, 3), null, null, true), "F.avg_pool2d(a, (2, 3), ceil_mode=True)", A.In(1, 2, 5, 4)),
            new Case(x => x[0].AvgPool2d((2, 2), (1, 1), (1, 0), divisorOverride: 3), "F.avg_pool2d(a, 2, 1, (1, 0), divisor_override=3)", A.In(1, 2, 3, 4)),
            new Case(x => x[0].AvgPool2d((2, 2)), "F.avg_pool2d(a, 2)", A.In(0, 3, 4, 4)))
        {
            StridesKeepBits = false,
            Large = [new Case(x => x[0].AvgPool2d((3, 3), (2, 2), (1, 1)), "", A.In(8, 16, 40, 41))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4, 4]).AvgPool2d((2, 2)), "[4, 4]"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 2, 2]).AvgPool2d((3, 3)), "2×2"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 4, 4]).AvgPool2d((2, 2), padding: (2, 0)), "half"),
                Wrong.Range(() => Tensor.Ones([1, 1, 4, 4]).AvgPool2d((2, 2), divisorOverride: 0), "0"),
            ],
        },
        new("avg_pool3d",
            new Case(x => x[0].AvgPool3d((2, 2, 2)), "F.avg_pool3d(a, 2)", A.In(2, 2, 3, 4, 4)),
            new Case(x => x[0].AvgPool3d((3, 2, 2), (2, 1, 2), (1, 1, 0), true, false), "F.avg_pool3d(a, (3, 2, 2), (2, 1, 2), (1, 1, 0), True, False)", A.In(2, 4, 3, 3)),
            new Case(x => x[0].AvgPool3d((2, 2, 2), (1, 1, 1), divisorOverride: 5), "F.avg_pool3d(a, 2, 1, divisor_override=5)", A.In(1, 1, 3, 3, 3)))
        {
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([4, 4, 4]).AvgPool3d((2, 2, 2)), "[4, 4, 4]"), Wrong.Shape(() => Tensor.Ones([1, 1, 4, 4]).AvgPool3d((2, 2, 2)), "1×4×4")],
        },
        new("lp_pool1d",
            new Case(x => x[0].LpPool1d(2, 3), "F.lp_pool1d(a, 2, 3)", Positive(2, 3, 7)),
            new Case(x => x[0].LpPool1d(3, 2, 3, true), "F.lp_pool1d(a, 3, 2, 3, True)", Positive(2, 2, 7)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([4]).LpPool1d(2, 2), "[4]")],
        },
        new("lp_pool2d",
            new Case(x => x[0].LpPool2d(2, (2, 3)), "F.lp_pool2d(a, 2, (2, 3))", Positive(2, 3, 4, 6)),
            new Case(x => x[0].LpPool2d(1.5, (2, 2), (2, 1), true), "F.lp_pool2d(a, 1.5, 2, (2, 1), True)", Positive(1, 2, 5, 4)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([4, 4]).LpPool2d(2, (2, 2)), "[4, 4]"), Wrong.Range(() => Tensor.Ones([1, 4, 4]).LpPool2d(2, (2, 0)), "kernel")],
        },
        new("lp_pool3d",
            new Case(x => x[0].LpPool3d(2, (2, 2, 3)), "(F.avg_pool3d(a.pow(2), (2, 2, 3)) * 12).pow(0.5)", Positive(2, 2, 4, 3, 6)),
            new Case(x => x[0].LpPool3d(3, (2, 1, 2), (2, 1, 1), true), "(F.avg_pool3d(a.pow(3), (2, 1, 2), (2, 1, 1), 0, True) * 4).pow(1 / 3)", Positive(2, 3, 2, 3)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([4, 4, 4]).LpPool3d(2, (2, 2, 2)), "[4, 4, 4]"), Wrong.Range(() => Tensor.Ones([1, 4, 4, 4]).LpPool3d(2, (2, 0, 2)), "kernel")],
        },
        new("max_unpool",
            Unpool(x => x.MaxPool1dWithIndices(2), (v, i) => v.MaxUnpool1d(i, 2), "F.max_unpool1d(*F.max_pool1d(a, 2, return_indices=True), 2)", 2, 3, 6),
            Unpool(x => x.MaxPool1dWithIndices(3), (v, i) => v.MaxUnpool1d(i, 3, outputSize: 8), "F.max_unpool1d(*F.max_pool1d(a, 3, return_indices=True), 3, output_size=[8])", 2, 8),
            Unpool(x => x.MaxPool2dWithIndices((2, 3)), (v, i) => v.MaxUnpool2d(i, (2, 3)), "F.max_unpool2d(*F.max_pool2d(a, (2, 3), return_indices=True), (2, 3))", 2, 2, 4, 6),
            Unpool(x => x.MaxPool2dWithIndices((2, 2)), (v, i) => v.MaxUnpool2d(i, (2, 2), outputSize: (5, 4)), "F.max_unpool2d(*F.max_pool2d(a, 2, return_indices=True), 2, output_size=[5, 4])", 3, 5, 4),
            Unpool(x => x.MaxPool2dWithIndices((2, 2), null, (1, 1)), (v, i) => v.MaxUnpool2d(i, (2, 2), null, (1, 1)), "F.max_unpool2d(*F.max_pool2d(a, 2, 2, 1, return_indices=True), 2, 2, 1)", 1, 2, 4, 4),
            Unpool(x => x.MaxPool3dWithIndices((2, 1, 2)), (v, i) => v.MaxUnpool3d(i, (2, 1, 2)), "F.max_unpool3d(*F.max_pool3d(a, (2, 1, 2), return_indices=True), (2, 1, 2))", 1, 2, 4, 2, 4))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([1, 2, 3]).MaxUnpool1d(Tensor.Zeros([1, 2, 2], DType.Int64), 2), "[1, 2, 3]", "[1, 2, 2]"),
                Wrong.Shape(() => Tensor.Ones([1, 2, 3]).MaxUnpool1d(Tensor.Zeros([1, 2, 3], DType.Int64), 2, outputSize: 9), "9", "6"),
                Wrong.Shape(() => Tensor.Ones([2, 3]).MaxUnpool2d(Tensor.Zeros([2, 3], DType.Int64), (2, 2)), "[2, 3]"),
                Wrong.Type(() => Tensor.Ones([1, 2, 3]).MaxUnpool1d(Tensor.Zeros([1, 2, 3]), 2), "Int64"),
                Wrong.Range(() => Tensor.Ones([1, 2, 3]).MaxUnpool1d(Tensor.Full([1, 2, 3], 6, DType.Int64), 2), "6"),
                Wrong.Range(() => Tensor.Ones([1, 1, 2, 3]).MaxUnpool3d(Tensor.Zeros([1, 1, 2, 3], DType.Int64), (1, 0, 1)), "kernel"),
            ],
        },
        new("adaptive_avg_pool",
            new Case(x => x[0].AdaptiveAvgPool1d(3), "F.adaptive_avg_pool1d(a, 3)", A.In(2, 3, 7)),
            new Case(x => x[0].AdaptiveAvgPool2d((3, 2)), "F.adaptive_avg_pool2d(a, (3, 2))", A.In(1, 2, 7, 6)),
            new Case(x => x[0].AdaptiveAvgPool2d((5, 4)), "F.adaptive_avg_pool2d(a, (5, 4))", A.In(2, 3, 4)),
            new Case(x => x[0].AdaptiveAvgPool3d((2, 3, 1)), "F.adaptive_avg_pool3d(a, (2, 3, 1))", A.In(1, 2, 3, 5, 2)))
        {
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4, 4]).AdaptiveAvgPool2d((2, 2)), "[4, 4]"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 0, 4]).AdaptiveAvgPool2d((2, 2)), "[1, 1, 0, 4]"),
                Wrong.Type(() => Tensor.Ones([1, 4], DType.Int64).AdaptiveAvgPool1d(2), "Int64"),
                Wrong.Range(() => Tensor.Ones([1, 4, 4, 4]).AdaptiveAvgPool3d((2, 0, 2)), "(2, 0, 2)"),
            ],
        },
        new("adaptive_max_pool",
            Max(x => x.AdaptiveMaxPool1d(3), "F.adaptive_max_pool1d(a, 3, return_indices=True)", 2, 3, 7),
            Max(x => x.AdaptiveMaxPool2d((3, 2)), "F.adaptive_max_pool2d(a, (3, 2), return_indices=True)", 1, 2, 7, 6),
            Max(x => x.AdaptiveMaxPool2d((5, 4)), "F.adaptive_max_pool2d(a, (5, 4), return_indices=True)", 2, 3, 4),
            Max(x => x.AdaptiveMaxPool3d((2, 3, 1)), "F.adaptive_max_pool3d(a, (2, 3, 1), return_indices=True)", 1, 2, 3, 5, 2))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4, 4]).AdaptiveMaxPool2d((2, 2)), "[4, 4]"),
                Wrong.Range(() => Tensor.Ones([4, 4]).AdaptiveMaxPool1d(0), "output size (0)"),
            ],
        },
    ];

    private static Input Positive(params int[] lengths) => new(lengths) { Low = 0.5, High = 2 };

    private static Case Unpool(Func<Tensor, (Tensor Values, Tensor Indices)> pool, Func<Tensor, Tensor, Tensor> unpool, string torch, params int[] lengths) =>
        new(x =>
        {
            var (values, indices) = pool(x[0]);
            return unpool(values, indices);
        }, torch, new Input(lengths) { Distinct = true });

    private static Case Max(Func<Tensor, (Tensor Values, Tensor Indices)> run, string torch, params int[] lengths) =>
        new(x =>
        {
            var (values, indices) = run(x[0]);
            return [values, indices];
        }, torch, new Input(lengths) { Distinct = true });
}
