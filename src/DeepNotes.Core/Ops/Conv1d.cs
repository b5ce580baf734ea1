using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Slides windows over sequences. Matches torch.nn.functional.conv1d.</summary>
    /// <param name="weight">[out, in/groups, k].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <param name="stride">From one window to the next.</param>
    /// <param name="padding">Zeros added on each side.</param>
    /// <param name="dilation">From one element of a window to the next.</param>
    /// <param name="groups">Input and output channels are cut into so many groups that do not see each other.</param>
    /// <returns>[N, out, OL] for this tensor's [N, in, L]; the same without N.</returns>
    /// <exception cref="ShapeException">Shapes, channels or groups do not fit, or a window is longer than the padded sequence.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Stride or dilation is below 1, or padding below 0.</exception>
    public Tensor Conv1d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int dilation = 1, int groups = 1)
    {
        ConvolutionArguments.Check(nameof(Conv1d), this, weight, bias, [stride], [padding], [dilation], groups);
        if (Rank == 2) return Unsqueeze(0).Conv1d(weight, bias, stride, padding, dilation, groups).Squeeze(0);
        return Unsqueeze(2).Conv2d(weight.Unsqueeze(2), bias, (1, stride), (0, padding), (1, dilation), groups).Squeeze(2);
    }

    /// <summary>The transposed convolution over sequences: what leads from the result of <see cref="Conv1d(Tensor, Tensor?, int, int, int, int)"/> back to the shape of its input. Matches torch.nn.functional.conv_transpose1d.</summary>
    /// <param name="weight">[in, out/groups, k].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <param name="stride">From one window of the result to the next.</param>
    /// <param name="padding">Cut off on each side of the result.</param>
    /// <param name="outputPadding">Added to the end of the result; smaller than the stride or the dilation.</param>
    /// <param name="groups">Input and output channels are cut into so many groups that do not see each other.</param>
    /// <param name="dilation">From one element of a window to the next.</param>
    /// <returns>[N, out, (L − 1)·stride − 2·padding + dilation·(k − 1) + outputPadding + 1] for this tensor's [N, in, L]; the same without N.</returns>
    /// <exception cref="ShapeException">Shapes, channels or groups do not fit, or nothing is left of the result.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Stride, padding, output padding or dilation is out of range.</exception>
    public Tensor ConvTranspose1d(Tensor weight, Tensor? bias = null, int stride = 1, int padding = 0, int outputPadding = 0, int groups = 1, int dilation = 1)
    {
        var lengths = ConvolutionArguments.CheckTransposed(nameof(ConvTranspose1d), this, weight, bias, [stride], [padding], [outputPadding], groups, [dilation]);
        if (Rank == 2) return Unsqueeze(0).ConvTranspose1d(weight, bias, stride, padding, outputPadding, groups, dilation).Squeeze(0);
        if (DType.IsNarrow()) return Widened().ConvTranspose1d(weight.Widened(), bias?.Widened(), stride, padding, outputPadding, groups, dilation).To(DType);
        var y = Unsqueeze(2).ConvTransposePlanes(weight.Unsqueeze(2), (1, lengths[0]), (1, stride), (0, padding), groups, (1, dilation)).Squeeze(2);
        return bias is null ? y : y + bias.Unsqueeze(1);
    }
}
