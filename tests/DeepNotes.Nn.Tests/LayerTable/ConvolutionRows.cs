using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class ConvolutionRows
{
    public static LayerRow[] All { get; } =
    [
        new("Conv1d", () => new Conv1d(3, 4, 2), "nn.Conv1d(3, 4, 2)", new Input(2, 3, 6)),
        new("Conv1d.no_bias", () => new Conv1d(3, 4, 3, stride: 2, padding: 1, bias: false), "nn.Conv1d(3, 4, 3, stride=2, padding=1, bias=False)", new Input(2, 3, 7)),
        new("Conv1d.groups", () => new Conv1d(4, 6, 2, dilation: 2, groups: 2), "nn.Conv1d(4, 6, 2, dilation=2, groups=2)", new Input(2, 4, 6)),
        new("Conv1d.unbatched", () => new Conv1d(3, 2, 2), "nn.Conv1d(3, 2, 2)", new Input(3, 5)),
        new("Conv1d.same", () => new Conv1d(2, 3, 4, padding: ConvPadding.Same), "nn.Conv1d(2, 3, 4, padding='same')", new Input(2, 2, 5)),
        new("Conv1d.reflect", () => new Conv1d(2, 3, 3, padding: 2, paddingMode: PadMode.Reflect), "nn.Conv1d(2, 3, 3, padding=2, padding_mode='reflect')", new Input(2, 2, 5)),
        new("Conv2d", () => new Conv2d(3, 4, 2), "nn.Conv2d(3, 4, 2)", new Input(2, 3, 4, 5)),
        new("Conv2d.no_bias", () => new Conv2d(2, 3, (3, 2), stride: (2, 1), padding: (1, 0), bias: false), "nn.Conv2d(2, 3, (3, 2), stride=(2, 1), padding=(1, 0), bias=False)", new Input(2, 2, 5, 4)),
        new("Conv2d.groups", () => new Conv2d(4, 4, 2, dilation: (1, 2), groups: 2), "nn.Conv2d(4, 4, 2, dilation=(1, 2), groups=2)", new Input(1, 4, 4, 5)),
        new("Conv2d.depthwise", () => new Conv2d(3, 6, 3, padding: 1, groups: 3), "nn.Conv2d(3, 6, 3, padding=1, groups=3)", new Input(1, 3, 4, 4)),
        new("Conv2d.unbatched", () => new Conv2d(2, 3, 2), "nn.Conv2d(2, 3, 2)", new Input(2, 4, 4)),
        new("Conv2d.same", () => new Conv2d(2, 3, (2, 3), padding: ConvPadding.Same), "nn.Conv2d(2, 3, (2, 3), padding='same')", new Input(1, 2, 4, 5)),
        new("Conv2d.same_dilated", () => new Conv2d(2, 3, 3, padding: ConvPadding.Same, dilation: 2), "nn.Conv2d(2, 3, 3, padding='same', dilation=2)", new Input(1, 2, 5, 5)),
        new("Conv2d.same_circular", () => new Conv2d(2, 2, (2, 4), padding: ConvPadding.Same, paddingMode: PadMode.Circular), "nn.Conv2d(2, 2, (2, 4), padding='same', padding_mode='circular')", new Input(1, 2, 4, 5)),
        new("Conv2d.valid", () => new Conv2d(2, 3, 2, padding: ConvPadding.Valid, stride: 2), "nn.Conv2d(2, 3, 2, padding='valid', stride=2)", new Input(1, 2, 4, 4)),
        new("Conv2d.reflect", () => new Conv2d(2, 3, 3, padding: (2, 1), paddingMode: PadMode.Reflect), "nn.Conv2d(2, 3, 3, padding=(2, 1), padding_mode='reflect')", new Input(1, 2, 4, 4)),
        new("Conv2d.replicate", () => new Conv2d(2, 3, 3, stride: 2, padding: 1, paddingMode: PadMode.Replicate), "nn.Conv2d(2, 3, 3, stride=2, padding=1, padding_mode='replicate')", new Input(1, 2, 4, 5)),
        new("Conv2d.circular", () => new Conv2d(2, 3, 3, padding: (1, 2), paddingMode: PadMode.Circular), "nn.Conv2d(2, 3, 3, padding=(1, 2), padding_mode='circular')", new Input(1, 2, 4, 4)),
        new("Conv3d", () => new Conv3d(2, 3, 2), "nn.Conv3d(2, 3, 2)", new Input(1, 2, 3, 4, 3)),
        new("Conv3d.no_bias", () => new Conv3d(2, 3, (2, 1, 3), stride: (1, 2, 1), padding: (1, 0, 1), bias: false), "nn.Conv3d(2, 3, (2, 1, 3), stride=(1, 2, 1), padding=(1, 0, 1), bias=False)", new Input(1, 2, 3, 3, 4)),
        new("Conv3d.groups", () => new Conv3d(4, 2, 2, dilation: (2, 1, 1), groups: 2), "nn.Conv3d(4, 2, 2, dilation=(2, 1, 1), groups=2)", new Input(1, 4, 3, 3, 3)),
        new("Conv3d.replicate", () => new Conv3d(1, 2, 3, padding: 1, paddingMode: PadMode.Replicate), "nn.Conv3d(1, 2, 3, padding=1, padding_mode='replicate')", new Input(1, 1, 3, 3, 2)),
        new("Conv3d.same", () => new Conv3d(1, 2, (2, 3, 1), padding: ConvPadding.Same), "nn.Conv3d(1, 2, (2, 3, 1), padding='same')", new Input(1, 3, 3, 2)),
        new("ConvTranspose1d", () => new ConvTranspose1d(3, 2, 3), "nn.ConvTranspose1d(3, 2, 3)", new Input(2, 3, 4)),
        new("ConvTranspose1d.output_padding", () => new ConvTranspose1d(4, 6, 3, stride: 2, padding: 1, outputPadding: 1, groups: 2, bias: false), "nn.ConvTranspose1d(4, 6, 3, stride=2, padding=1, output_padding=1, groups=2, bias=False)", new Input(2, 4, 4)),
        new("ConvTranspose2d", () => new ConvTranspose2d(2, 3, (2, 3)), "nn.ConvTranspose2d(2, 3, (2, 3))", new Input(2, 2, 3, 3)),
        new("ConvTranspose2d.output_padding", () => new ConvTranspose2d(4, 2, 3, stride: (2, 3), padding: 1, outputPadding: (1, 2), groups: 2, dilation: (1, 2)), "nn.ConvTranspose2d(4, 2, 3, stride=(2, 3), padding=1, output_padding=(1, 2), groups=2, dilation=(1, 2))", new Input(1, 4, 3, 2)),
        new("ConvTranspose2d.no_bias", () => new ConvTranspose2d(2, 3, 2, stride: 2, bias: false), "nn.ConvTranspose2d(2, 3, 2, stride=2, bias=False)", new Input(2, 3, 2)),
        new("ConvTranspose3d", () => new ConvTranspose3d(2, 3, 2), "nn.ConvTranspose3d(2, 3, 2)", new Input(1, 2, 2, 3, 2)),
        new("ConvTranspose3d.output_padding", () => new ConvTranspose3d(2, 4, (2, 3, 1), stride: 2, padding: (0, 1, 0), outputPadding: (1, 0, 1), groups: 2), "nn.ConvTranspose3d(2, 4, (2, 3, 1), stride=2, padding=(0, 1, 0), output_padding=(1, 0, 1), groups=2)", new Input(1, 2, 2, 2, 2)),
    ];
}
