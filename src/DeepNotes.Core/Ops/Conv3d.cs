using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>Slides windows over volumes. Matches torch.nn.functional.conv3d.</summary>
    /// <param name="weight">[out, in/groups, kd, kh, kw].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <param name="stride">Planes, rows and columns from one window to the next; 1 by default.</param>
    /// <param name="padding">Planes, rows and columns of zeros added on each side; none by default.</param>
    /// <param name="dilation">Planes, rows and columns from one element of a window to the next; 1 by default.</param>
    /// <param name="groups">Input and output channels are cut into so many groups that do not see each other.</param>
    /// <returns>[N, out, OD, OH, OW] for this tensor's [N, in, D, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">Shapes, channels or groups do not fit, or a window is larger than the padded volume.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Stride or dilation is below 1, or padding below 0.</exception>
    public Tensor Conv3d(Tensor weight, Tensor? bias = null, (int D, int H, int W)? stride = null, (int D, int H, int W)? padding = null, (int D, int H, int W)? dilation = null, int groups = 1)
    {
        var (s, p, d) = (stride ?? (1, 1, 1), padding ?? (0, 0, 0), dilation ?? (1, 1, 1));
        ConvolutionArguments.Check(nameof(Conv3d), this, weight, bias, [s.D, s.H, s.W], [p.D, p.H, p.W], [d.D, d.H, d.W], groups);
        if (Rank == 4) return Unsqueeze(0).Conv3d(weight, bias, stride, padding, dilation, groups).Squeeze(0);
        if (DType.IsNarrow()) return Widened().Conv3d(weight.Widened(), bias?.Widened(), stride, padding, dilation, groups).To(DType);
        int images = Shape[0], channels = Shape[1], outer = weight.Shape[0], depth = weight.Shape[2];
        // The planes under one window are the channels of one image: a single product over the whole window, group by group.
        var windows = Pad([0, 0, 0, 0, p.D, p.D]).Unfold(2, d.D * (depth - 1) + 1, s.D);
        if (d.D > 1) windows = windows.Slice(-1, 0, int.MaxValue, d.D);
        int planes = windows.Shape[2];
        var stacked = windows.Permute(0, 2, 1, 5, 3, 4).Reshape(images * planes, channels * depth, Shape[3], Shape[4]);
        var flat = weight.Reshape(outer, weight.Shape[1] * depth, weight.Shape[3], weight.Shape[4]);
        var y = stacked.Conv2d(flat, bias, (s.H, s.W), (p.H, p.W), (d.H, d.W), groups);
        return y.Reshape(images, planes, outer, y.Shape[2], y.Shape[3]).Transpose(1, 2).Contiguous();
    }

    /// <summary>The transposed convolution over volumes: what leads from the result of <see cref="Conv3d(Tensor, Tensor?, ValueTuple{int, int, int}?, ValueTuple{int, int, int}?, ValueTuple{int, int, int}?, int)"/> back to the shape of its input. Matches torch.nn.functional.conv_transpose3d.</summary>
    /// <param name="weight">[in, out/groups, kd, kh, kw].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <param name="stride">Planes, rows and columns from one window of the result to the next; 1 by default.</param>
    /// <param name="padding">Planes, rows and columns cut off on each side of the result; none by default.</param>
    /// <param name="outputPadding">Planes, rows and columns added to the end of the result, fewer than the stride or the dilation; none by default.</param>
    /// <param name="groups">Input and output channels are cut into so many groups that do not see each other.</param>
    /// <param name="dilation">Planes, rows and columns from one element of a window to the next; 1 by default.</param>
    /// <returns>[N, out, OD, OH, OW] for this tensor's [N, in, D, H, W]; the same without N.</returns>
    /// <exception cref="ShapeException">Shapes, channels or groups do not fit, or nothing is left of the result.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">Stride, padding, output padding or dilation is out of range.</exception>
    public Tensor ConvTranspose3d(Tensor weight, Tensor? bias = null, (int D, int H, int W)? stride = null, (int D, int H, int W)? padding = null, (int D, int H, int W)? outputPadding = null, int groups = 1, (int D, int H, int W)? dilation = null)
    {
        var (s, p, o, d) = (stride ?? (1, 1, 1), padding ?? (0, 0, 0), outputPadding ?? (0, 0, 0), dilation ?? (1, 1, 1));
        var lengths = ConvolutionArguments.CheckTransposed(nameof(ConvTranspose3d), this, weight, bias, [s.D, s.H, s.W], [p.D, p.H, p.W], [o.D, o.H, o.W], groups, [d.D, d.H, d.W]);
        if (Rank == 4) return Unsqueeze(0).ConvTranspose3d(weight, bias, stride, padding, outputPadding, groups, dilation).Squeeze(0);
        if (DType.IsNarrow()) return Widened().ConvTranspose3d(weight.Widened(), bias?.Widened(), stride, padding, outputPadding, groups, dilation).To(DType);
        int images = Shape[0], channels = Shape[1], planes = Shape[2], depth = weight.Shape[2], outer = weight.Shape[1] * groups;
        var flat = weight.Reshape(channels, weight.Shape[1] * depth, weight.Shape[3], weight.Shape[4]);
        var y = Transpose(1, 2).Reshape(images * planes, channels, Shape[3], Shape[4])
            .ConvTransposePlanes(flat, (lengths[1], lengths[2]), (s.H, s.W), (p.H, p.W), groups, (d.H, d.W))
            .Reshape(images, planes, outer, depth, lengths[1], lengths[2]).Transpose(1, 2).Reshape(images, outer, planes * depth, lengths[1], lengths[2]);
        var places = new long[planes * depth];
        for (int i = 0; i < places.Length; i++) places[i] = i / depth * s.D + i % depth * d.D;
        int whole = (planes - 1) * s.D + d.D * (depth - 1) + 1;
        var volume = Op.Apply(new IndexAdd(2, [images, outer, whole, lengths[1], lengths[2]]), y, From<long>(places).To(Device))
            .Pad([0, 0, 0, 0, -p.D, lengths[0] + p.D - whole]);
        return bias is null ? volume : volume + bias.Reshape(-1, 1, 1, 1);
    }
}
