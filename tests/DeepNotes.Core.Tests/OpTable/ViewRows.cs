namespace DeepNotes.OpTable;

/// <summary>What moves elements about: views, copies, conversions, and putting tensors together.</summary>
public static class ViewRows
{
    private static readonly Input A = new(3, 4);

    public static IEnumerable<Row> All =>
    [
        new("reshape",
            new Case(x => x[0].Reshape(2, 6), "a.reshape(2, 6)", A),
            new Case(x => x[0].Reshape(-1), "a.reshape(-1)", A),
            new Case(x => x[0].Transpose(0, 1).Reshape(6, -1), "a.t().reshape(6, -1)", A),
            new Case(x => x[0].Reshape([]), "a.reshape([])", A.In(1, 1)),
            new Case(x => x[0].Reshape(0, 5), "a.reshape(0, 5)", A.In(3, 0)))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4]).Reshape(5, 2), "[3, 4]", "[5, 2]", "12", "10"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).Reshape(-1, 5), "[3, 4]", "[-1, 5]"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).Reshape(-1, -1), "−1"),
            ],
        },
        new("transpose",
            new Case(x => x[0].Transpose(0, 1), "a.transpose(0, 1)", A),
            new Case(x => x[0].Transpose(-1, 0), "a.transpose(-1, 0)", A.In(2, 3, 4)),
            new Case(x => x[0].Mt, "a.mT", A.In(2, 3, 4)),
            new Case(x => x[0].Mt, "a.mT", A.In(2, 0, 4)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Transpose(0, 2), "2", "[3, 4]"), Wrong.Shape(() => Tensor.Ones([3]).Mt, "[3]")],
        },
        new("permute", new Case(x => x[0].Permute(2, 0, 1), "a.permute(2, 0, 1)", A.In(2, 3, 4)), new Case(x => x[0].Permute(-1, -2), "a.permute(-1, -2)", A))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Permute(0, 0), "[0, 0]", "[2, 3]"), Wrong.Shape(() => Tensor.Ones([2, 3]).Permute(0), "[0]", "[2, 3]")],
        },
        new("slice",
            new Case(x => x[0].Slice(1, 1, 7, 2), "a[:, 1:7:2]", A.In(3, 8)),
            new Case(x => x[0].Slice(0, -2), "a[-2:]", A),
            new Case(x => x[0].Slice(-1, 0, -1, 3), "a[:, 0:-1:3]", A.In(3, 8)),
            new Case(x => x[0].Slice(0, 2, 2), "a[2:2]", A),
            new Case(x => x[0][.., 1..^1, 2], "a[:, 1:-1, 2]", A.In(2, 4, 3)),
            new Case(x => x[0][^1], "a[-1]", A))
        {
            Wrong =
            [
                Wrong.Range(() => Tensor.Ones([3]).Slice(0, 0, 3, 0), "0"),
                Wrong.Shape(() => Tensor.Ones([3])[4], "4", "[3]"),
                Wrong.Shape(() => Tensor.Ones([3])[1..5], "1..5", "[3]"),
                Wrong.Shape(() => Tensor.Ones([3])[0, 0], "2", "[3]"),
            ],
        },
        new("narrow", new Case(x => x[0].Narrow(1, 1, 2), "a.narrow(1, 1, 2)", A), new Case(x => x[0].Narrow(0, 1, 0), "a.narrow(0, 1, 0)", A))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Narrow(1, 3, 2), "[3, 4]", "3", "2")],
        },
        new("select", new Case(x => x[0].Select(1, -1), "a.select(1, -1)", A), new Case(x => x[0].Select(0, 1), "a.select(0, 1)", A.In(2, 3, 4)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Select(1, 4), "4", "[3, 4]")],
        },
        new("expand",
            new Case(x => x[0].Expand(2, 3, 4), "a.expand(2, 3, 4)", A.In(3, 1)),
            new Case(x => x[0].Expand(-1, 5), "a.expand(-1, 5)", A.In(3, 1)),
            new Case(x => x[0].Expand(2, 2), "a.expand(2, 2)", A.In()),
            new Case(x => x[0].Expand(0, 3), "a.expand(0, 3)", A.In(1, 3)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Expand(3, 5), "[3, 4]", "[3, 5]"), Wrong.Shape(() => Tensor.Ones([3, 4]).Expand(4), "[3, 4]", "[4]")],
        },
        new("squeeze", new Case(x => x[0].Squeeze(), "a.squeeze()", A.In(1, 3, 1, 2)), new Case(x => x[0].Squeeze(-2), "a.squeeze(-2)", A.In(3, 1, 2)), new Case(x => x[0].Squeeze(0), "a.squeeze(0)", A))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Squeeze(2), "2", "[3, 4]")],
        },
        new("unsqueeze", new Case(x => x[0].Unsqueeze(1), "a.unsqueeze(1)", A), new Case(x => x[0].Unsqueeze(-1), "a.unsqueeze(-1)", A), new Case(x => x[0].Unsqueeze(0), "a.unsqueeze(0)", A.In()))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Unsqueeze(3), "3", "[3, 4]")],
        },
        new("flatten", new Case(x => x[0].Flatten(), "a.flatten()", A), new Case(x => x[0].Flatten(1), "a.flatten(1)", A.In(2, 3, 4)), new Case(x => x[0].Flatten(0, -2), "a.flatten(0, -2)", A.In(2, 3, 4)), new Case(x => x[0].Flatten(), "a.flatten()", A.In()))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).Flatten(1, 0), "1", "0")],
        },
        new("diagonal", new Case(x => x[0].Diagonal(), "a.diagonal()", A), new Case(x => x[0].Diagonal(), "a.diagonal(dim1=-2, dim2=-1)", A.In(2, 4, 3)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3]).Diagonal(), "[3]")],
        },
        new("diagonal_offset",
            new Case(x => x[0].Diagonal(1, 0, 1), "a.diagonal(1)", A),
            new Case(x => x[0].Diagonal(-1), "a.diagonal(-1, -2, -1)", A.In(2, 4, 3)),
            new Case(x => x[0].Diagonal(2, 2, 0), "a.diagonal(2, 2, 0)", A.In(5, 2, 4)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([2, 3]).Diagonal(4), "4", "[2, 3]"), Wrong.Shape(() => Tensor.Ones([2, 3]).Diagonal(0, 1, -1), "[2, 3]"), Wrong.Shape(() => Tensor.Ones([2]).Diagonal(1), "[2]")],
        },
        new("split", new Case(x => x[0].Split(2, 1), "a.split(2, 1)", A.In(3, 5)), new Case(x => x[0].Split(3), "a.split(3)", A), new Case(x => x[0].Split([1, 3, 1], -1), "a.split([1, 3, 1], -1)", A.In(3, 5))) { Wrong = [Wrong.Range(() => Tensor.Ones([3]).Split(0)), Wrong.Shape(() => Tensor.Ones([3]).Split([1, 3]), "[1, 3]", "[3]"), Wrong.Shape(() => Tensor.Ones([3]).Split([4, -1]), "-1")] },
        new("chunk", new Case(x => x[0].Chunk(3, -1), "a.chunk(3, -1)", A.In(2, 7)), new Case(x => x[0].Chunk(5), "a.chunk(5)", A)) { Wrong = [Wrong.Range(() => Tensor.Ones([3]).Chunk(0))] },
        new("concatenate",
            new Case(x => Tensor.Concatenate([x[0], x[1], x[2]], 1), "torch.cat([a, b, c], 1)", A.In(2, 3), A.In(2, 1), A.In(2, 2)),
            new Case(x => Tensor.Concatenate([x[0], x[1]]), "torch.cat([a, b])", A.In(1, 3), A.In(2, 3)),
            new Case(x => Tensor.Concatenate([x[0], x[0], x[1]], -1), "torch.cat([a, a, b], -1)", A.In(2, 2), A.In(2, 0)))
        {
            Integers = Integers.AsTorch,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Concatenate([Tensor.Ones([2, 3]), Tensor.Ones([3, 3])], 1), "[2, 3]", "[3, 3]"),
                Wrong.Shape(() => Tensor.Concatenate([Tensor.Ones([])]), "Stack"),
                new Wrong(() => Tensor.Concatenate([]), typeof(ArgumentException), "one"),
            ],
        },
        new("stack", new Case(x => Tensor.Stack([x[0], x[1]]), "torch.stack([a, b])", A, A), new Case(x => Tensor.Stack([x[0], x[1], x[0]], -1), "torch.stack([a, b, a], -1)", A, A), new Case(x => Tensor.Stack([x[0], x[1]]), "torch.stack([a, b])", A.In(), A.In()))
        {
            Wrong = [Wrong.Shape(() => Tensor.Stack([Tensor.Ones([2]), Tensor.Ones([3])]), "[2]", "[3]"), new Wrong(() => Tensor.Stack([]), typeof(ArgumentException))],
        },
        new("where",
            new Case(x => Tensor.Where(x[0], x[1], x[2]), "torch.where(a, b, c)", Input.Mask(3, 4), A, A),
            new Case(x => Tensor.Where(x[0], x[1], x[2]), "torch.where(a, b, c)", Input.Mask(3, 1), A.In(4), A.In(2, 1, 1)),
            new Case(x => Tensor.Where(x[0], x[1], 0.5), "torch.where(a, b, 0.5)", Input.Mask(3, 4), A))
        {
            Large = [new Case(x => Tensor.Where(x[0], x[1], x[2]), "", Input.Mask(301, 403), A.In(301, 403), A.In(403))],
            Wrong =
            [
                Wrong.Type(() => Tensor.Where(Tensor.Ones([2]), Tensor.Ones([2]), Tensor.Ones([2])), "Bool", "Float32"),
                Wrong.Shape(() => Tensor.Where(Tensor.Ones([2], DType.Bool), Tensor.Ones([3]), Tensor.Ones([1])), "[2]", "[3]"),
            ],
        },
        new("clone", new Case(x => x[0].Clone(), "a.clone()", A), new Case(x => x[0].Transpose(0, 1).Contiguous(), "a.t().contiguous()", A)) { Integers = Integers.AsTorch },
        new("to_float64", new Case(x => x[0].To(DType.Float64), "a.to(torch.float64)", A)) { Integers = Integers.AsTorch },
        new("to_float32", new Case(x => x[0].To(DType.Float32), "a.to(torch.float32)", A)) { Integers = Integers.AsTorch, IsSmooth = false },
        Conversion("int64", DType.Int64),
        Conversion("int32", DType.Int32),
        Conversion("uint8", DType.UInt8),
        Conversion("bool", DType.Bool),
    ];

    private static Row Conversion(string name, DType type) =>
        new($"to_{name}", new Case(x => x[0].To(type), $"a.to(torch.{name})", A.In(5, 13)), new Case(x => x[0].To(type), $"a.to(torch.{name})", new Input(4, 9) { Low = type == DType.UInt8 ? 0 : -200, High = 200 }))
        {
            HasGradient = false,
            Integers = Integers.AsTorch,
        };
}
