namespace DeepNotes.Nn;

/// <summary>Adds one number around sequences. Matches torch.nn.ConstantPad1d.</summary>
public sealed partial class ConstantPad1d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, L]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, negative ones cut off.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">There are neither one nor 2 numbers.</exception>
    public ConstantPad1d(ReadOnlySpan<int> padding, double value) : base(nameof(ConstantPad1d), 1, padding, PadMode.Constant, value)
    {
    }
}

/// <summary>Adds one number around images. Matches torch.nn.ConstantPad2d.</summary>
public sealed partial class ConstantPad2d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom, negative ones cut off.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">There are neither one nor 4 numbers.</exception>
    public ConstantPad2d(ReadOnlySpan<int> padding, double value) : base(nameof(ConstantPad2d), 2, padding, PadMode.Constant, value)
    {
    }
}

/// <summary>Adds one number around volumes. Matches torch.nn.ConstantPad3d.</summary>
public sealed partial class ConstantPad3d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, D, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom, front, back, negative ones cut off.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ArgumentException">There are neither one nor 6 numbers.</exception>
    public ConstantPad3d(ReadOnlySpan<int> padding, double value) : base(nameof(ConstantPad3d), 3, padding, PadMode.Constant, value)
    {
    }
}
