namespace DeepNotes;

/// <summary>Padding of a convolution by name instead of by width.</summary>
public enum ConvPadding
{
    /// <summary>None: only windows that lie inside.</summary>
    Valid,

    /// <summary>As much as keeps the length; of an odd total the larger part behind. The stride must be 1.</summary>
    Same,
}

/// <content>Convolutions whose padding is named, or filled with something else than zeros.</content>
public partial class Tensor
{
    /// <summary>Slides windows over sequences, with a padding by name. Matches torch.nn.functional.conv1d with padding="same" or "valid".</summary>
    /// <param name="weight">[out, in/groups, k].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <param name="padding">Whether the length is kept.</param>
    /// <param name="stride">From one window to the next; 1 where the length is kept.</param>
    /// <param name="dilation">From one element of a window to the next.</param>
    /// <param name="groups">Input and output channels are cut into so many groups that do not see each other.</param>
    /// <param name="paddingMode">What the padding is filled with; zeros by default, otherwise as padding_mode of torch.nn.Conv1d.</param>
    /// <returns>[N, out, L] for this tensor's [N, in, L]; the same without N.</returns>
    /// <exception cref="ArgumentException">The length is to be kept with a stride above 1.</exception>
    /// <inheritdoc cref="Conv1d(Tensor, Tensor?, int, int, int, int)" path="/exception"/>
    public Tensor Conv1d(Tensor weight, Tensor? bias, ConvPadding padding, int stride = 1, int dilation = 1, int groups = 1, PadMode paddingMode = PadMode.Constant) =>
        Padded(nameof(Conv1d), weight, padding, paddingMode, [stride], [dilation]).Conv1d(weight, bias, stride, 0, dilation, groups);

    /// <summary>Slides windows over images, with a padding by name. Matches torch.nn.functional.conv2d with padding="same" or "valid".</summary>
    /// <param name="weight">[out, in/groups, kh, kw].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <param name="padding">Whether height and width are kept.</param>
    /// <param name="stride">Rows and columns from one window to the next; 1 by default, and where the lengths are kept.</param>
    /// <param name="dilation">Rows and columns from one element of a window to the next; 1 by default.</param>
    /// <param name="groups">Input and output channels are cut into so many groups that do not see each other.</param>
    /// <param name="paddingMode">What the padding is filled with; zeros by default, otherwise as padding_mode of torch.nn.Conv2d.</param>
    /// <returns>[N, out, H, W] for this tensor's [N, in, H, W]; the same without N.</returns>
    /// <exception cref="ArgumentException">The lengths are to be kept with a stride above 1.</exception>
    /// <inheritdoc cref="Conv2d(Tensor, Tensor?, ValueTuple{int, int}?, ValueTuple{int, int}?, ValueTuple{int, int}?, int)" path="/exception"/>
    public Tensor Conv2d(Tensor weight, Tensor? bias, ConvPadding padding, (int H, int W)? stride = null, (int H, int W)? dilation = null, int groups = 1, PadMode paddingMode = PadMode.Constant)
    {
        var (s, d) = (stride ?? (1, 1), dilation ?? (1, 1));
        return Padded(nameof(Conv2d), weight, padding, paddingMode, [s.H, s.W], [d.H, d.W]).Conv2d(weight, bias, s, null, d, groups);
    }

    /// <summary>Slides windows over volumes, with a padding by name. Matches torch.nn.functional.conv3d with padding="same" or "valid".</summary>
    /// <param name="weight">[out, in/groups, kd, kh, kw].</param>
    /// <param name="bias">[out], or null for none.</param>
    /// <param name="padding">Whether depth, height and width are kept.</param>
    /// <param name="stride">Planes, rows and columns from one window to the next; 1 by default, and where the lengths are kept.</param>
    /// <param name="dilation">Planes, rows and columns from one element of a window to the next; 1 by default.</param>
    /// <param name="groups">Input and output channels are cut into so many groups that do not see each other.</param>
    /// <param name="paddingMode">What the padding is filled with; zeros by default, otherwise as padding_mode of torch.nn.Conv3d.</param>
    /// <returns>[N, out, D, H, W] for this tensor's [N, in, D, H, W]; the same without N.</returns>
    /// <exception cref="ArgumentException">The lengths are to be kept with a stride above 1.</exception>
    /// <inheritdoc cref="Conv3d(Tensor, Tensor?, ValueTuple{int, int, int}?, ValueTuple{int, int, int}?, ValueTuple{int, int, int}?, int)" path="/exception"/>
    public Tensor Conv3d(Tensor weight, Tensor? bias, ConvPadding padding, (int D, int H, int W)? stride = null, (int D, int H, int W)? dilation = null, int groups = 1, PadMode paddingMode = PadMode.Constant)
    {
        var (s, d) = (stride ?? (1, 1, 1), dilation ?? (1, 1, 1));
        return Padded(nameof(Conv3d), weight, padding, paddingMode, [s.D, s.H, s.W], [d.D, d.H, d.W]).Conv3d(weight, bias, s, null, d, groups);
    }

    /// <summary>This tensor with as much around it as keeps the lengths; itself where nothing is added.</summary>
    private Tensor Padded(string name, Tensor weight, ConvPadding padding, PadMode mode, ReadOnlySpan<int> stride, ReadOnlySpan<int> dilation)
    {
        int n = stride.Length;
        // A wrong rank or dilation is reported by the convolution itself.
        if (padding == ConvPadding.Valid || weight.Rank != n + 2 || (Rank != n + 1 && Rank != n + 2)) return this;
        if (stride.ContainsAnyExcept(1)) throw new ArgumentException($"{name}: a padding that keeps the length goes with the stride 1 only, not ({string.Join(", ", stride.ToArray())}).", nameof(stride));
        var widths = new int[2 * n];
        for (int i = 0; i < n; i++)
        {
            int total = Math.Max(0, dilation[^(i + 1)] * (weight.Shape[^(i + 1)] - 1));
            (widths[2 * i], widths[2 * i + 1]) = (total / 2, total - total / 2);
        }
        return Pad(widths, mode);
    }
}
