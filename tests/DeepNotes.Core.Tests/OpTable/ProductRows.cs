using DeepNotes.Backends.Cpu;
using DeepNotes.Ops;

namespace DeepNotes.OpTable;

/// <summary>Matrix products, linear layers and convolutions.</summary>
public static class ProductRows
{
    private static readonly Input A = new(3, 4);

    public static IEnumerable<Row> All =>
    [
        new("matmul",
            MatMul([3, 4], [4, 5]),
            MatMul([17, 33], [33, 19]),
            MatMul([4], [4]),
            MatMul([3, 4], [4]),
            MatMul([4], [4, 5]),
            MatMul([2, 3, 4], [2, 4, 5]),
            MatMul([2, 3, 4], [4, 5]),
            MatMul([3, 4], [2, 4, 5]),
            MatMul([2, 1, 3, 4], [5, 4, 2]),
            MatMul([3, 1], [1, 4]),
            MatMul([2, 1, 3, 1], [5, 1, 2]),
            MatMul([2, 3, 4], [4]),
            MatMul([4], [2, 4, 3]),
            MatMul([3, 0], [0, 2]),
            MatMul([0, 4], [4, 2]),
            MatMul([2, 0, 4], [2, 4, 3]))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Large = [MatMul([201, 303], [303, 257]), MatMul([9, 65, 70], [9, 70, 66]), MatMul([700, 900], [900])],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([64, 784]).MatMul(Tensor.Ones([512, 10])), "[64, 784]", "[512, 10]", "784 ≠ 512"),
                Wrong.Shape(() => Tensor.Ones([2, 3, 4]).MatMul(Tensor.Ones([3, 4, 5])), "[2]", "[3]"),
                Wrong.Shape(() => Tensor.Ones([]).MatMul(Tensor.Ones([3])), "[]", "[3]"),
                Wrong.Type(() => Tensor.Ones([2, 2]).MatMul(Tensor.Ones([2, 2], DType.Float64)), "Float32", "Float64"),
                Wrong.Type(() => Tensor.Ones([2, 2], DType.Int64).MatMul(Tensor.Ones([2, 2], DType.Int64)), "Int64"),
            ],
        },
        new("linear",
            new Case(x => x[0].Linear(x[1], x[2]), "F.linear(a, b, c)", A.In(5, 4), A.In(7, 4), A.In(7)),
            new Case(x => x[0].Linear(x[1]), "F.linear(a, b)", A.In(5, 4), A.In(7, 4)),
            new Case(x => x[0].Linear(x[1], x[2]), "F.linear(a, b, c)", A.In(2, 3, 4), A.In(7, 4), A.In(7)),
            new Case(x => x[0].Linear(x[1], x[2]), "F.linear(a, b, c)", A.In(4), A.In(7, 4), A.In(7)),
            new Case(x => x[0].Linear(x[1], x[2]), "F.linear(a, b, c)", A.In(0, 4), A.In(7, 4), A.In(7)),
            Activated("F.relu", new Relu()),
            Activated("torch.sigmoid", new Sigmoid()),
            Activated("torch.tanh", new Tanh()),
            Activated("F.gelu", new Gelu()),
            new Case(x => x[0].Linear(x[1], null, new LeakyRelu(0.2)), "F.leaky_relu(F.linear(a, b), 0.2)", A.In(5, 4), A.In(7, 4)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Large = [new Case(x => x[0].Linear(x[1], x[2], new Relu()), "", A.In(257, 300), A.In(129, 300), A.In(129))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4]).Linear(Tensor.Ones([7, 5])), "[3, 4]", "[7, 5]"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).Linear(Tensor.Ones([4])), "[4]"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).Linear(Tensor.Ones([7, 4]), Tensor.Ones([4])), "[7, 4]", "[4]"),
                Wrong.Type(() => Tensor.Ones([3, 4]).Linear(Tensor.Ones([7, 4], DType.Float64)), "Float32", "Float64"),
            ],
        },
        new("conv2d",
            new Case(x => x[0].Conv2d(x[1], x[2]), "F.conv2d(a, b, c)", A.In(2, 3, 5, 6), A.In(4, 3, 3, 3), A.In(4)),
            new Case(x => x[0].Conv2d(x[1], null, (2, 1), (1, 2)), "F.conv2d(a, b, None, (2, 1), (1, 2))", A.In(1, 2, 5, 4), A.In(3, 2, 3, 2)),
            new Case(x => x[0].Conv2d(x[1], x[2], padding: (2, 2), dilation: (2, 3)), "F.conv2d(a, b, c, 1, 2, (2, 3))", A.In(1, 2, 5, 6), A.In(2, 2, 2, 2), A.In(2)),
            new Case(x => x[0].Conv2d(x[1], x[2], groups: 2), "F.conv2d(a, b, c, groups=2)", A.In(2, 4, 4, 4), A.In(6, 2, 2, 2), A.In(6)),
            new Case(x => x[0].Conv2d(x[1], padding: (1, 1), groups: 3), "F.conv2d(a, b, padding=1, groups=3)", A.In(1, 3, 4, 4), A.In(3, 1, 3, 3)),
            new Case(x => x[0].Conv2d(x[1], x[2]), "F.conv2d(a, b, c)", A.In(2, 3, 3, 3), A.In(2, 3, 1, 1), A.In(2)))
        {
            Tolerance = new(1e-5, 1e-12),
            Large = [new Case(x => x[0].Conv2d(x[1], x[2], padding: (1, 1)), "", A.In(3, 16, 24, 24), A.In(24, 16, 3, 3), A.In(24))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([5, 5]).Conv2d(Tensor.Ones([4, 3, 3, 3])), "[5, 5]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5, 5]).Conv2d(Tensor.Ones([4, 2, 3, 3])), "[1, 3, 5, 5]", "[4, 2, 3, 3]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 2, 2]).Conv2d(Tensor.Ones([4, 3, 3, 3])), "3×3", "2×2"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5, 5]).Conv2d(Tensor.Ones([4, 3, 3, 3]), Tensor.Ones([3])), "[4, 3, 3, 3]", "[3]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5, 5]).Conv2d(Tensor.Ones([4, 3, 3, 3]), groups: 2), "2 groups", "3"),
                Wrong.Type(() => Tensor.Ones([1, 3, 5, 5]).Conv2d(Tensor.Ones([4, 3, 3, 3], DType.Float64)), "Float32", "Float64"),
                Wrong.Range(() => Tensor.Ones([1, 3, 5, 5]).Conv2d(Tensor.Ones([4, 3, 3, 3]), stride: (0, 1)), "stride"),
            ],
        },
        new("conv2d_input",
            Gradient(x => Op.Apply(new Conv2dInput(Window), x[0], x[1]), "torch.nn.grad.conv2d_input([2, 4, 5, 6], b, a, (2, 1), (1, 0), (1, 2), 2)", [2, 6, 3, 2], [6, 2, 3, 3]))
        {
            Tolerance = new(1e-5, 1e-12),
        },
        new("conv2d_weight",
            Gradient(x => Op.Apply(new Conv2dWeight(Window), x[0], x[1]), "torch.nn.grad.conv2d_weight(b, [6, 2, 3, 3], a, (2, 1), (1, 0), (1, 2), 2)", [2, 6, 3, 2], [2, 4, 5, 6]))
        {
            Tolerance = new(1e-5, 1e-12),
        },
    ];

    private static readonly Conv2dShape Window = new(2, 4, 5, 6, 6, 3, 3, 2, 1, 1, 0, 1, 2, 2);

    private static Case MatMul(int[] left, int[] right) => new(x => x[0].MatMul(x[1]), "torch.matmul(a, b)", A.In(left), A.In(right));

    private static Case Activated<TOp>(string name, TOp activation) where TOp : unmanaged, IUnaryOp =>
        new(x => x[0].Linear(x[1], x[2], activation), $"{name}(F.linear(a, b, c))", A.In(5, 4), A.In(7, 4), A.In(7));

    private static Case Gradient(Func<Tensor[], Tensor> run, string torch, int[] left, int[] right) => new(run, torch, A.In(left), A.In(right));
}
