namespace DeepNotes.Nn;

/// <summary>Two-dimensional convolution (cross-correlation) with a bias for each output channel. Matches torch.nn.Conv2d.</summary>
/// <param name="inChannels">The channels of the input.</param>
/// <param name="outChannels">The channels of the output.</param>
/// <param name="kernel">The kernel's height and width; one number for a square.</param>
/// <param name="stride">The step of the kernel.</param>
/// <param name="padding">The zeros added at each side.</param>
/// <param name="dilation">The distance between the kernel's elements.</param>
/// <param name="groups">Into how many independent groups the channels are divided; inChannels for a depthwise convolution.</param>
/// <param name="bias">False for a layer without <see cref="Bias"/>.</param>
public sealed partial class Conv2d(
    int inChannels, int outChannels, Size2d kernel, Size2d? stride = null, Size2d? padding = null, Size2d? dilation = null, int groups = 1, bool bias = true) : Layer
{
    /// <summary>The kernels, <c>[outChannels, inChannels / groups, height, width]</c>; uniform in ±1/√fan-in at first.</summary>
    public Parameter Weight { get; set; } = Init.KaimingUniform([outChannels, inChannels / groups, kernel.Height, kernel.Width], negativeSlope: Math.Sqrt(5));

    /// <summary>What is added to each channel, <c>[outChannels]</c>; uniform in ±1/√fan-in at first.</summary>
    public Parameter? Bias { get; set; } = bias ? Init.Uniform([outChannels], fanIn: inChannels / groups * kernel.Height * kernel.Width) : null;

    /// <summary>Maps <c>[N, inChannels, H, W]</c> to <c>[N, outChannels, H', W']</c> with H' = ⌊(H + 2·padding − dilation·(height − 1) − 1) / stride⌋ + 1, W' alike.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input has other channels, or is smaller than the kernel.</exception>
    protected override Tensor Compute(Tensor x) => x.Conv2d(Weight, Bias, stride, padding, dilation, groups);
}
