namespace DeepNotes.OpTable;

/// <summary>Gates and slopes that are tensors themselves, and operators on bits.</summary>
public static class GatedRows
{
    private static readonly Input A = new(3, 4);

    public static IEnumerable<Row> All =>
    [
        new("prelu_channels",
            new Case(x => x[0].PRelu(x[1]), "F.prelu(a, b)", new Input(2, 3, 4) { Kinks = [0] }, A.In(3)),
            new Case(x => x[0].PRelu(x[1]), "F.prelu(a, b)", new Input(5) { Kinks = [0] }, A.In(1)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).PRelu(Tensor.Ones([2])), "[2, 3]", "2 slopes")],
        },
        new("lerp_tensor",
            new Case(x => x[0].Lerp(x[1], x[2]), "torch.lerp(a, b, c)", A, A, new Input(3, 4) { Low = -1, Kinks = [0.5] }),
            new Case(x => x[0].Lerp(x[1], x[2]), "torch.lerp(a, b, c)", A, A.In(4), new Input(2, 1, 1) { Low = 0, High = 1, Kinks = [0.5] }))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([2]).Lerp(Tensor.Ones([3]), Tensor.Ones([1])), "[2]", "[3]")],
        },
        new("clamp_tensor",
            new Case(x => x[0].Clamp(x[1], x[2]), "a.clamp(b, c)", new Input(3, 4) { Distinct = true }, new Input(3, 4) { Low = -1.53, High = 0.11, Distinct = true }, new Input(4) { Low = 0.13, High = 1.57, Distinct = true }),
            new Case(x => x[0].Clamp(x[1], null), "a.clamp(b)", new Input(3, 4) { Distinct = true }, new Input(3, 1) { Low = -1.53, High = 0.11, Distinct = true }),
            new Case(x => x[0].Clamp(null, x[1]), "a.clamp(None, b)", new Input(3, 4) { Distinct = true }, new Input(4) { Low = -1.53, High = 0.11, Distinct = true }))
        {
            Wrong = [new(() => Tensor.Ones([2]).Clamp(null, null), typeof(ArgumentException), "bound"), Wrong.Shape(() => Tensor.Ones([2]).Clamp(Tensor.Ones([3]), null), "[2]", "[3]")],
        },
        new("logit_limited",
            new Case(x => x[0].Logit(0.2), "torch.logit(a, 0.2)", new Input(3, 4) { Low = -0.2, High = 1.2, Kinks = [0.2, 0.8] }))
        {
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Range(() => Tensor.Ones([2]).Logit(0.7), "0.7")],
        },
        new("nan_to_num",
            new Case(x => x[0].NanToNum(), "a.nan_to_num()", A),
            new Case(x => (x[0] / x[1].To(x[0].DType)).NanToNum(0.5, 100, -50), "(a / b).nan_to_num(0.5, 100, -50)", A, Input.Mask(3, 4)))
        {
            IsSmooth = false,
        },
        new("reciprocal", new Case(x => x[0].Reciprocal(), "a.reciprocal()", new Input(3, 4) { Kinks = [0] })),
        new("modulus_operator", new Case(x => x[0] % x[1], "a % b", new Input(3, 4) { Low = 0.1, High = 0.9 }, new Input(4) { Low = 1, High = 2 })),
        Bits("and", (a, b) => a & b, "a & b"),
        Bits("or", (a, b) => a | b, "a | b"),
        Bits("xor", (a, b) => a ^ b, "a ^ b"),
        new("bits_not", new Case(x => ~x[0], "~a", Input.Index(50, 3, 4)), new Case(x => ~x[0], "~a", Input.Mask(3, 4)))
        {
            HasGradient = false,
            Integers = Integers.AsTorch,
            Wrong = [Wrong.Type(() => ~Tensor.Ones([2]), "Float32")],
        },
    ];

    private static Row Bits(string name, Func<Tensor, Tensor, Tensor> run, string torch) =>
        new($"bits_{name}", new Case(x => run(x[0], x[1]), torch, Input.Index(50, 3, 4), Input.Index(50, 4)), new Case(x => run(x[0], x[1]), torch, Input.Mask(3, 4), Input.Mask(3, 1)))
        {
            HasGradient = false,
            Integers = Integers.AsTorch,
            Wrong = [Wrong.Type(() => run(Tensor.Ones([2]), Tensor.Ones([2])), "Float32"), Wrong.Shape(() => run(Tensor.Arange(2), Tensor.Arange(3)), "[2]", "[3]")],
        };
}
