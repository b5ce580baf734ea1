using DeepNotes.Ops;

namespace DeepNotes.OpTable;

/// <summary>The elementwise functions beyond the first dozen: special functions, rounding, activations, remainders, tests.</summary>
public static class PointwiseRows
{
    private static readonly Differs[] NearZero = [new("y", (x, _) => x <= 0 && x > -1e-30, "PyTorch computes exp(x) − 1, which loses a small x and the sign of zero")];

    private static readonly Differs[] ManyTurns = [.. new[] { "y", "da" }.Select(result => new Differs(result, (x, _) => Math.Abs(x) > 1e9 || Math.Abs(x) > 1048576 && x == (float)x, "so many turns are not counted: NaN"))];

    private static readonly Differs[] LeftLimit = [.. new[] { "y", "da" }.Select(result => new Differs(result, (x, _) => double.IsNegativeInfinity(x), "the limit, where PyTorch multiplies −∞ by 0"))];

    private static readonly Differs[] LargestLogarithm = [new("y", (x, _) => x == double.MaxValue, "PyTorch's overflows")];

    private static readonly Differs[] PolesOfGamma = [.. new[] { "y", "da" }.Select(result => new Differs(result, (x, _) => x <= 0 && (x == Math.Round(x) || x > -1e-30), "PyTorch's values next to the poles"))];

    private static readonly Differs[] FarPoles = [.. new[] { "y", "da" }.Select(result => new Differs(result, (x, _) => double.IsInfinity(x) || x == -20.5, "the limit 0 at ∞, and none at −∞; PyTorch loses digits far on the left, where the terms nearly cancel"))];

    private static readonly Differs[] ShrinksNaN = [new("y", (x, _) => double.IsNaN(x), "NaN stays NaN, as in later versions of PyTorch")];

    private static readonly Differs[] HardSwishKink = [new("y", (x, _) => x == double.MaxValue, "PyTorch's product overflows"), new("da", (x, _) => x == 3 || double.IsNaN(x), "PyTorch's vectors and single numbers disagree")];

    private static readonly Differs[] FarSoftsign = [new("da", (x, _) => double.IsInfinity(x), "the limit, where PyTorch has NaN")];

    private static readonly Differs[] Overflow = [new("y", (a, b) => Math.Abs(a) > 1e38 && Math.Abs(b) > 1e38, "the difference of the ends overflows")];

    private static readonly Differs[] FarSum = [new("y", (a, b) => Math.Abs(a - b) > 15, "PyTorch adds 1 to a small exponential")];

    private static readonly Differs[] InfiniteRatio = [new("da", (a, _) => double.IsInfinity(a), "PyTorch divides ∞ by ∞")];

    private static readonly Differs[] LongQuotient = [.. new[] { "y", "db" }.Select(result => new Differs(result, (a, b) => Math.Abs(a / b) > 1e13, "the quotient is too long"))];

    private static readonly Differs[] UnusedSlope = [.. new[] { "da", "db" }.Select(result => new Differs(result, (a, b) => a > 0 && !double.IsFinite(b) || !double.IsFinite(a), "torch.where multiplies what it does not take"))];

