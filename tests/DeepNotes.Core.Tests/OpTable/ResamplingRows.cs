namespace DeepNotes.OpTable;

/// <summary>Images read at other places, and cut into columns or channels.</summary>
public static class ResamplingRows
{
    private static readonly Input A = new(3, 4);
    private static readonly Tolerance Sums = new(1e-5, 1e-12);

    public static IEnumerable<Row> All =>
    [
        new("interpolate",
            new Case(x => x[0].Interpolate([5]), "F.interpolate(a, 5)", A.In(2, 3, 4)),
            new Case(x => x[0].Interpolate([7, 3]), "F.interpolate(a, (7, 3))", A.In(1, 2, 4, 5)),
            new Case(x => x[0].Interpolate([2, 7, 3], InterpolationMode.NearestExact), "F.interpolate(a, (2, 7, 3), mode='nearest-exact')", A.In(1, 2, 3, 4, 5)),
            new Case(x => x[0].Interpolate([2.5, 0.7]), "F.interpolate(a, scale_factor=(2.5, 0.7))", A.In(1, 2, 3, 5)),
            new Case(x => x[0].Interpolate([7], InterpolationMode.Linear), "F.interpolate(a, 7, mode='linear')", A.In(2, 3, 4)),
            new Case(x => x[0].Interpolate([7, 3], InterpolationMode.Linear), "F.interpolate(a, (7, 3), mode='bilinear')", A.In(1, 2, 4, 5)),
            new Case(x => x[0].Interpolate([7, 3], InterpolationMode.Linear, true), "F.interpolate(a, (7, 3), mode='bilinear', align_corners=True)", A.In(1, 2, 4, 5)),
            new Case(x => x[0].Interpolate([1.6], InterpolationMode.Linear), "F.interpolate(a, scale_factor=1.6, mode='bilinear')", A.In(1, 2, 4, 3)),
            new Case(x => x[0].Interpolate([1.6], InterpolationMode.Linear, false, true), "F.interpolate(a, scale_factor=1.6, mode='bilinear', recompute_scale_factor=True)", A.In(1, 2, 4, 3)),
            new Case(x => x[0].Interpolate([4, 1, 3], InterpolationMode.Linear, true), "F.interpolate(a, (4, 1, 3), mode='trilinear', align_corners=True)", A.In(1, 2, 3, 2, 2)),
            new Case(x => x[0].Interpolate([7, 3], InterpolationMode.Bicubic), "F.interpolate(a, (7, 3), mode='bicubic')", A.In(1, 2, 4, 5)),
            new Case(x => x[0].Interpolate([6, 8], InterpolationMode.Bicubic, true), "F.interpolate(a, (6, 8), mode='bicubic', align_corners=True)", A.In(1, 2, 3, 5)),
            new Case(x => x[0].Interpolate([3, 2], InterpolationMode.Area), "F.interpolate(a, (3, 2), mode='area')", A.In(1, 2, 4, 5)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([4, 4]).Interpolate([2]), "[4, 4]"),
                Wrong.Shape(() => Tensor.Ones([1, 1, 4, 4]).Interpolate([2]), "1", "[1, 1, 4, 4]"),
                Wrong.Type(() => Tensor.Ones([1, 1, 4], DType.Int64).Interpolate([2]), "Int64"),
                Wrong.Range(() => Tensor.Ones([1, 1, 4]).Interpolate([0]), "0"),
                new(() => Tensor.Ones([1, 1, 4]).Interpolate([2], alignCorners: true), typeof(ArgumentException), "Nearest"),
                new(() => Tensor.Ones([1, 1, 4]).Interpolate([2], InterpolationMode.Bicubic), typeof(ArgumentException), "Bicubic", "[1, 1, 4]"),
            ],
        },
        new("grid_sample",
            Sample(GridSampleMode.Bilinear, GridSamplePadding.Zeros, false, 1),
            Sample(GridSampleMode.Bilinear, GridSamplePadding.Zeros, true, 1.7),
            Sample(GridSampleMode.Bilinear, GridSamplePadding.Border, false, 1.7),
            Sample(GridSampleMode.Bilinear, GridSamplePadding.Border, true, 1.7),
            Sample(GridSampleMode.Bilinear, GridSamplePadding.Reflection, false, 3.3),
            Sample(GridSampleMode.Bilinear, GridSamplePadding.Reflection, true, 3.3),
            Sample(GridSampleMode.Nearest, GridSamplePadding.Zeros, false, 1.7),
            Sample(GridSampleMode.Nearest, GridSamplePadding.Reflection, true, 3.3),
            Sample(GridSampleMode.Bicubic, GridSamplePadding.Zeros, false, 1.7),
            Sample(GridSampleMode.Bicubic, GridSamplePadding.Border, true, 1.7),
            Sample(GridSampleMode.Bicubic, GridSamplePadding.Reflection, false, 3.3),
            Sample(GridSampleMode.Bicubic, GridSamplePadding.Reflection, true, 3.3))
        {
            Tolerance = new(2e-5, 1e-11),
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4, 4]).GridSample(Tensor.Ones([3, 2, 2, 2])), "[3, 4, 4]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 4, 4]).GridSample(Tensor.Ones([2, 2, 2, 2])), "[1, 3, 4, 4]", "[2, 2, 2, 2]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 4, 4]).GridSample(Tensor.Ones([1, 2, 2, 3])), "[1, 2, 2, 3]"),
                Wrong.Type(() => Tensor.Ones([1, 3, 4, 4]).GridSample(Tensor.Ones([1, 2, 2, 2], DType.Float64)), "Float32", "Float64"),
            ],
        },
        new("affine_grid",
            new Case(x => x[0].AffineGrid([2, 3, 4, 5]), "F.affine_grid(a, (2, 3, 4, 5), align_corners=False)", A.In(2, 2, 3)),
            new Case(x => x[0].AffineGrid([2, 1, 3, 1], alignCorners: true), "F.affine_grid(a, (2, 1, 3, 1), align_corners=True)", A.In(2, 2, 3)),
            new Case(x => x[0].AffineGrid([1, 2, 2, 3, 4]), "F.affine_grid(a, (1, 2, 2, 3, 4), align_corners=False)", A.In(1, 3, 4)),
            new Case(x => x[0].AffineGrid([1, 2, 2, 3, 4], alignCorners: true), "F.affine_grid(a, (1, 2, 2, 3, 4), align_corners=True)", A.In(1, 3, 4)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([2, 2, 3]).AffineGrid([1, 3, 4, 5]), "[1, 3, 4, 5]", "[2, 2, 3]"),
                Wrong.Shape(() => Tensor.Ones([2, 2, 3]).AffineGrid([2, 4, 5]), "[2, 4, 5]"),
                Wrong.Type(() => Tensor.Ones([2, 2, 3], DType.Int64).AffineGrid([2, 3, 4, 5]), "Int64"),
            ],
        },
        new("grid_sample_3d",
            Volume(GridSampleMode.Bilinear, GridSamplePadding.Zeros, false, 1.4),
            Volume(GridSampleMode.Bilinear, GridSamplePadding.Border, true, 1.7),
            Volume(GridSampleMode.Bilinear, GridSamplePadding.Reflection, false, 3.3),
            Volume(GridSampleMode.Nearest, GridSamplePadding.Zeros, true, 1.4))
        {
            Tolerance = new(2e-5, 1e-11),
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([1, 3, 4, 4, 4]).GridSample(Tensor.Ones([1, 2, 2, 2, 2])), "[1, 3, 4, 4, 4]", "[1, 2, 2, 2, 2]"),
                Wrong.Shape(() => Tensor.Ones([1, 3, 4, 0, 4]).GridSample(Tensor.Ones([1, 2, 2, 2, 3])), "[1, 3, 4, 0, 4]"),
                new(() => Tensor.Ones([1, 3, 4, 4, 4]).GridSample(Tensor.Ones([1, 2, 2, 2, 3]), GridSampleMode.Bicubic), typeof(ArgumentException), "Bicubic", "[1, 3, 4, 4, 4]"),
            ],
        },
        new("pixel_shuffle",
            new Case(x => x[0].PixelShuffle(2), "F.pixel_shuffle(a, 2)", A.In(2, 8, 3, 2)),
            new Case(x => x[0].PixelShuffle(3), "F.pixel_shuffle(a, 3)", A.In(9, 2, 2)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([1, 6, 2, 2]).PixelShuffle(2), "[1, 6, 2, 2]"), Wrong.Range(() => Tensor.Ones([1, 6, 2, 2]).PixelShuffle(0), "upscaleFactor")],
        },
        new("pixel_unshuffle",
            new Case(x => x[0].PixelUnshuffle(2), "F.pixel_unshuffle(a, 2)", A.In(2, 3, 4, 6)),
            new Case(x => x[0].PixelUnshuffle(3), "F.pixel_unshuffle(a, 3)", A.In(2, 3, 3)))
        {
            Wrong = [Wrong.Shape(() => Tensor.Ones([1, 6, 3, 2]).PixelUnshuffle(2), "[1, 6, 3, 2]"), Wrong.Range(() => Tensor.Ones([1, 6, 2, 2]).PixelUnshuffle(0), "downscaleFactor")],
        },
        new("im2col",
            new Case(x => x[0].Im2Col((2, 3)), "F.unfold(a, (2, 3))", A.In(2, 3, 4, 5)),
            new Case(x => x[0].Im2Col((2, 2), (2, 1), (1, 0), (1, 2)), "F.unfold(a, 2, (2, 1), (1, 0), (1, 2))", A.In(1, 2, 3, 5)),
            new Case(x => x[0].Im2Col((2, 2)), "F.unfold(a, 2)", A.In(2, 3, 3)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([4, 4]).Im2Col((2, 2)), "[4, 4]"), Wrong.Shape(() => Tensor.Ones([1, 2, 4]).Im2Col((3, 2)), "3×2", "2×4"), Wrong.Range(() => Tensor.Ones([1, 2, 4]).Im2Col((0, 2)), "kernel")],
        },
        new("fold",
            new Case(x => x[0].Fold((4, 5), (2, 3)), "F.fold(a, (4, 5), (2, 3))", A.In(2, 18, 9)),
            new Case(x => x[0].Fold((3, 5), (2, 2), (2, 1), (1, 0), (1, 2)), "F.fold(a, (3, 5), 2, (2, 1), (1, 0), (1, 2))", A.In(1, 8, 6)),
            new Case(x => x[0].Fold((3, 3), (2, 2)), "F.fold(a, (3, 3), 2)", A.In(8, 4)))
        {
            Tolerance = Sums,
            StridesKeepBits = false,
            Wrong = [Wrong.Shape(() => Tensor.Ones([1, 18, 8]).Fold((4, 5), (2, 3)), "9", "[1, 18, 8]"), Wrong.Type(() => Tensor.Ones([1, 18, 9], DType.Int64).Fold((4, 5), (2, 3)), "Int64")],
        },
    ];

    private static Case Sample(GridSampleMode mode, GridSamplePadding padding, bool corners, double reach) =>
        new(x => x[0].GridSample(x[1], mode, padding, corners), $"F.grid_sample(a, b, '{mode.ToString().ToLowerInvariant()}', '{padding.ToString().ToLowerInvariant()}', {corners})", A.In(2, 3, 4, 5), new Input(2, 3, 4, 2) { Low = -reach, High = reach });

    private static Case Volume(GridSampleMode mode, GridSamplePadding padding, bool corners, double reach) =>
        new(x => x[0].GridSample(x[1], mode, padding, corners), $"F.grid_sample(a, b, '{mode.ToString().ToLowerInvariant()}', '{padding.ToString().ToLowerInvariant()}', {corners})", A.In(2, 2, 3, 4, 3), new Input(2, 2, 1, 3, 3) { Low = -reach, High = reach });
}
