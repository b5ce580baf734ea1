namespace DeepNotes.Nn.Tests;

/// <summary>The residual block of generate_layers.py.</summary>
internal sealed partial class Block(int size, int hidden) : Module, ILayer
{
    public LayerNorm Norm1 { get; } = new([size]);
    public Linear FcIn { get; } = new(size, hidden);
    public Linear FcOut { get; } = new(hidden, size, bias: false);
    public ILayer Act { get; init; } = new GELU();
    public Parameter LayerScale { get; set; } = Init.Normal([size]);
    [Buffer] public Tensor RunningMean { get; set; } = Tensor.Zeros([size]);

    public Tensor Forward(Tensor x) => x + LayerScale * FcOut.Forward(Act.Forward(FcIn.Forward(Norm1.Forward(x - RunningMean))));
}

/// <summary>The nested model with tied weights of generate_layers.py.</summary>
internal sealed partial class Net : Module, ILayer
{
    public Net() => Decode.Weight = Embed.Weight;

    public Linear Embed { get; } = new(6, 8, bias: false);
    public ModuleList<Block> Blocks { get; } = [new(8, 16), new(8, 12)];
    public Sequential Head { get; } = [new LayerNorm([8], affine: false), new Tanh(), new Linear(8, 8)];
    public Linear Decode { get; } = new(6, 8);

    public Tensor Forward(Tensor x)
    {
        x = Embed.Forward(x);
        foreach (Block block in Blocks) x = block.Forward(x);
        return Head.Forward(x) + Decode.Bias!;
    }
}

internal static class Models
{
    public static Module Make(string name) => name switch
    {
        "net" => new Net(),
        "conv" => new Sequential(
            new Conv2d(2, 4, (3, 2), stride: (1, 2), padding: (2, 1)), new ReLU(), new MaxPool2d(2, stride: 1, padding: 1),
            new Conv2d(4, 6, 3, padding: 1, groups: 2, bias: false), new LeakyReLU(0.2), new MaxPool2d((3, 2)),
            new Conv2d(6, 3, 2, dilation: 2), new Flatten(), new Sigmoid(), new Linear(12, 5), new LogSoftmax()),
        "norms" => new Sequential(new LayerNorm([4, 5]), new Softmax(dim: 1), new LayerNorm([5], epsilon: 1e-2)),
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
