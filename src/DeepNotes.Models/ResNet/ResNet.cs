using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>
/// A network of convolutions with shortcuts around every two (He et al. 2015, "Deep Residual Learning for Image Recognition").
/// Keys, formula and initial weights are those of torchvision's <c>resnet18</c> and <c>resnet34</c>, whose published weights it takes.
/// </summary>
public sealed partial class ResNet : Layer
{
    private readonly bool smallImages;

    /// <summary>A network with random weights.</summary>
    /// <param name="blocks">How many blocks there are of each of the four widths 64, 128, 256 and 512.</param>
    /// <param name="classes">The length of the output.</param>
    /// <param name="smallImages">
    /// True for images like CIFAR's, 32 × 32: the first convolution is 3 × 3 with stride 1 and no pooling follows it, so that the last blocks still see 4 × 4
    /// places. False for torchvision's first layers, which divide each side by 4.
    /// </param>
    /// <param name="inChannels">The channels of the images.</param>
    /// <exception cref="ArgumentException">There are not four numbers of blocks.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is below 1.</exception>
    public ResNet(IReadOnlyList<int> blocks, int classes = 1000, bool smallImages = false, int inChannels = 3)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        if (blocks.Count != 4) throw new ArgumentException($"ResNet: there are four widths, so four numbers of blocks; here are {blocks.Count}.", nameof(blocks));
        foreach (int count in blocks) ArgumentOutOfRangeException.ThrowIfLessThan(count, 1, nameof(blocks));
        this.smallImages = smallImages;
        Conv1 = smallImages ? Convolution(inChannels, 64, 3, 1, 1) : Convolution(inChannels, 64, 7, 2, 3);
        Layer1 = Stage(64, 64, blocks[0], 1);
        Layer2 = Stage(64, 128, blocks[1], 2);
        Layer3 = Stage(128, 256, blocks[2], 2);
        Layer4 = Stage(256, 512, blocks[3], 2);
        Fc = new(512, classes);
    }

    /// <summary>The first convolution.</summary>
    public Conv2d Conv1 { get; set; }

    /// <summary>Its normalisation.</summary>
    public BatchNorm2d Bn1 { get; set; } = new(64);

    /// <summary>The blocks with 64 channels.</summary>
    public Sequential Layer1 { get; set; }

    /// <summary>The blocks with 128 channels; the first halves each side.</summary>
    public Sequential Layer2 { get; set; }

    /// <summary>The blocks with 256 channels; the first halves each side.</summary>
    public Sequential Layer3 { get; set; }

    /// <summary>The blocks with 512 channels; the first halves each side.</summary>
    public Sequential Layer4 { get; set; }

    /// <summary>From the mean over all places to the classes.</summary>
    public Linear Fc { get; set; }

    /// <summary>Eighteen layers, torchvision's <c>resnet18</c>.</summary>
    /// <param name="classes">As in the constructor.</param>
    /// <param name="smallImages">As in the constructor.</param>
    /// <param name="inChannels">As in the constructor.</param>
    public static ResNet ResNet18(int classes = 1000, bool smallImages = false, int inChannels = 3) => new([2, 2, 2, 2], classes, smallImages, inChannels);

    /// <summary>Thirty-four layers, torchvision's <c>resnet34</c>.</summary>
    /// <param name="classes">As in the constructor.</param>
    /// <param name="smallImages">As in the constructor.</param>
    /// <param name="inChannels">As in the constructor.</param>
    public static ResNet ResNet34(int classes = 1000, bool smallImages = false, int inChannels = 3) => new([3, 4, 6, 3], classes, smallImages, inChannels);

    /// <summary>The classes' logits.</summary>
    /// <param name="x">Images, [N, channels, H, W].</param>
    /// <returns>[N, classes].</returns>
    protected override Tensor Compute(Tensor x)
    {
        x = Bn1.Forward(Conv1.Forward(x)).Relu();
        if (!smallImages) x = x.MaxPool2d((3, 3), (2, 2), (1, 1));
        x = Layer4.Forward(Layer3.Forward(Layer2.Forward(Layer1.Forward(x))));
        return Fc.Forward(x.Mean([2, 3]));
    }

    internal static Conv2d Convolution(int inChannels, int outChannels, int kernel, int stride, int padding)
    {
        var layer = new Conv2d(inChannels, outChannels, kernel, stride, padding, bias: false);
        layer.Weight = Init.KaimingNormal(layer.Weight.Shape, fan: Fan.Out, nonlinearity: Nonlinearity.ReLU);
        return layer;
    }

    private static Sequential Stage(int inChannels, int outChannels, int blocks, int stride) =>
        [.. Enumerable.Range(0, blocks).Select(i => i == 0 ? new ResNetBlock(inChannels, outChannels, stride) : new ResNetBlock(outChannels, outChannels, 1))];
}

/// <summary>relu(x + bn(conv(relu(bn(conv(x)))))), torchvision's <c>BasicBlock</c>.</summary>
/// <param name="inChannels">The channels of the input.</param>
/// <param name="outChannels">The channels of the output.</param>
/// <param name="stride">The step of the first convolution.</param>
public sealed partial class ResNetBlock(int inChannels, int outChannels, int stride) : Layer
{
    /// <summary>The first convolution, 3 × 3 with the stride.</summary>
    public Conv2d Conv1 { get; set; } = ResNet.Convolution(inChannels, outChannels, 3, stride, 1);

    /// <summary>Its normalisation.</summary>
    public BatchNorm2d Bn1 { get; set; } = new(outChannels);

    /// <summary>The second convolution, 3 × 3.</summary>
    public Conv2d Conv2 { get; set; } = ResNet.Convolution(outChannels, outChannels, 3, 1, 1);

    /// <summary>Its normalisation.</summary>
    public BatchNorm2d Bn2 { get; set; } = new(outChannels);

    /// <summary>What the shortcut goes through where input and output differ in shape: a 1 × 1 convolution and its normalisation.</summary>
    public Sequential? Downsample { get; set; } =
        stride == 1 && inChannels == outChannels ? null : [ResNet.Convolution(inChannels, outChannels, 1, stride, 0), new BatchNorm2d(outChannels)];

    /// <summary>Maps [N, inChannels, H, W] to [N, outChannels, H / stride, W / stride], rounded up.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x)
    {
        Tensor y = Bn1.Forward(Conv1.Forward(x)).Relu();
        return (Bn2.Forward(Conv2.Forward(y)) + (Downsample?.Forward(x) ?? x)).Relu();
    }
}
