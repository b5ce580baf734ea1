namespace DeepNotes.Nn;

/// <summary>
/// Two-dimensional transposed convolution: what leads from the output shape of a <see cref="Conv2d"/> back to its input's, by the
/// same kernels. Matches torch.nn.ConvTranspose2d.
/// </summary>
/// <param name="inChannels">The channels of the input.</param>
/// <param name="outChannels">The channels of the output.</param>
/// <param name="kernel">The kernel's height and width; one number for a square.</param>
/// <param name="stride">The step of the kernel over the output; 1 by default.</param>
/// <param name="padding">What is cut off at each side of the output; nothing by default.</param>
/// <param name="outputPadding">What is added at the end of the output, less than the stride or the dilation: of the lengths that a convolution maps to one, it says which; nothing by default.</param>
/// <param name="groups">Into how many independent groups the channels are divided.</param>
/// <param name="bias">False for a layer without <see cref="Bias"/>.</param>
/// <param name="dilation">The distance between the kernel's elements; 1 by default.</param>
/// <exception cref="ArgumentOutOfRangeException">Channels, groups, kernel, stride or dilation are below 1, or padding or output padding is negative.</exception>
/// <exception cref="ArgumentException">The groups do not divide the channels.</exception>
public sealed partial class ConvTranspose2d(
    int inChannels, int outChannels, Size2d kernel, Size2d? stride = null, Size2d? padding = null, Size2d? outputPadding = null, int groups = 1, bool bias = true, Size2d? dilation = null) : Layer, IWeightedLayer
{
    /// <summary>The kernels, <c>[inChannels, outChannels / groups, height, width]</c>; uniform in ±1/√fan-in at first, with the fan-in that PyTorch counts, outChannels / groups times the kernel's size.</summary>
    public Parameter Weight { get; set; } = Init.KaimingUniform(
        LayerArguments.TransposedKernelShape(nameof(ConvTranspose2d), inChannels, outChannels, groups, kernel.Lengths, (stride ?? 1).Lengths, (padding ?? 0).Lengths, (outputPadding ?? 0).Lengths, (dilation ?? 1).Lengths), negativeSlope: Math.Sqrt(5));

    /// <summary>What is added to each channel, <c>[outChannels]</c>; uniform in ±1/√fan-in at first.</summary>
    public Parameter? Bias { get; set; } = bias ? Init.Uniform([outChannels], fanIn: outChannels / groups * kernel.Height * kernel.Width) : null;

    int IWeightedLayer.OutputDimension => 1;

    /// <summary>Maps <c>[N, inChannels, H, W]</c> to <c>[N, outChannels, H', W']</c> with H' = (H − 1)·stride − 2·padding + dilation·(height − 1) + outputPadding + 1, W' alike; the same without N.</summary>
    /// <param name="x">The images.</param>
    /// <exception cref="ShapeException">The input has other dimensions or channels.</exception>
    protected override Tensor Compute(Tensor x) => Forward(x, Weight, Bias);

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor weight, Tensor? bias) => x.ConvTranspose2d(weight, bias, stride, padding, outputPadding, groups, dilation);
}
