using DeepNotes.Ops;

namespace DeepNotes.OpTable;

/// <summary>Formulas: one or two tensors in, one out, element by element. These also run on GPUs.</summary>
public static class ElementwiseRows
{
    private static readonly Differs[] LeftTail = [.. new[] { "y", "da" }.Select(result => new Differs(result, (x, _) => x <= -3, "PyTorch adds 1 to the error function or tangent: the tail loses its digits, and −∞·0 is NaN"))];

    private static readonly Differs[] PowerOfLargest = [new("y", (a, b) => Math.Abs(a) == double.MaxValue && b == 1, "PyTorch's vector power overflows")];

    public static IEnumerable<Row> All =>
    [
        Unary("exp", new Exp(), x => x.Exp(), "a.exp()"),
        Unary("log", new Log(), x => x.Log(), "a.log()", 0.2, 4),
        Unary("sqrt", new Sqrt(), x => x.Sqrt(), "a.sqrt()", 0.2, 4),
        Unary("tanh", new Tanh(), x => x.Tanh(), "a.tanh()"),
        Unary("sigmoid", new Sigmoid(), x => x.Sigmoid(), "a.sigmoid()", -6, 6),
        Unary("relu", new Relu(), x => x.Relu(), "a.relu()", kinks: 0),
        Unary("leaky_relu", new LeakyRelu(0.1), x => x.LeakyRelu(0.1), "F.leaky_relu(a, 0.1)", kinks: 0),
        Unary("gelu", new Gelu(), x => x.Gelu(), "F.gelu(a)") with { Differs = LeftTail },
        Unary("gelu_tanh", new GeluTanh(), x => x.Gelu(tanh: true), "F.gelu(a, approximate='tanh')") with { Differs = LeftTail },
        Unary("normal_cdf", new NormalCdf(), x => x.NormalCdf(), "torch.special.ndtr(a)") with { Differs = LeftTail },
        Unary("erf", new Erf(), x => x.Erf(), "a.erf()"),
        Unary("abs", new Abs(), x => x.Abs(), "a.abs()", kinks: 0),
        Unary("clamp", new Clamp(-1, 1.5), x => x.Clamp(-1, 1.5), "a.clamp(-1, 1.5)", -3, 3, -1, 1.5),
        Unary("clamp_below", new Clamp(0.5, double.PositiveInfinity), x => x.Clamp(0.5), "a.clamp(min=0.5)", -3, 3, 0.5),
        Unary("clamp_whole", new Clamp(1, 3), x => x.Clamp(1, 3), "a.clamp(1, 3)", -1, 5, 1, 3),
        Unary("square", new Square(), x => x.Square(), "a.square()"),
        Unary("negate", new Negate(), x => -x, "-a") with { Integers = Integers.AsTorch },
        Unary("pow_2.5", new PowScalar(2.5), x => x.Pow(2.5), "a.pow(2.5)", 0.2, 3),
        Unary("pow_3", new Cube(), x => x.Pow(3), "a.pow(3)"),
        Unary("pow_2", new Square(), x => x.Pow(2), "a.pow(2)"),
        Unary("pow_7", new PowScalar(7), x => x.Pow(7), "a.pow(7)", -2, 2) with { Wrong = [Wrong.Type(() => Tensor.Arange(3).Pow(-1), "Int64", "-1", "Float32")] },
        Unary("pow_whole_0", new PowScalar(0), x => x.Pow(0), "a.pow(0)"),
        Unary("pow_2.0", new Square(), x => x.Pow(2.0), "a.pow(2.0)"),
        Unary("pow_half", new Sqrt(), x => x.Pow(0.5), "a.pow(0.5)", 0.2, 3),
        Unary("pow_-1", new DivideIntoScalar(1), x => x.Pow(-1.0), "a.pow(-1.0)", kinks: 0),
        Unary("pow_-2", new PowScalar(-2), x => x.Pow(-2.0), "a.pow(-2.0)", kinks: 0),
        Unary("pow_0", new PowScalar(0), x => x.Pow(0.0), "a.pow(0.0)"),
        Unary("add_number", new AddScalar(2.5), x => x + 2.5, "a + 2.5"),
        Unary("add_whole_number", new AddScalar(3), x => x + 3, "a + 3"),
        Unary("subtract_number", new AddScalar(-2.5), x => x - 2.5, "a - 2.5"),
        Unary("subtract_from_number", new SubtractFromScalar(2.5), x => 2.5 - x, "2.5 - a"),
        Unary("multiply_by_number", new MultiplyScalar(-0.3), x => x * -0.3, "a * -0.3"),
        Unary("multiply_by_whole_number", new MultiplyScalar(3), x => 3 * x, "3 * a"),
        Unary("divide_by_number", new DivideScalar(0.7), x => x / 0.7, "a / 0.7"),
        Unary("divide_number", new DivideIntoScalar(2.5), x => 2.5 / x, "2.5 / a", kinks: 0),

        Binary("add", new Add(), (a, b) => a + b, "a + b"),
        Binary("subtract", new Subtract(), (a, b) => a - b, "a - b"),
        Binary("multiply", new Multiply(), (a, b) => a * b, "a * b"),
        Binary("divide", new Divide(), (a, b) => a / b, "a / b", right: new Input { Kinks = [0] }),
        Binary("pow", new Pow(), (a, b) => a.Pow(b), "a.pow(b)", left: new Input { Low = 0.3, High = 3 }) with { Differs = PowerOfLargest },
        Binary("maximum", new Maximum(), (a, b) => a.Maximum(b), "torch.maximum(a, b)") with { HasSignedZero = false },
        Binary("minimum", new Minimum(), (a, b) => a.Minimum(b), "torch.minimum(a, b)") with { HasSignedZero = false },

        Comparison("less", (a, b) => a < b, "a < b"),
        Comparison("less_or_equal", (a, b) => a <= b, "a <= b"),
        Comparison("greater", (a, b) => a > b, "a > b"),
        Comparison("greater_or_equal", (a, b) => a >= b, "a >= b"),
        Comparison("equal", (a, b) => a.Eq(b), "a == b"),
        Comparison("not_equal", (a, b) => a.Ne(b), "a != b"),
    ];

