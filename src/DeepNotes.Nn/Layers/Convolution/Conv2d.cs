namespace DeepNotes.Nn;

/// <summary>Two-dimensional convolution (cross-correlation) with a bias for each output channel. Matches torch.nn.Conv2d.</summary>
/// <param name="inChannels">The channels of the input.</param>
/// <param name="outChannels">The channels of the output.</param>
/// <param name="kernel">The kernel's height and width; one number for a square.</param>
/// <param name="stride">The step of the kernel; 1 by default.</param>
/// <param name="padding">What is added at each side; <see cref="ConvPadding.Same"/> for as much as keeps the lengths; nothing by default.</param>
/// <param name="dilation">The distance between the kernel's elements; 1 by default.</param>
/// <param name="groups">Into how many independent groups the channels are divided; inChannels for a depthwise convolution.</param>
/// <param name="bias">False for a layer without <see cref="Bias"/>.</param>
/// <param name="paddingMode">What the padding is filled with; zeros by default.</param>
/// <exception cref="ArgumentOutOfRangeException">Channels, groups, kernel, stride or dilation are below 1, or the padding is negative.</exception>
/// <exception cref="ArgumentException">The groups do not divide the channels, or the padding does not fit the kernel or the stride.</exception>
public sealed partial class Conv2d(
    int inChannels, int outChannels, Size2d kernel, Size2d? stride = null, ConvolutionPadding padding = default, Size2d? dilation = null, int groups = 1, bool bias = true,
    PadMode paddingMode = PadMode.Constant) : Layer, IWeightedLayer
{
    private readonly ConvolutionBorder border = padding.Around(nameof(Conv2d), inChannels, paddingMode, kernel.Lengths, (stride ?? 1).Lengths, (dilation ?? 1).Lengths);

    /// <summary>The kernels, <c>[outChannels, inChannels / groups, height, width]</c>; uniform in ±1/√fan-in at first.</summary>
    public Parameter Weight { get; set; } = Init.KaimingUniform(LayerArguments.KernelShape(nameof(Conv2d), inChannels, outChannels, groups, kernel.Height, kernel.Width), negativeSlope: Math.Sqrt(5));

    /// <summary>What is added to each channel, <c>[outChannels]</c>; uniform in ±1/√fan-in at first.</summary>
    public Parameter? Bias { get; set; } = bias ? Init.Uniform([outChannels], fanIn: inChannels / groups * kernel.Height * kernel.Width) : null;

    int IWeightedLayer.OutputDimension => 0;

    /// <summary>Maps <c>[N, inChannels, H, W]</c> to <c>[N, outChannels, H', W']</c> with H' = ⌊(H + 2·padding − dilation·(height − 1) − 1) / stride⌋ + 1, W' alike; the same without N.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input has other dimensions or channels, or is smaller than the kernel.</exception>
    protected override Tensor Compute(Tensor x) => Forward(x, Weight, Bias);

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor weight, Tensor? bias) => border.Add(x).Conv2d(weight, bias, stride, (border.Zeros[0], border.Zeros[1]), dilation, groups);
}
