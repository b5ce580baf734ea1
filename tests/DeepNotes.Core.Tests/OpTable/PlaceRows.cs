namespace DeepNotes.OpTable;

/// <summary>What reads or writes at places: indices and windows.</summary>
public static class PlaceRows
{
    private static readonly Input A = new(3, 4);

    public static IEnumerable<Row> All =>
    [
        new("index_select",
            new Case(x => x[0].IndexSelect(0, x[1]), "a.index_select(0, b)", A, Input.Index(3, 5)),
            new Case(x => x[0].IndexSelect(-1, x[1]), "a.index_select(-1, b)", A, Input.Index(4, 6)),
            new Case(x => x[0].IndexSelect(1, x[1]), "a.index_select(1, b)", A.In(2, 3, 4), Input.Index(3, 4)),
            new Case(x => x[0].IndexSelect(0, x[1]), "a.index_select(0, b)", A, Input.Index(3, 0)))
        {
            Large = [new Case(x => x[0].IndexSelect(0, x[1]), "", A.In(500, 67), Input.Index(500, 3000))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4]).IndexSelect(0, Tensor.Zeros([1, 1], DType.Int64)), "[1, 1]"),
                Wrong.Shape(() => Tensor.Ones([]).IndexSelect(0, Tensor.Arange(1)), "scalar"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).IndexSelect(2, Tensor.Arange(1)), "2", "[3, 4]"),
                Wrong.Type(() => Tensor.Ones([3, 4]).IndexSelect(0, Tensor.Ones([2])), "Int64", "Float32"),
                Wrong.Range(() => Tensor.Ones([3, 4]).IndexSelect(0, Tensor.From<long>(0, 3)), "3"),
                Wrong.Range(() => Tensor.Ones([3, 4]).IndexSelect(0, Tensor.From<long>(-1)), "-1"),
            ],
        },
        new("index_add",
            new Case(x => x[0].IndexAdd(0, x[1], x[2]), "a.index_add(0, b, c)", A, Input.Index(3, 5), A.In(5, 4)),
            new Case(x => x[0].IndexAdd(-1, x[1], x[2], -1.5), "a.index_add(-1, b, c, alpha=-1.5)", A.In(2, 3, 4), Input.Index(4, 6), A.In(2, 3, 6)),
            new Case(x => x[0].IndexAdd(1, x[1], x[2]), "a.index_add(1, b, c)", A, Input.Index(4, 0), A.In(3, 0)))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4]).IndexAdd(0, Tensor.Arange(2), Tensor.Ones([3, 4])), "[2, 4]", "[3, 4]"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).IndexAdd(0, Tensor.Zeros([1, 2], DType.Int64), Tensor.Ones([2, 4])), "[1, 2]"),
                Wrong.Type(() => Tensor.Ones([3, 4]).IndexAdd(0, Tensor.Arange(2), Tensor.Ones([2, 4], DType.Float64)), "Float64", "Float32"),
                Wrong.Type(() => Tensor.Arange(3).IndexAdd(0, Tensor.Arange(2), Tensor.Arange(2), 0.5), "Int64", "0.5"),
                Wrong.Range(() => Tensor.Ones([3, 4]).IndexAdd(0, Tensor.From<long>(3), Tensor.Ones([1, 4])), "3"),
            ],
        },
        new("index_copy",
            new Case(x => x[0].IndexCopy(0, Tensor.From<long>(2, 0), x[1]), "a.index_copy(0, torch.tensor([2, 0]), b)", A, A.In(2, 4)),
            new Case(x => x[0].IndexCopy(-1, Tensor.From<long>(1), x[1]), "a.index_copy(-1, torch.tensor([1]), b)", A.In(2, 3, 4), A.In(2, 3, 1)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([3, 4]).IndexCopy(1, Tensor.Arange(2), Tensor.Ones([2, 4])), "[3, 2]", "[2, 4]")],
        },
        new("index_fill",
            new Case(x => x[0].IndexFill(0, x[1], -1.5), "a.index_fill(0, b, -1.5)", A, Input.Index(3, 2)),
            new Case(x => x[0].IndexFill(1, x[1], 2), "a.index_fill(1, b, 2)", A.In(2, 3, 4), Input.Index(3, 2)))
        {
            Wrong = [Wrong.Type(() => Tensor.Ones([3, 4]).IndexFill(0, Tensor.Ones([2]), 1), "Int64", "Float32")],
        },
        new("gather",
            new Case(x => x[0].Gather(x[1]), "a.gather(-1, b)", A, Input.Index(4, 3, 6)),
            new Case(x => x[0].Gather(x[1]), "a.gather(-1, b)", A.In(2, 3, 5), Input.Index(5, 2, 3, 2)),
            new Case(x => x[0].Gather(x[1]), "a.gather(-1, b)", A.In(4), Input.Index(4, 3)))
        {
            Large = [new Case(x => x[0].Gather(x[1]), "", A.In(3000, 30), Input.Index(30, 3000, 40))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4]).Gather(Tensor.Zeros([2, 4], DType.Int64)), "[3, 4]", "[2, 4]"),
                Wrong.Type(() => Tensor.Ones([3, 4]).Gather(Tensor.Zeros([3, 4], DType.Int32)), "Int64", "Int32"),
                Wrong.Range(() => Tensor.Ones([3, 4]).Gather(Tensor.Full([3, 1], 4, DType.Int64)), "4"),
            ],
        },
        new("scatter_add",
            new Case(x => x[0].ScatterAdd(x[1], 6), "a.new_zeros(3, 6).scatter_add(-1, b, a)", A, Input.Index(6, 3, 4)),
            new Case(x => x[0].ScatterAdd(x[1], 2), "a.new_zeros(2, 3, 2).scatter_add(-1, b, a)", A.In(2, 3, 5), Input.Index(2, 2, 3, 5)))
        {
            Large = [new Case(x => x[0].ScatterAdd(x[1], 30), "", A.In(3000, 40), Input.Index(30, 3000, 40))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4]).ScatterAdd(Tensor.Zeros([3, 3], DType.Int64), 5), "[3, 4]", "[3, 3]"),
                Wrong.Type(() => Tensor.Ones([3]).ScatterAdd(Tensor.Zeros([3], DType.Bool), 5), "Int64", "Bool"),
                Wrong.Range(() => Tensor.Ones([3]).ScatterAdd(Tensor.Full([3], 5, DType.Int64), 5), "5"),
            ],
        },
        new("max_pool2d",
            Pool((2, 2), null, null, null, "2", [2, 3, 4, 6]),
            Pool((3, 2), (1, 2), (1, 1), null, "(3, 2), (1, 2), 1", [1, 2, 5, 6]),
            Pool((2, 2), (1, 1), (0, 1), (2, 3), "2, 1, (0, 1), (2, 3)", [1, 2, 5, 7]),
            Pool((2, 2), null, null, null, "2", [1, 1, 5, 5]))
        {
            Large = [Pool((3, 3), (2, 2), (1, 1), null, "", [8, 16, 40, 41])],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4, 4]).MaxPool2d((2, 2)), "[4, 4]"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 2, 2]).MaxPool2d((3, 3)), "2×2"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 4, 4]).MaxPool2d((2, 2), padding: (2, 0)), "half"),
                Wrong.Type(() => Tensor.Ones([1, 1, 4, 4], DType.Int64).MaxPool2d((2, 2)), "Int64"),
                Wrong.Range(() => Tensor.Ones([1, 1, 4, 4]).MaxPool2d((0, 2)), "kernel"),
            ],
        },
    ];

    private static Case Pool((int, int) kernel, (int, int)? stride, (int, int)? padding, (int, int)? dilation, string torch, int[] lengths) =>
        new(x =>
        {
            var (values, indices) = x[0].MaxPool2dWithIndices(kernel, stride, padding, dilation);
            return [values, indices];
        }, $"F.max_pool2d(a, {torch}, return_indices=True)", new Input(lengths) { Distinct = true });
}