    internal static Row Unary<TOp>(string name, TOp formula, Func<Tensor, Tensor> run, string torch, double low = -3, double high = 3, params double[] kinks)
        where TOp : unmanaged, IUnaryOp
    {
        var input = new Input { Low = low, High = high, Kinks = kinks };
        return new Row(name, new Case(x => run(x[0]), torch, input.In(5, 13)))
        {
            IsElementwise = true,
            Integers = Integers.AsTorchAndMore,
            Formula = new UnaryKeep<TOp>(formula),
            Large = [new Case(x => run(x[0]), torch, input.In(301, 403))],
        };
    }

    internal static Row Binary<TOp>(string name, TOp formula, Func<Tensor, Tensor, Tensor> run, string torch, Input? left = null, Input? right = null)
        where TOp : unmanaged, IBinaryOp => Pair(name, run, torch, left ?? new Input(), right ?? new Input(), new BinaryKeep<TOp>(formula));

    internal static Row Comparison(string name, Func<Tensor, Tensor, Tensor> run, string torch)
    {
        var whole = new Input { Whole = true };
        return Pair(name, run, torch, whole, whole, null);
    }

    internal static Row Pair(string name, Func<Tensor, Tensor, Tensor> run, string torch, Input left, Input right, IKeepCheck? formula) =>
        new(name,
            new Case(x => run(x[0], x[1]), torch, left.In(5, 13), right.In(5, 13)),
            new Case(x => run(x[0], x[1]), torch, left.In(2, 3, 4), right.In(3, 1)))
        {
            IsElementwise = true,
            HasGradient = formula is not null,
            Integers = Integers.AsTorch,
            Formula = formula,
            Wrong =
            [
                OpTable.Wrong.Shape(() => run(Tensor.Ones([2, 3]), Tensor.Ones([4])), "[2, 3]", "[4]"),
                OpTable.Wrong.Shape(() => run(Tensor.Ones([2, 1, 3]), Tensor.Ones([3, 2])), "[2, 1, 3]", "[3, 2]", "3", "2"),
            ],
            Large =
            [
                new Case(x => run(x[0], x[1]), torch, left.In(301, 403), right.In(301, 403)),
                new Case(x => run(x[0], x[1]), torch, left.In(301, 403), right.In(301, 1)),
            ],
        };
}
