namespace DeepNotes.Nn;

/// <summary>Repeats the edges of sequences. Matches torch.nn.ReplicationPad1d.</summary>
public sealed partial class ReplicationPad1d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, L]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right.</param>
    /// <exception cref="ArgumentException">There are neither one nor 2 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public ReplicationPad1d(params ReadOnlySpan<int> padding) : base(nameof(ReplicationPad1d), 1, padding, PadMode.Replicate)
    {
    }
}

/// <summary>Repeats the edges of images. Matches torch.nn.ReplicationPad2d.</summary>
public sealed partial class ReplicationPad2d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom.</param>
    /// <exception cref="ArgumentException">There are neither one nor 4 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public ReplicationPad2d(params ReadOnlySpan<int> padding) : base(nameof(ReplicationPad2d), 2, padding, PadMode.Replicate)
    {
    }
}

/// <summary>Repeats the edges of volumes. Matches torch.nn.ReplicationPad3d.</summary>
public sealed partial class ReplicationPad3d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, D, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom, front, back.</param>
    /// <exception cref="ArgumentException">There are neither one nor 6 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public ReplicationPad3d(params ReadOnlySpan<int> padding) : base(nameof(ReplicationPad3d), 3, padding, PadMode.Replicate)
    {
    }
}
