namespace DeepNotes.OpTable;

/// <summary>Recurrent networks over whole sequences. PyTorch reverses only as half of a network in both directions, so a reversed row has its sequences turned by hand.</summary>
public static class RecurrentRows
{
    private static readonly Input A = new(4, 3) { Low = -1, High = 1 };
    private static readonly int[] Lengths = [4, 3, 3, 1];

    public static IEnumerable<Row> All =>
    [
        new("rnn",
            new Case(x => Of(x[0].Rnn(x[1], W(x, 2))), Torch("rnn_tanh", "b, [c, d, e, f]"), Inputs(1, [5, 2, 3], 2, 4, biases: true)),
            new Case(x => Of(x[0].Rnn(x[1], W(x, 2), reverse: true)), Torch("rnn_tanh", "b, [c, d]", reverse: true), Inputs(1, [3, 2, 3], 2, 9)),
            new Case(x => Of(x[0].Rnn(x[1], W(x, 2), batchSizes: Lengths)), Packed("rnn_tanh", "b, [c, d, e, f]"), Inputs(1, [11, 3], 4, 5, biases: true)))
        {
            Tolerance = new(1e-5, 1e-12),
            Large = [new Case(x => Of(x[0].Rnn(x[1], W(x, 2))), "", Inputs(1, [3, 70, 20], 70, 96, biases: true))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 3]).Rnn(Tensor.Ones([1, 4]), Ones(4, 3)), "Rnn", "[2, 3]"),
                Wrong.Shape(() => Tensor.Ones([0, 1, 3]).Rnn(Tensor.Ones([1, 4]), Ones(4, 3)), "no step"),
                Wrong.Shape(() => Tensor.Ones([2, 1, 3]).Rnn(Tensor.Ones([1, 4]), Ones(4, 5)), "weight of the input", "[4, 3]", "[4, 5]"),
                Wrong.Shape(() => Tensor.Ones([2, 1, 3]).Rnn(Tensor.Ones([2, 4]), Ones(4, 3)), "hidden state", "[1, 4]", "[2, 4]"),
                Wrong.Shape(() => Tensor.Ones([5, 3]).Rnn(Tensor.Ones([1, 4]), Ones(4, 3), batchSizes: [2, 3]), "[2, 3]", "longest"),
                Wrong.Shape(() => Tensor.Ones([5, 3]).Rnn(Tensor.Ones([1, 4]), Ones(4, 3), batchSizes: [2, 2]), "add up to 4", "5 rows"),
                Wrong.Type(() => Tensor.Ones([2, 1, 3]).Rnn(Tensor.Ones([1, 4], DType.Float64), Ones(4, 3)), "Float32", "Float64"),
                Wrong.Type(() => Tensor.Ones([2, 1, 3], DType.Int64).Rnn(Tensor.Ones([1, 4]), Ones(4, 3)), "Int64"),
                new(() => Tensor.Ones([2, 1, 3]).Rnn(Tensor.Ones([1, 4]), Ones(4, 3) with { BiasIh = Tensor.Ones([4]) }), typeof(ArgumentException), "both biases"),
                new(() => Tensor.Ones([2, 1, 3]).Rnn(Tensor.Ones([1, 4]), Ones(4, 3) with { WeightHr = Tensor.Ones([4, 4]) }), typeof(ArgumentException), "projection"),
            ],
        },
        new("rnn_relu",
            new Case(x => Of(x[0].Rnn(x[1], W(x, 2), relu: true)), Torch("rnn_relu", "b, [c, d, e, f]"), Inputs(1, [3, 2, 3], 2, 4, biases: true)))
        {
            IsSmooth = false,
            Tolerance = new(1e-5, 1e-12),
        },
        new("lstm",
            new Case(x => Of(x[0].Lstm(x[1], x[2], W(x, 3))), Torch("lstm", "(b, c), [d, e, f, g]"), Inputs(4, [5, 2, 3], 2, 4, biases: true, cell: true)),
            new Case(x => Of(x[0].Lstm(x[1], x[2], W(x, 3), reverse: true)), Torch("lstm", "(b, c), [d, e]", reverse: true), Inputs(4, [3, 3, 2], 3, 9, cell: true)),
            new Case(x => Of(x[0].Lstm(x[1], x[2], W(x, 3))), Torch("lstm", "(b, c), [d, e]"), Inputs(4, [1, 1, 3], 1, 5, cell: true)),
            new Case(x => Of(x[0].Lstm(x[1], x[2], W(x, 3), batchSizes: Lengths)), Packed("lstm", "(b, c), [d, e, f, g]"), Inputs(4, [11, 3], 4, 3, biases: true, cell: true)),
            new Case(x => Of(x[0].Lstm(x[1], x[2], W(x, 3), reverse: true, batchSizes: Lengths)), PackedReverse("lstm", "(b.repeat(2, 1, 1), c.repeat(2, 1, 1)), [d, e, f, g] * 2", 3), Inputs(4, [11, 2], 4, 3, biases: true, cell: true)))
        {
            StridesKeepBits = false,
            Tolerance = new(1e-5, 1e-12),
            Large = [new Case(x => Of(x[0].Lstm(x[1], x[2], W(x, 3))), "", Inputs(4, [3, 70, 20], 70, 96, biases: true, cell: true))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 1, 3]).Lstm(Tensor.Ones([1, 4]), Tensor.Ones([1, 5]), Ones(16, 3)), "Lstm", "cell state", "[1, 4]", "[1, 5]"),
                Wrong.Shape(() => Tensor.Ones([2, 1, 3]).Lstm(Tensor.Ones([1, 4]), Tensor.Ones([1, 4]), Ones(12, 3)), "[16, 3]", "[12, 3]"),
            ],
        },
        new("lstm_projected",
            new Case(x => Of(x[0].Lstm(x[1], x[2], P(x))), Torch("lstm", "(b, c), [d, e, f]"), Projected([4, 2, 3], 2, 5, 3)),
            new Case(x => Of(x[0].Lstm(x[1], x[2], P(x), reverse: true)), Torch("lstm", "(b, c), [d, e, f]", reverse: true), Projected([3, 2, 3], 2, 4, 2)),
            new Case(x => Of(x[0].Lstm(x[1], x[2], P(x), batchSizes: Lengths)), Packed("lstm", "(b, c), [d, e, f]"), Projected([11, 3], 4, 5, 3)))
        {
            Tolerance = new(1e-5, 1e-12),
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 1, 3]).Lstm(Tensor.Ones([1, 2]), Tensor.Ones([1, 4]), new(Tensor.Ones([16, 3]), Tensor.Ones([16, 2]), WeightHr: Tensor.Ones([3, 4]))), "projection", "[2, 4]", "[3, 4]")],
        },
        new("gru",
            new Case(x => Of(x[0].Gru(x[1], W(x, 2))), Torch("gru", "b, [c, d, e, f]"), Inputs(3, [5, 2, 3], 2, 4, biases: true)),
            new Case(x => Of(x[0].Gru(x[1], W(x, 2), reverse: true)), Torch("gru", "b, [c, d]", reverse: true), Inputs(3, [3, 2, 3], 2, 9)),
            new Case(x => Of(x[0].Gru(x[1], W(x, 2), batchSizes: Lengths)), Packed("gru", "b, [c, d, e, f]"), Inputs(3, [11, 3], 4, 5, biases: true)),
            new Case(x => Of(x[0].Gru(x[1], W(x, 2), reverse: true, batchSizes: Lengths)), PackedReverse("gru", "b.repeat(2, 1, 1), [c, d, e, f] * 2", 5), Inputs(3, [11, 2], 4, 5, biases: true)))
        {
            Tolerance = new(1e-5, 1e-12),
            Large = [new Case(x => Of(x[0].Gru(x[1], W(x, 2))), "", Inputs(3, [3, 70, 20], 70, 96, biases: true))],
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 1, 3]).Gru(Tensor.Ones([1, 4]), Ones(12, 3) with { BiasIh = Tensor.Ones([12]), BiasHh = Tensor.Ones([4]) }), "bias of the state", "[12]", "[4]")],
        },
    ];

    private static Tensor[] Of((Tensor, Tensor) y) => [y.Item1, y.Item2];

    private static Tensor[] Of((Tensor, Tensor, Tensor) y) => [y.Item1, y.Item2, y.Item3];

    private static RecurrentWeights W(Tensor[] x, int at) => x.Length > at + 2 ? new(x[at], x[at + 1], x[at + 2], x[at + 3]) : new(x[at], x[at + 1]);

    private static RecurrentWeights P(Tensor[] x) => new(x[3], x[4], WeightHr: x[5]);

    private static RecurrentWeights Ones(int sums, int input) => new(Tensor.Ones([sums, input]), Tensor.Ones([sums, 4]));

    private static Input[] Inputs(int gates, int[] shape, int batch, int size, bool biases = false, bool cell = false)
    {
        Input sums = A.In(gates * size);
        return [A.In(shape), A.In(batch, size), .. cell ? [A.In(batch, size)] : (Input[])[], A.In(gates * size, shape[^1]), A.In(gates * size, size), .. biases ? [sums, sums] : (Input[])[]];
    }

    private static Input[] Projected(int[] shape, int batch, int size, int width) => [A.In(shape), A.In(batch, width), A.In(batch, size), A.In(4 * size, shape[^1]), A.In(4 * size, width), A.In(width, size)];

    /// <summary>One layer in one direction; the states come and go with a dimension for layers.</summary>
    private static string Torch(string name, string rest, bool reverse = false)
    {
        string turned = reverse ? ".flip(0)" : "";
        return $"(lambda y, *s: (y{turned}, *(t[0] for t in s)))(*torch._VF.{name}(a{turned}, {States(rest)}, {HasBias(rest)}, 1, 0.0, False, False, False))";
    }

    private static string Packed(string name, string rest) =>
        $"(lambda y, *s: (y, *(t[0] for t in s)))(*torch._VF.{name}(a, torch.tensor([{string.Join(", ", Lengths)}]), {States(rest)}, {HasBias(rest)}, 1, 0.0, False, False))";

    /// <summary>The second half of a network in both directions with the same weights for both.</summary>
    private static string PackedReverse(string name, string rest, int size) =>
        $"(lambda y, *s: (y[:, {size}:], *(t[1] for t in s)))(*torch._VF.{name}(a, torch.tensor([{string.Join(", ", Lengths)}]), {rest}, True, 1, 0.0, False, True))";

    private static string HasBias(string rest) => rest.Split('[')[1].Split(',').Length == 4 ? "True" : "False";

    private static string States(string rest) => rest.Replace("(b, c)", "(b[None], c[None])", StringComparison.Ordinal).Replace("b, [", "b[None], [", StringComparison.Ordinal);
}
