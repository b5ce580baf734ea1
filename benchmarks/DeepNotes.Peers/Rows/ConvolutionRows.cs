using TorchNn = TorchSharp.torch.nn;

namespace DeepNotes.Peers.Rows;

/// <summary>Convolutions with a bias, alone and followed by the gradients of image, weight and bias.</summary>
static class ConvolutionRows
{
    sealed record Sizes(string Name, int Batch, int In, int Out, int Side, int Kernel, int Padding, int Groups = 1);

    static readonly Sizes[] Shapes =
    [
        new("conv5x5_1_32", Batch: 8, In: 1, Out: 32, Side: 28, Kernel: 5, Padding: 2),
        new("conv3x3_64_56", Batch: 8, In: 64, Out: 64, Side: 56, Kernel: 3, Padding: 1),
        new("conv3x3_256_14", Batch: 8, In: 256, Out: 256, Side: 14, Kernel: 3, Padding: 1),
        new("conv1x1_64_256", Batch: 8, In: 64, Out: 256, Side: 56, Kernel: 1, Padding: 0),
        new("conv3x3_depthwise", Batch: 8, In: 64, Out: 64, Side: 56, Kernel: 3, Padding: 1, Groups: 64),
    ];

    public static IEnumerable<(string Name, Func<Row> Make)> All => Shapes.SelectMany(s => new (string, Func<Row>)[]
    {
        (s.Name, () => Make(s, backward: false)),
        (s.Name + "_backward", () => Make(s, backward: true)),
    });

    static Expression Make(Sizes s, bool backward) => new(
        [[s.Batch, s.In, s.Side, s.Side], [s.Out, s.In / s.Groups, s.Kernel, s.Kernel], [s.Out]],
        x => x[0].Conv2d(x[1], x[2], padding: (s.Padding, s.Padding), groups: s.Groups),
        x => TorchNn.functional.conv2d(x[0], x[1], x[2], padding: [s.Padding, s.Padding], groups: s.Groups),
        Work.Flops(Work.Product(s.Batch * s.Side * s.Side, s.In / s.Groups * s.Kernel * s.Kernel, s.Out) * (backward ? 3 : 1)), backward) { Tolerance = 1e-4 };
}
