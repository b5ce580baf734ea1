using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class ResizingRows
{
    public static LayerRow[] All { get; } =
    [
        new("Upsample", () => new Upsample(2), "nn.Upsample(scale_factor=2)", new Input(1, 2, 3, 4)),
        new("Upsample.size", () => new Upsample(size: [5, 7]), "nn.Upsample(size=(5, 7))", new Input(1, 2, 3, 4)),
        new("Upsample.exact", () => new Upsample(size: [5], mode: InterpolationMode.NearestExact), "nn.Upsample(size=5, mode='nearest-exact')", new Input(1, 2, 3)),
        new("Upsample.linear", () => new Upsample(2.5, InterpolationMode.Linear), "nn.Upsample(scale_factor=2.5, mode='linear')", new Input(1, 2, 3)),
        new("Upsample.bilinear", () => new Upsample(scaleFactor: [2, 1.5], mode: InterpolationMode.Linear), "nn.Upsample(scale_factor=(2, 1.5), mode='bilinear')", new Input(1, 2, 3, 4)),
        new("Upsample.recomputed", () => new Upsample(scaleFactor: [1.7, 1.7], mode: InterpolationMode.Linear, recomputeScaleFactor: true), "nn.Upsample(scale_factor=(1.7, 1.7), mode='bilinear', recompute_scale_factor=True)", new Input(1, 2, 3, 4)),
        new("Upsample.corners", () => new Upsample(2, InterpolationMode.Linear, alignCorners: true), "nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True)", new Input(1, 2, 3, 4)),
        new("Upsample.trilinear", () => new Upsample(2, InterpolationMode.Linear), "nn.Upsample(scale_factor=2, mode='trilinear')", new Input(1, 1, 2, 3, 2)),
        new("Upsample.bicubic", () => new Upsample(size: [5, 6], mode: InterpolationMode.Bicubic), "nn.Upsample(size=(5, 6), mode='bicubic')", new Input(1, 2, 3, 4)),
        new("UpsamplingNearest2d", () => new Upsample(3), "nn.UpsamplingNearest2d(scale_factor=3)", new Input(1, 2, 2, 3)),
        new("UpsamplingBilinear2d", () => new Upsample(3, InterpolationMode.Linear, alignCorners: true), "nn.UpsamplingBilinear2d(scale_factor=3)", new Input(1, 2, 2, 3)),
        new("PixelShuffle", () => new PixelShuffle(2), "nn.PixelShuffle(2)", new Input(2, 8, 3, 2)),
        new("PixelUnshuffle", () => new PixelUnshuffle(2), "nn.PixelUnshuffle(2)", new Input(2, 2, 4, 6)),
        new("ChannelShuffle", () => new ChannelShuffle(2), "restated.ChannelShuffle(2)", new Input(2, 6, 3)),
        new("Unfold", () => new Unfold(2), "nn.Unfold(2)", new Input(2, 3, 4, 4)),
        new("Unfold.dilated", () => new Unfold((2, 3), dilation: (2, 1), padding: (1, 0), stride: (1, 2)), "nn.Unfold((2, 3), dilation=(2, 1), padding=(1, 0), stride=(1, 2))", new Input(2, 3, 4, 5)),
        new("Fold", () => new Fold((4, 5), 2), "nn.Fold((4, 5), 2)", new Input(2, 12, 12)),
        new("Fold.dilated", () => new Fold((4, 5), (2, 3), dilation: (2, 1), padding: (1, 0), stride: (1, 2)), "nn.Fold((4, 5), (2, 3), dilation=(2, 1), padding=(1, 0), stride=(1, 2))", new Input(2, 6, 8)),
        new("ZeroPad1d", () => new ZeroPad1d(1, 2), "nn.ConstantPad1d((1, 2), 0.)", new Input(2, 2, 3)),
        new("ZeroPad2d", () => new ZeroPad2d(2), "nn.ZeroPad2d(2)", new Input(2, 2, 3, 3)),
        new("ZeroPad2d.crop", () => new ZeroPad2d(1, -1, 0, 2), "nn.ZeroPad2d((1, -1, 0, 2))", new Input(2, 3, 3)),
        new("ZeroPad3d", () => new ZeroPad3d(1), "nn.ConstantPad3d(1, 0.)", new Input(1, 2, 2, 2, 2)),
        new("ConstantPad1d", () => new ConstantPad1d([2], 1.5), "nn.ConstantPad1d(2, 1.5)", new Input(2, 2, 3)),
        new("ConstantPad2d", () => new ConstantPad2d([1, 0, 2, 1], -2), "nn.ConstantPad2d((1, 0, 2, 1), -2.)", new Input(2, 2, 3, 3)),
        new("ConstantPad3d", () => new ConstantPad3d([1, 0, 0, 1, 2, 0], 0.5), "nn.ConstantPad3d((1, 0, 0, 1, 2, 0), 0.5)", new Input(1, 2, 2, 2, 2)),
        new("ReflectionPad1d", () => new ReflectionPad1d(2, 1), "nn.ReflectionPad1d((2, 1))", new Input(2, 2, 4)),
        new("ReflectionPad2d", () => new ReflectionPad2d(2), "nn.ReflectionPad2d(2)", new Input(1, 2, 4, 3)),
        new("ReflectionPad3d", () => new ReflectionPad3d(1, 0, 1, 1, 0, 1), "nn.ReflectionPad3d((1, 0, 1, 1, 0, 1))", new Input(1, 2, 2, 3, 3)),
        new("ReplicationPad1d", () => new ReplicationPad1d(2), "nn.ReplicationPad1d(2)", new Input(2, 4)),
        new("ReplicationPad2d", () => new ReplicationPad2d(1, 2, 3, 0), "nn.ReplicationPad2d((1, 2, 3, 0))", new Input(1, 2, 2, 3)),
        new("ReplicationPad3d", () => new ReplicationPad3d(1), "nn.ReplicationPad3d(1)", new Input(1, 2, 2, 2, 2)),
        new("CircularPad1d", () => new CircularPad1d(2, 1), "restated.CircularPad((2, 1))", new Input(1, 2, 3)),
        new("CircularPad2d", () => new CircularPad2d(1), "restated.CircularPad((1, 1, 1, 1))", new Input(1, 2, 3, 3)),
        new("CircularPad3d", () => new CircularPad3d(1, 0, 2, 1, 0, 1), "restated.CircularPad((1, 0, 2, 1, 0, 1))", new Input(1, 1, 2, 3, 2)),
    ];
}
