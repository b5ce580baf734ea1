namespace DeepNotes.OpTable;

/// <summary>Normalisation over batches, groups, rows and channels.</summary>
public static class NormalizationRows
{
    private static readonly Input A = new(4, 3);
    private static readonly Input C = new(3);
    private static readonly Input Variance = new(3) { Low = 0.3, High = 2 };

    public static IEnumerable<Row> All =>
    [
        new("batch_norm",
            new Case(x => x[0].BatchNorm(null, null, x[1], x[2], true), "F.batch_norm(a, None, None, b, c, True)", A.In(4, 3, 2, 3), C, C),
            new Case(x => x[0].BatchNorm(null, null, training: true, epsilon: 0.1), "F.batch_norm(a, None, None, training=True, eps=0.1)", A.In(5, 3)),
            new Case(x => x[0].BatchNorm(null, null, null, x[1], true), "F.batch_norm(a, None, None, None, b, True)", A.In(2, 3, 4), C),
            new Case(x => x[0].BatchNorm(null, null, x[1], x[2], true), "F.batch_norm(a, None, None, b, c, True)", A.In(2, 3, 3, 7), C, C),
            new Case(x => x[0].BatchNorm(Fixed(x, 1), Fixed(x, 2), x[3], null), "F.batch_norm(a, b.to(a.dtype), c.to(a.dtype), d)", A.In(2, 3, 4), Input.Index(5, 3), new Input(3) { Low = 1, High = 5, Type = DType.Int64 }, C),
            new Case(x => x[0].BatchNorm(Fixed(x, 1), Fixed(x, 2), x[3], x[3]), "F.batch_norm(a, b.to(a.dtype), c.to(a.dtype), d, d)", A, Input.Index(5, 3), new Input(3) { Low = 1, High = 5, Type = DType.Int64 }, C))
        {
            StridesKeepBits = false,
            Tolerance = new(2e-5, 1e-11),
            Large = [new Case(x => x[0].BatchNorm(null, null, x[1], x[2], true), "", A.In(8, 16, 40, 41), A.In(16), A.In(16))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3]).BatchNorm(null, null, training: true), "[3]"),
                Wrong.Shape(() => Tensor.Ones([2, 3]).BatchNorm(null, null, Tensor.Ones([2]), training: true), "[2, 3]", "[2]", "weight"),
                Wrong.Shape(() => Tensor.Ones([1, 3]).BatchNorm(null, null, training: true), "[1, 3]"),
                Wrong.Type(() => Tensor.Ones([2, 3]).BatchNorm(Tensor.Ones([3], DType.Float64), null, training: true), "Float32", "Float64"),
                new(() => Tensor.Ones([2, 3]).BatchNorm(null, null), typeof(ArgumentException), "running"),
            ],
        },
        new("batch_norm_running",
            new Case(x => Running(x, (a, m, v) => a.BatchNorm(m, v, training: true, momentum: 0.3)), "(lambda a, m, v: (F.batch_norm(a, m, v, training=True, momentum=0.3), m, v))(a, b.clone(), c.clone())", A.In(4, 3, 5), C, Variance),
            new Case(x => Running(x, (a, m, v) => a.InstanceNorm(m, v, momentum: 0.3)), "(lambda a, m, v: (F.instance_norm(a, m, v, momentum=0.3), m, v))(a, b.clone(), c.clone())", A.In(4, 3, 5), C, Variance))
        {
            HasGradient = false,
            StridesKeepBits = false,
            Tolerance = new(2e-5, 1e-11),
        },
        new("instance_norm",
            new Case(x => x[0].InstanceNorm(weight: x[1], bias: x[2]), "F.instance_norm(a, weight=b, bias=c)", A.In(4, 3, 2, 3), C, C),
            new Case(x => x[0].InstanceNorm(epsilon: 0.1), "F.instance_norm(a, eps=0.1)", A.In(2, 3, 5)),
            new Case(x => x[0].InstanceNorm(Fixed(x, 1), Fixed(x, 2), useInputStats: false), "F.instance_norm(a, b.to(a.dtype), c.to(a.dtype), use_input_stats=False)", A.In(2, 3, 4), Input.Index(5, 3), new Input(3) { Low = 1, High = 5, Type = DType.Int64 }))
        {
            StridesKeepBits = false,
            Tolerance = new(2e-5, 1e-11),
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 3]).InstanceNorm(), "[2, 3]"),
                Wrong.Shape(() => Tensor.Ones([2, 3, 1]).InstanceNorm(), "[2, 3, 1]"),
                Wrong.Shape(() => Tensor.Ones([2, 3, 4]).InstanceNorm(bias: Tensor.Ones([4])), "[2, 3, 4]", "[4]", "bias"),
            ],
        },
        new("group_norm",
            new Case(x => x[0].GroupNorm(2, x[1], x[2]), "F.group_norm(a, 2, b, c)", A.In(2, 4, 3, 2), A.In(4), A.In(4)),
            new Case(x => x[0].GroupNorm(3, null, x[1], 0.1), "F.group_norm(a, 3, eps=0.1) + b", A.In(2, 6), A.In(6)),
            new Case(x => x[0].GroupNorm(1), "F.group_norm(a, 1)", A.In(2, 3, 5)))
        {
            StridesKeepBits = false,
            Tolerance = new(2e-5, 1e-11),
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3]).GroupNorm(1), "[3]"),
                Wrong.Shape(() => Tensor.Ones([2, 3, 4]).GroupNorm(2), "2 groups", "[2, 3, 4]"),
                Wrong.Shape(() => Tensor.Ones([2, 3, 4]).GroupNorm(3, Tensor.Ones([4])), "[2, 3, 4]", "[4]"),
                Wrong.Type(() => Tensor.Ones([2, 3], DType.Int64).GroupNorm(3), "Int64"),
            ],
        },
        new("layer_norm_over",
            new Case(x => x[0].LayerNorm([3, 4], x[1], x[2]), "F.layer_norm(a, (3, 4), b, c)", A.In(2, 3, 4), A.In(3, 4), A.In(3, 4)),
            new Case(x => x[0].LayerNorm([2, 3, 4], epsilon: 0.1), "F.layer_norm(a, (2, 3, 4), eps=0.1)", A.In(2, 3, 4)),
            new Case(x => x[0].LayerNorm([4]), "F.layer_norm(a, (4,))", A.In(0, 4)))
        {
            StridesKeepBits = false,
            Tolerance = new(2e-5, 1e-11),
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 3]).LayerNorm([2]), "[2, 3]", "[2]"),
                Wrong.Shape(() => Tensor.Ones([2, 3]).LayerNorm([2, 3], Tensor.Ones([3])), "[2, 3]", "[3]", "weight"),
                Wrong.Type(() => Tensor.Ones([2, 3]).LayerNorm([3], Tensor.Ones([3], DType.Float64)), "Float32", "Float64"),
            ],
        },
        new("rms_norm",
            new Case(x => x[0].RmsNorm([5], x[1], 1e-6), "a * (a.square().mean(-1, True) + 1e-6).rsqrt() * b", A.In(4, 5), A.In(5)),
            new Case(x => x[0].RmsNorm([3, 4], x[1], 0.1), "a * (a.square().mean((-2, -1), True) + 0.1).rsqrt() * b", A.In(2, 3, 4), A.In(3, 4)),
            new Case(x => x[0].RmsNorm([3]), "a * (a.square().mean(-1, True) + torch.finfo(a.dtype).eps).rsqrt()", A.In(4, 3)))
        {
            // The default epsilon is that of the type, so that Float64 computes something else in one case.
            NarrowUlps = 2,
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).RmsNorm([2]), "[2, 3]", "[2]"), Wrong.Type(() => Tensor.Ones([2, 3], DType.Int64).RmsNorm([3]), "Int64")],
        },
        new("local_response_norm",
            new Case(x => x[0].LocalResponseNorm(3, 0.5), "F.local_response_norm(a, 3, 0.5)", A.In(2, 5, 4)),
            new Case(x => x[0].LocalResponseNorm(2, 0.3, 0.5, 2), "F.local_response_norm(a, 2, 0.3, 0.5, 2)", A.In(1, 4, 3, 2)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).LocalResponseNorm(2), "[2, 3]"), Wrong.Range(() => Tensor.Ones([2, 3, 4]).LocalResponseNorm(0), "size")],
        },
    ];

    /// <summary>Whole numbers in the type of the input: statistics have no gradient.</summary>
    private static Tensor Fixed(Tensor[] x, int which) => x[which].To(x[0].DType);

    private static Tensor[] Running(Tensor[] x, Func<Tensor, Tensor, Tensor, Tensor> norm)
    {
        Tensor mean = x[1].Clone(), variance = x[2].Clone();
        return [norm(x[0], mean, variance), mean, variance];
    }
}
