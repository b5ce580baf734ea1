using DeepNotes.Backends.Cpu;
using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The transposed convolution over images: what leads from the result of <see cref="Conv2d(Tensor, Tensor?, ValueTuple{int, int}?, ValueTuple{int, int}?, ValueTuple{int, int}?, int)"/> back to the shape of its input. Matches torch.nn.functional.conv_transpose2d.</summary>
    /// <param name="weight">[in, out/groups, kh, kw].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <param name="stride">Rows and columns from one window of the result to the next; 1 by default.</param>
    /// <param name="padding">Rows and columns cut off on each side of the result; none by default.</param>
    /// <param name="outputPadding">Rows and columns added to the end of the result, fewer than the stride or the dilation; none by default.</param>
    /// <param name="groups">Input and output channels are cut into so many groups that do not see each other.</param>
    /// <param name="dilation">Rows and columns from one element of a window to the next; 1 by default.</param>
    /// <returns>[N, out, OH, OW] for this tensor's [N, in, H, W], with OH = (H − 1)·stride − 2·padding + dilation·(kh − 1) + outputPadding + 1; the same without N.</returns>
    /// <exception cref="ShapeException">Shapes, channels or groups do not fit, or nothing is left of the result.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Stride, padding, output padding or dilation is out of range.</exception>
    public Tensor ConvTranspose2d(Tensor weight, Tensor? bias = null, (int H, int W)? stride = null, (int H, int W)? padding = null, (int H, int W)? outputPadding = null, int groups = 1, (int H, int W)? dilation = null)
    {
        var (s, p, o, d) = (stride ?? (1, 1), padding ?? (0, 0), outputPadding ?? (0, 0), dilation ?? (1, 1));
        var lengths = ConvolutionArguments.CheckTransposed(nameof(ConvTranspose2d), this, weight, bias, [s.H, s.W], [p.H, p.W], [o.H, o.W], groups, [d.H, d.W]);
        if (Rank == 3) return Unsqueeze(0).ConvTranspose2d(weight, bias, stride, padding, outputPadding, groups, dilation).Squeeze(0);
        if (DType.IsNarrow()) return Widened().ConvTranspose2d(weight.Widened(), bias?.Widened(), stride, padding, outputPadding, groups, dilation).To(DType);
        var y = ConvTransposePlanes(weight, (lengths[0], lengths[1]), s, p, groups, d);
        return bias is null ? y : y + bias.Reshape(-1, 1, 1);
    }

    /// <summary>The transposed convolution of [N, in, H, W] without a bias, for a result of given height and width.</summary>
    private Tensor ConvTransposePlanes(Tensor weight, (int H, int W) size, (int H, int W) s, (int H, int W) p, int groups, (int H, int W) d)
    {
        var window = new Conv2dShape(Shape[0], weight.Shape[1] * groups, size.H, size.W, weight.Shape[0], weight.Shape[2], weight.Shape[3], s.H, s.W, p.H, p.W, d.H, d.W, groups);
        if (window.OutH == Shape[2] && window.OutW == Shape[3]) return Op.Apply(new Conv2dInput(window), this, weight);
        // With an output padding of a stride or more a convolution of the result would be larger than the input, so the result is made whole and then cut and padded.
        (int H, int W) whole = ((Shape[2] - 1) * s.H + d.H * (weight.Shape[2] - 1) + 1, (Shape[3] - 1) * s.W + d.W * (weight.Shape[3] - 1) + 1);
        var y = Op.Apply(new Conv2dInput(window with { H = whole.H, W = whole.W, PadH = 0, PadW = 0 }), this, weight);
        return y.Pad([-p.W, size.W + p.W - whole.W, -p.H, size.H + p.H - whole.H]);
    }
}
