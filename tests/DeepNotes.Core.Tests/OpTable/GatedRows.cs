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
