namespace DeepNotes.Nn;

/// <summary>Continues sequences with what stands at their other side. Matches torch.nn.CircularPad1d, which PyTorch has from 2.1 on.</summary>
public sealed partial class CircularPad1d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, L]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right.</param>
    /// <exception cref="ArgumentException">There are neither one nor 2 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public CircularPad1d(params ReadOnlySpan<int> padding) : base(nameof(CircularPad1d), 1, padding, PadMode.Circular)
    {
    }
}

/// <summary>Continues images with what stands at their other side. Matches torch.nn.CircularPad2d, which PyTorch has from 2.1 on.</summary>
public sealed partial class CircularPad2d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom.</param>
    /// <exception cref="ArgumentException">There are neither one nor 4 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public CircularPad2d(params ReadOnlySpan<int> padding) : base(nameof(CircularPad2d), 2, padding, PadMode.Circular)
    {
    }
}

/// <summary>Continues volumes with what stands at their other side. Matches torch.nn.CircularPad3d, which PyTorch has from 2.1 on.</summary>
public sealed partial class CircularPad3d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, D, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom, front, back.</param>
    /// <exception cref="ArgumentException">There are neither one nor 6 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public CircularPad3d(params ReadOnlySpan<int> padding) : base(nameof(CircularPad3d), 3, padding, PadMode.Circular)
    {
    }
}
