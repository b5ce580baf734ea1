namespace DeepNotes.Nn;

/// <summary>Adds zeros around sequences. Matches torch.nn.ZeroPad1d, which PyTorch has from 2.1 on.</summary>
public sealed partial class ZeroPad1d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, L]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, negative ones cut off.</param>
    /// <exception cref="ArgumentException">There are neither one nor 2 numbers.</exception>
    public ZeroPad1d(params ReadOnlySpan<int> padding) : base(nameof(ZeroPad1d), 1, padding, PadMode.Constant)
    {
    }
}

/// <summary>Adds zeros around images. Matches torch.nn.ZeroPad2d.</summary>
public sealed partial class ZeroPad2d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom, negative ones cut off.</param>
    /// <exception cref="ArgumentException">There are neither one nor 4 numbers.</exception>
    public ZeroPad2d(params ReadOnlySpan<int> padding) : base(nameof(ZeroPad2d), 2, padding, PadMode.Constant)
    {
    }
}

/// <summary>Adds zeros around volumes. Matches torch.nn.ZeroPad3d, which PyTorch has from 2.1 on.</summary>
public sealed partial class ZeroPad3d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, D, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom, front, back, negative ones cut off.</param>
    /// <exception cref="ArgumentException">There are neither one nor 6 numbers.</exception>
    public ZeroPad3d(params ReadOnlySpan<int> padding) : base(nameof(ZeroPad3d), 3, padding, PadMode.Constant)
    {
    }
}
