namespace DeepNotes.OpTable;

/// <summary>Convolutions of one and three dimensions, and transposed ones.</summary>
public static class ConvolutionRows
{
    private static readonly Input A = new(3, 4);
    private static readonly Tolerance Sums = new(1e-5, 1e-12);

    public static IEnumerable<Row> All =>
    [
        new("conv1d",
            new Case(x => x[0].Conv1d(x[1], x[2]), "F.conv1d(a, b, c)", A.In(2, 3, 7), A.In(4, 3, 3), A.In(4)),
            new Case(x => x[0].Conv1d(x[1], null, 2, 1), "F.conv1d(a, b, None, 2, 1)", A.In(1, 2, 6), A.In(3, 2, 3)),
            new Case(x => x[0].Conv1d(x[1], x[2], padding: 2, dilation: 3), "F.conv1d(a, b, c, 1, 2, 3)", A.In(1, 2, 6), A.In(2, 2, 2), A.In(2)),
            new Case(x => x[0].Conv1d(x[1], groups: 2), "F.conv1d(a, b, groups=2)", A.In(2, 4, 5), A.In(6, 2, 2)),
            new Case(x => x[0].Conv1d(x[1]), "F.conv1d(a, b)", A.In(0, 2, 5), A.In(3, 2, 2)),
            new Case(x => x[0].Conv1d(x[1], x[2], 2, 1), "F.conv1d(a, b, c, 2, 1)", A.In(2, 5), A.In(3, 2, 2), A.In(3)),
            new Case(x => x[0].Conv1d(x[1], x[2], ConvPadding.Same), "F.conv1d(a, b, c, padding='same')", A.In(1, 2, 5), A.In(3, 2, 4), A.In(3)),
            new Case(x => x[0].Conv1d(x[1], null, ConvPadding.Valid, 2), "F.conv1d(a, b, None, 2, 'valid')", A.In(1, 2, 5), A.In(3, 2, 2)),
            new Case(x => x[0].Conv1d(x[1], null, ConvPadding.Same, paddingMode: PadMode.Reflect), "F.conv1d(F.pad(a, (1, 2), 'reflect'), b)", A.In(1, 2, 5), A.In(3, 2, 4)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([5]).Conv1d(Tensor.Ones([4, 3, 3])), "[5]"),
                Wrong.Shape(() => Tensor.Ones([2, 5]).Conv1d(Tensor.Ones([4, 3, 3])), "input [2, 5] has 2 channels"),
                new(() => Tensor.Ones([1, 3, 5]).Conv1d(Tensor.Ones([4, 3, 3]), null, ConvPadding.Same, 2), typeof(ArgumentException), "stride 1", "2"),
                Wrong.Shape(() => Tensor.Ones([5]).Conv1d(Tensor.Ones([4, 3, 3]), null, ConvPadding.Same), "[5]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5]).Conv1d(Tensor.Ones([4, 2, 3])), "[1, 3, 5]", "[4, 2, 3]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 2]).Conv1d(Tensor.Ones([4, 3, 3])), "3", "2"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5]).Conv1d(Tensor.Ones([4, 3, 3]), Tensor.Ones([3])), "[4, 3, 3]", "[3]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5]).Conv1d(Tensor.Ones([4, 3, 3]), groups: 2), "2 groups", "3"),
                Wrong.Type(() => Tensor.Ones([1, 3, 5]).Conv1d(Tensor.Ones([4, 3, 3], DType.Float64)), "Float32", "Float64"),
                Wrong.Range(() => Tensor.Ones([1, 3, 5]).Conv1d(Tensor.Ones([4, 3, 3]), stride: 0), "stride"),
            ],
        },
        new("conv2d_padding",
            new Case(x => x[0].Conv2d(x[1], x[2], (1, 2), (1, 0)), "F.conv2d(a, b, c, (1, 2), (1, 0))", A.In(2, 4, 5), A.In(3, 2, 2, 3), A.In(3)),
            new Case(x => x[0].Conv2d(x[1], x[2], ConvPadding.Same), "F.conv2d(a, b, c, padding='same')", A.In(2, 2, 4, 5), A.In(3, 2, 3, 2), A.In(3)),
            new Case(x => x[0].Conv2d(x[1], null, ConvPadding.Same, dilation: (1, 2), groups: 2), "F.conv2d(a, b, padding='same', dilation=(1, 2), groups=2)", A.In(2, 4, 5), A.In(4, 1, 2, 2)),
            new Case(x => x[0].Conv2d(x[1], null, ConvPadding.Valid, (2, 1)), "F.conv2d(a, b, None, (2, 1), 'valid')", A.In(1, 2, 4, 5), A.In(3, 2, 2, 2)),
            new Case(x => x[0].Conv2d(x[1], null, ConvPadding.Same, paddingMode: PadMode.Replicate), "F.conv2d(F.pad(a, (0, 1, 1, 1), 'replicate'), b)", A.In(1, 2, 3, 4), A.In(2, 2, 3, 2)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4, 5]).Conv2d(Tensor.Ones([3, 2, 3, 2])), "[4, 5]"),
                Wrong.Shape(() => Tensor.Ones([3, 4, 5]).Conv2d(Tensor.Ones([3, 2, 3, 2])), "input [3, 4, 5] has 3 channels"),
                Wrong.Shape(() => Tensor.Ones([2, 4, 1]).Conv2d(Tensor.Ones([3, 2, 3, 2])), "3×2", "4×1"),
                Wrong.Shape(() => Tensor.Ones([2, 4, 5]).Conv2d(Tensor.Ones([3, 3, 3, 2]), null, ConvPadding.Same), "[3, 3, 3, 2]"),
                Wrong.Shape(() => Tensor.Ones([2, 2, 5]).Conv2d(Tensor.Ones([3, 2, 5, 2]), null, ConvPadding.Same, paddingMode: PadMode.Reflect), "Reflect", "2"),
                new(() => Tensor.Ones([2, 4, 5]).Conv2d(Tensor.Ones([3, 2, 3, 2]), null, ConvPadding.Same, (1, 2)), typeof(ArgumentException), "stride 1", "(1, 2)"),
            ],
        },
        new("conv3d",
            new Case(x => x[0].Conv3d(x[1], x[2]), "F.conv3d(a, b, c)", A.In(2, 2, 3, 4, 3), A.In(3, 2, 2, 2, 2), A.In(3)),
            new Case(x => x[0].Conv3d(x[1], null, (2, 1, 2), (1, 0, 1)), "F.conv3d(a, b, None, (2, 1, 2), (1, 0, 1))", A.In(1, 2, 4, 3, 3), A.In(2, 2, 3, 2, 2)),
            new Case(x => x[0].Conv3d(x[1], x[2], dilation: (2, 1, 1), groups: 2), "F.conv3d(a, b, c, dilation=(2, 1, 1), groups=2)", A.In(1, 4, 4, 2, 3), A.In(4, 2, 2, 2, 2), A.In(4)),
            new Case(x => x[0].Conv3d(x[1], x[2]), "F.conv3d(a, b, c)", A.In(2, 3, 2, 3), A.In(2, 2, 2, 2, 2), A.In(2)),
            new Case(x => x[0].Conv3d(x[1], x[2], ConvPadding.Same, dilation: (1, 2, 1)), "F.conv3d(a, b, c, padding='same', dilation=(1, 2, 1))", A.In(1, 2, 3, 3, 4), A.In(2, 2, 2, 2, 3), A.In(2)),
            new Case(x => x[0].Conv3d(x[1], null, ConvPadding.Same, paddingMode: PadMode.Circular), "F.conv3d(F.pad(a, (1, 1, 0, 1, 0, 0), 'circular'), b)", A.In(1, 1, 2, 2, 3), A.In(1, 1, 1, 2, 3)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Large = [new Case(x => x[0].Conv3d(x[1], x[2], padding: (1, 1, 1)), "", A.In(2, 8, 6, 16, 16), A.In(12, 8, 3, 3, 3), A.In(12))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 5, 5]).Conv3d(Tensor.Ones([4, 3, 3, 3, 3])), "[3, 5, 5]"),
                Wrong.Shape(() => Tensor.Ones([2, 4, 5, 6]).Conv3d(Tensor.Ones([4, 3, 3, 3, 3])), "input [2, 4, 5, 6] has 2 channels"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5, 5, 5]).Conv3d(Tensor.Ones([4, 2, 3, 3, 3])), "[1, 3, 5, 5, 5]", "[4, 2, 3, 3, 3]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 2, 5, 5]).Conv3d(Tensor.Ones([4, 3, 3, 3, 3])), "3×3×3", "2×5×5"),
                Wrong.Type(() => Tensor.Ones([1, 1, 2, 2, 2]).Conv3d(Tensor.Ones([1, 1, 1, 1, 1]), Tensor.Ones([1], DType.Float64)), "Float32", "Float64"),
                Wrong.Range(() => Tensor.Ones([1, 1, 2, 2, 2]).Conv3d(Tensor.Ones([1, 1, 1, 1, 1]), padding: (-1, 0, 0)), "padding"),
            ],
        },
        new("conv_transpose1d",
            new Case(x => x[0].ConvTranspose1d(x[1], x[2]), "F.conv_transpose1d(a, b, c)", A.In(2, 3, 5), A.In(3, 2, 3), A.In(2)),
            new Case(x => x[0].ConvTranspose1d(x[1], x[2], 3, 1, 2, 2, 2), "F.conv_transpose1d(a, b, c, 3, 1, 2, 2, 2)", A.In(1, 4, 4), A.In(4, 2, 3), A.In(4)),
            new Case(x => x[0].ConvTranspose1d(x[1], x[2], 2), "F.conv_transpose1d(a, b, c, 2)", A.In(2, 4), A.In(2, 3, 2), A.In(3)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([1, 3, 5]).ConvTranspose1d(Tensor.Ones([4, 3, 3])), "[1, 3, 5]", "[4, 3, 3]"),
                Wrong.Shape(() => Tensor.Ones([3, 5]).ConvTranspose1d(Tensor.Ones([4, 3, 3])), "input [3, 5] has 3 channels"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 2]).ConvTranspose1d(Tensor.Ones([3, 2, 3]), padding: 2), "2", "3"),
                Wrong.Type(() => Tensor.Ones([1, 3, 5]).ConvTranspose1d(Tensor.Ones([3, 3, 3], DType.Float64)), "Float32", "Float64"),
                Wrong.Range(() => Tensor.Ones([1, 3, 5]).ConvTranspose1d(Tensor.Ones([3, 3, 3]), stride: 2, outputPadding: 2), "output padding"),
            ],
        },
        new("conv_transpose2d",
            new Case(x => x[0].ConvTranspose2d(x[1], x[2]), "F.conv_transpose2d(a, b, c)", A.In(2, 3, 3, 4), A.In(3, 2, 3, 2), A.In(2)),
            new Case(x => x[0].ConvTranspose2d(x[1], null, (2, 3), (1, 0), (1, 2)), "F.conv_transpose2d(a, b, None, (2, 3), (1, 0), (1, 2))", A.In(1, 2, 3, 3), A.In(2, 3, 3, 2)),
            new Case(x => x[0].ConvTranspose2d(x[1], x[2], padding: (1, 1), outputPadding: (1, 2), groups: 2, dilation: (2, 3)), "F.conv_transpose2d(a, b, c, 1, 1, (1, 2), 2, (2, 3))", A.In(1, 4, 3, 2), A.In(4, 1, 2, 2), A.In(2)),
            new Case(x => x[0].ConvTranspose2d(x[1], x[2], (2, 2)), "F.conv_transpose2d(a, b, c, 2)", A.In(0, 2, 3, 3), A.In(2, 3, 2, 2), A.In(3)),
            new Case(x => x[0].ConvTranspose2d(x[1], x[2]), "F.conv_transpose2d(a, b, c)", A.In(2, 3, 2), A.In(2, 3, 2, 2), A.In(3)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Large = [new Case(x => x[0].ConvTranspose2d(x[1], x[2], (2, 2), (1, 1), (1, 1)), "", A.In(3, 16, 14, 14), A.In(16, 24, 3, 3), A.In(24))],
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([5, 5]).ConvTranspose2d(Tensor.Ones([3, 3, 3, 3])), "[5, 5]"),
                Wrong.Shape(() => Tensor.Ones([2, 5, 5]).ConvTranspose2d(Tensor.Ones([3, 3, 3, 3])), "input [2, 5, 5] has 2 channels"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5, 5]).ConvTranspose2d(Tensor.Ones([4, 3, 3, 3])), "[1, 3, 5, 5]", "[4, 3, 3, 3]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5, 5]).ConvTranspose2d(Tensor.Ones([3, 2, 3, 3]), Tensor.Ones([3])), "[3, 2, 3, 3]", "[3]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 5, 5]).ConvTranspose2d(Tensor.Ones([3, 2, 3, 3]), groups: 2), "2 groups", "3"),
                Wrong.Type(() => Tensor.Ones([1, 3, 5, 5], DType.Int64).ConvTranspose2d(Tensor.Ones([3, 2, 3, 3], DType.Int64)), "Int64"),
                Wrong.Range(() => Tensor.Ones([1, 3, 5, 5]).ConvTranspose2d(Tensor.Ones([3, 2, 3, 3]), outputPadding: (1, 0)), "output padding"),
            ],
        },
        new("conv_transpose3d",
            new Case(x => x[0].ConvTranspose3d(x[1], x[2]), "F.conv_transpose3d(a, b, c)", A.In(2, 2, 2, 3, 2), A.In(2, 3, 2, 2, 2), A.In(3)),
            new Case(x => x[0].ConvTranspose3d(x[1], x[2], (2, 1, 2), (1, 0, 1), (1, 0, 0), 2, (2, 1, 1)), "F.conv_transpose3d(a, b, c, (2, 1, 2), (1, 0, 1), (1, 0, 0), 2, (2, 1, 1))", A.In(1, 2, 2, 2, 3), A.In(2, 2, 3, 2, 2), A.In(4)),
            new Case(x => x[0].ConvTranspose3d(x[1]), "F.conv_transpose3d(a, b)", A.In(2, 2, 2, 3), A.In(2, 2, 2, 1, 2)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([1, 3, 2, 2, 2]).ConvTranspose3d(Tensor.Ones([2, 3, 1, 1, 1])), "[1, 3, 2, 2, 2]", "[2, 3, 1, 1, 1]"),
                Wrong.Shape(() => Tensor.Ones([3, 2, 2, 2]).ConvTranspose3d(Tensor.Ones([2, 3, 1, 1, 1])), "input [3, 2, 2, 2] has 3 channels"),
                Wrong.Type(() => Tensor.Ones([1, 1, 2, 2, 2]).ConvTranspose3d(Tensor.Ones([1, 1, 1, 1, 1], DType.Float64)), "Float32", "Float64"),
                Wrong.Range(() => Tensor.Ones([1, 1, 2, 2, 2]).ConvTranspose3d(Tensor.Ones([1, 1, 1, 1, 1]), dilation: (0, 1, 1)), "dilation"),
            ],
        },
    ];
}