    public static IEnumerable<Row> All =>
    [
        ElementwiseRows.Unary("log1p", new Log1p(), x => x.Log1p(), "a.log1p()", -0.8, 4) with { Differs = LargestLogarithm },
        ElementwiseRows.Unary("log2", new Log2(), x => x.Log2(), "a.log2()", 0.2, 4),
        ElementwiseRows.Unary("log10", new Log10(), x => x.Log10(), "a.log10()", 0.2, 4),
        ElementwiseRows.Unary("expm1", new Expm1(), x => x.Expm1(), "a.expm1()", -3, 3),
        ElementwiseRows.Unary("exp2", new Exp2(), x => x.Exp2(), "a.exp2()", -3, 3),
        ElementwiseRows.Unary("rsqrt", new Rsqrt(), x => x.Rsqrt(), "a.rsqrt()", 0.2, 4),
        ElementwiseRows.Unary("erfc", new Erfc(), x => x.Erfc(), "a.erfc()", -3, 3),
        ElementwiseRows.Unary("erfinv", new Erfinv(), x => x.Erfinv(), "a.erfinv()", -0.9, 0.9),
        ElementwiseRows.Unary("lgamma", new Lgamma(), x => x.Lgamma(), "a.lgamma()", 0.3, 6) with { Differs = PolesOfGamma },
        ElementwiseRows.Unary("lgamma_left", new Lgamma(), x => x.Lgamma(), "a.lgamma()", -2.8, -0.2, -2, -1) with { Differs = PolesOfGamma },
        ElementwiseRows.Unary("digamma", new Digamma(), x => x.Digamma(), "a.digamma()", 0.3, 6) with { Differs = PolesOfGamma, Tolerance = new(3e-6, 1e-8) },
        ElementwiseRows.Unary("polygamma", new Polygamma(2), x => x.Polygamma(2), "torch.polygamma(2, a)", 0.5, 6) with { Differs = FarPoles },
        ElementwiseRows.Unary("polygamma_negative", new Polygamma(3), x => x.Polygamma(3), "torch.polygamma(3, a)", -1.8, -1.2) with { Differs = FarPoles },
        ElementwiseRows.Unary("polygamma_odd_negative", new Polygamma(2), x => x.Polygamma(2), "torch.polygamma(2, a)", -2.8, -2.6) with { Differs = FarPoles },
        ElementwiseRows.Unary("sin", new Sin(), x => x.Sin(), "a.sin()", -6, 6) with { Differs = ManyTurns },
        ElementwiseRows.Unary("cos", new Cos(), x => x.Cos(), "a.cos()", -6, 6) with { Differs = ManyTurns },
        ElementwiseRows.Unary("tan", new Tan(), x => x.Tan(), "a.tan()", -1.2, 1.2) with { Differs = ManyTurns },
        ElementwiseRows.Unary("asin", new Asin(), x => x.Asin(), "a.asin()", -0.9, 0.9),
        ElementwiseRows.Unary("acos", new Acos(), x => x.Acos(), "a.acos()", -0.9, 0.9),
        ElementwiseRows.Unary("atan", new Atan(), x => x.Atan(), "a.atan()", -3, 3),
        ElementwiseRows.Unary("sinh", new Sinh(), x => x.Sinh(), "a.sinh()", -3, 3),
        ElementwiseRows.Unary("cosh", new Cosh(), x => x.Cosh(), "a.cosh()", -3, 3),
        ElementwiseRows.Unary("asinh", new Asinh(), x => x.Asinh(), "a.asinh()", -3, 3),
        ElementwiseRows.Unary("acosh", new Acosh(), x => x.Acosh(), "a.acosh()", 1.2, 4),
        ElementwiseRows.Unary("atanh", new Atanh(), x => x.Atanh(), "a.atanh()", -0.9, 0.9),
        ElementwiseRows.Unary("logit", new Logit(), x => x.Logit(), "a.logit()", 0.05, 0.95),
        ElementwiseRows.Unary("sinc", new Sinc(), x => x.Sinc(), "a.sinc()", -4, 4) with { Differs = [new("y", (x, _) => x != 0 && x == Math.Floor(x), "PyTorch's π is not quite π, so that its sine of whole multiples is not quite 0"), new("da", (x, _) => x != 0 && Math.Abs(x) < 1e-37, "PyTorch's difference cancels")] },
        ElementwiseRows.Unary("floor", new Floor(), x => x.Floor(), "a.floor()", -3, 3, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3),
        ElementwiseRows.Unary("ceiling", new Ceiling(), x => x.Ceiling(), "a.ceil()", -3, 3, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3),
        ElementwiseRows.Unary("round", new Round(), x => x.Round(), "a.round()", -3, 3, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3),
        ElementwiseRows.Unary("truncate", new Truncate(), x => x.Truncate(), "a.trunc()", -3, 3, -3, -2.5, -2, -1.5, -1, -0.5, 0, 0.5, 1, 1.5, 2, 2.5, 3),
        ElementwiseRows.Unary("fraction", new Fraction(), x => x.Fraction(), "a.frac()", -3, 3, -3, -2, -1, 0, 1, 2, 3),
        ElementwiseRows.Unary("sign", new Sign(), x => x.Sign(), "a.sign()", -3, 3, 0),
        ElementwiseRows.Unary("elu", new Elu(1.5), x => x.Elu(1.5), "F.elu(a, 1.5)", -3, 3, 0) with { Differs = NearZero },
        ElementwiseRows.Unary("selu", new Selu(), x => x.Selu(), "F.selu(a)", -3, 3, 0) with { Differs = NearZero },
        ElementwiseRows.Unary("celu", new Celu(1.5), x => x.Celu(1.5), "F.celu(a, 1.5)", -3, 3) with { Differs = NearZero },
        ElementwiseRows.Unary("silu", new Silu(), x => x.Silu(), "F.silu(a)", -3, 3) with { Differs = LeftLimit },
        ElementwiseRows.Unary("mish", new Mish(), x => x.Mish(), "F.mish(a)", -3, 3) with { Differs = LeftLimit },
        ElementwiseRows.Unary("softplus", new Softplus(2, 3), x => x.Softplus(2, 3), "F.softplus(a, 2, 3)", -3, 3, 1.5),
        ElementwiseRows.Unary("log_sigmoid", new LogSigmoid(), x => x.LogSigmoid(), "F.logsigmoid(a)", -3, 3),
        ElementwiseRows.Unary("softsign", new Softsign(), x => x.Softsign(), "F.softsign(a)", -3, 3, 0) with { Differs = FarSoftsign },
        ElementwiseRows.Unary("hard_tanh", new HardTanh(-1, 1.5), x => x.HardTanh(-1, 1.5), "F.hardtanh(a, -1, 1.5)", -3, 3, -1, 1.5),
        ElementwiseRows.Unary("relu6", new HardTanh(0, 6), x => x.Relu6(), "F.relu6(a)", -3, 9, 0, 6),
        ElementwiseRows.Unary("hard_sigmoid", new HardSigmoid(), x => x.HardSigmoid(), "F.hardsigmoid(a)", -5, 5, -3, 3) with { Tolerance = new(3e-6, 1e-7) },
        ElementwiseRows.Unary("hard_swish", new HardSwish(), x => x.HardSwish(), "F.hardswish(a)", -5, 5, -3, 3) with { Differs = HardSwishKink },
        ElementwiseRows.Unary("tanh_shrink", new TanhShrink(), x => x.TanhShrink(), "F.tanhshrink(a)", -3, 3),
        ElementwiseRows.Unary("soft_shrink", new SoftShrink(0.5), x => x.SoftShrink(), "F.softshrink(a)", -3, 3, -0.5, 0.5) with { Differs = ShrinksNaN },
        ElementwiseRows.Unary("hard_shrink", new HardShrink(0.5), x => x.HardShrink(), "F.hardshrink(a)", -3, 3, -0.5, 0.5),
        ElementwiseRows.Unary("threshold", new Threshold(1, -2), x => x.Threshold(1, -2), "F.threshold(a, 1, -2)", -3, 3, 1),

        ElementwiseRows.Binary("atan2", new Atan2(), (a, b) => a.Atan2(b), "torch.atan2(a, b)", right: new Input { Kinks = [0] }),
        ElementwiseRows.Binary("hypot", new Hypot(), (a, b) => a.Hypot(b), "torch.hypot(a, b)", right: new Input { Kinks = [0] }) with { Integers = Integers.AsTorchAndMore },
        ElementwiseRows.Binary("lerp", new Lerp(0.25), (a, b) => a.Lerp(b, 0.25), "torch.lerp(a, b, 0.25)") with { Integers = Integers.AsTorchAndMore, HasSignedZero = false, Differs = Overflow },
        ElementwiseRows.Binary("lerp_far", new Lerp(0.75), (a, b) => a.Lerp(b, 0.75), "torch.lerp(a, b, 0.75)") with { Integers = Integers.AsTorchAndMore, HasSignedZero = false, Differs = Overflow },
        ElementwiseRows.Binary("logaddexp", new LogAddExp(), (a, b) => a.LogAddExp(b), "torch.logaddexp(a, b)") with { Integers = Integers.AsTorchAndMore, Differs = FarSum },
        ElementwiseRows.Binary("xlogy", new Xlogy(), (a, b) => a.Xlogy(b), "torch.xlogy(a, b)", right: new Input { Low = 0.2, High = 3 }),
        ElementwiseRows.Binary("copysign", new CopySign(), (a, b) => a.CopySign(b), "torch.copysign(a, b)", left: new Input { Kinks = [0] }, right: new Input { Kinks = [0] }) with { Differs = InfiniteRatio },
        ElementwiseRows.Binary("remainder", new Remainder(), (a, b) => a.Remainder(b), "torch.remainder(a, b)", left: new Input { Low = 0.6, High = 0.9 }, right: new Input { Low = 0.35, High = 0.55 }) with { Integers = Integers.None, Differs = LongQuotient },
        ElementwiseRows.Binary("fmod", new FloatRemainder(), (a, b) => a.FloatRemainder(b), "torch.fmod(a, b)", left: new Input { Low = -0.9, High = -0.6 }, right: new Input { Low = 0.35, High = 0.55 }) with { Integers = Integers.None, Differs = LongQuotient },
        ElementwiseRows.Binary("prelu", new PRelu(), (a, b) => Op.Zip(new PRelu(), a, b), "torch.where(a > 0, a, a * b)", left: new Input { Kinks = [0] }) with { Integers = Integers.None, Differs = UnusedSlope },

        ElementwiseRows.Comparison("floor_divide", (a, b) => a.FloorDivide(b), "torch.floor_divide(a, b)") with { Integers = Integers.None, Differs = LongQuotient },
        Shift("<<", "left_shift", (a, b) => a << b),
        Shift(">>", "right_shift", (a, b) => a >> b),
        new("is_close",
            new Case(x => x[0].To(DType.Float64).IsClose(x[0].To(DType.Float64) * (x[1].To(DType.Float64) * 1e-5 + 1.0)), "a.double().isclose(a.double() * (1 + b.double() * 1e-5))", new Input(5, 13), new Input(5, 13)),
            new Case(x => x[0].IsClose(x[1], 0.5, 0), "a.isclose(b.expand(9, 5), 0.5, 0)", new Input(9, 5) { Low = -6, High = 6, Whole = true }, new Input(5) { Low = -6, High = 6, Whole = true }),
            new Case(x => (1 / x[0]).IsClose(x[1] / x[2]), "(1 / a).isclose(b / c)", new Input(60) { Low = 0, High = 2, Whole = true }, new Input(60) { Low = -1, High = 2, Whole = true }, new Input(60) { Low = 0, High = 2, Whole = true }),
            new Case(x => (x[0] / x[0]).IsClose(x[1] / x[1], equalNaN: true), "(a / a).isclose(b / b, equal_nan=True)", new Input(40) { Low = 0, High = 2, Whole = true }, new Input(40) { Low = 0, High = 2, Whole = true }),
            new Case(x => x[0].IsClose(x[1], 0, 1), "a.isclose(b, 0, 1)", Input.Index(6, 40), Input.Index(6, 40)))
        {
            HasGradient = false,
            Wrong = [Wrong.Type(() => Tensor.Ones([2]).IsClose(Tensor.Arange(2)), "Float32", "Int64"), Wrong.Range(() => Tensor.Ones([2]).IsClose(Tensor.Ones([2]), -1), "-1")],
        },
        new("all_close",
            new Case(x => Tensor.Scalar(x[0].AllClose(x[0] + x[1], absolute: 1e-4) ? 1 : 0, DType.Int64), "torch.tensor(int(torch.allclose(a, a + b, atol=1e-4)))", new Input(9), new Input(9) { Low = -4e-5, High = 4e-5 }),
            new Case(x => Tensor.Scalar(x[0].AllClose(x[1]) ? 1 : 0, DType.Int64), "torch.tensor(int(torch.allclose(a, b)))", new Input(9), new Input(9)))
        {
            HasGradient = false,
        },
        Test("is_nan", x => x.IsNaN(), "a.isnan()"),
        Test("is_infinite", x => x.IsInfinite(), "a.isinf()"),
        Test("is_finite", x => x.IsFinite(), "a.isfinite()"),
        Test("sign_bit", x => x.SignBit(), "a.signbit()"),
        Test("logical_not", x => x.LogicalNot(), "a.logical_not()"),
        ElementwiseRows.Comparison("logical_and", (a, b) => a.LogicalAnd(b), "torch.logical_and(a, b)"),
        ElementwiseRows.Comparison("logical_or", (a, b) => a.LogicalOr(b), "torch.logical_or(a, b)"),
        ElementwiseRows.Comparison("logical_xor", (a, b) => a.LogicalXor(b), "torch.logical_xor(a, b)"),
    ];

    private static Row Test(string name, Func<Tensor, Tensor> run, string torch) =>
        new(name, new Case(x => run(x[0]), torch, new Input(5, 13) { Whole = true })) { IsElementwise = true, HasGradient = false, Integers = Integers.AsTorch };

    private static Row Shift(string sign, string name, Func<Tensor, Tensor, Tensor> run) =>
        new(name,
            new Case(x => run(x[0] - 500, x[1]), $"(a - 500) {sign} b", Input.Index(1000, 5, 13), Input.Index(63, 5, 13)),
            new Case(x => run((x[0] - 500).To(DType.Int32), x[1].To(DType.Int32)), $"(a - 500).int() {sign} b.int()", Input.Index(1000, 4, 3), Input.Index(31, 3)),
            new Case(x => run(x[0].To(DType.UInt8), 3), $"a.byte() {sign} 3", Input.Index(256, 20)))
        {
            HasGradient = false,
            Wrong = [Wrong.Type(() => run(Tensor.Ones([2]), Tensor.Arange(2)), "Float32"), Wrong.Type(() => run(Tensor.Arange(2), Tensor.Ones([2], DType.Bool)), "Bool")],
        };
}
