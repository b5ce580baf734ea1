namespace DeepNotes.Nn;

/// <summary>Mirrors sequences at their edges, the edge itself not repeated. Matches torch.nn.ReflectionPad1d.</summary>
public sealed partial class ReflectionPad1d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, L]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right.</param>
    /// <exception cref="ArgumentException">There are neither one nor 2 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public ReflectionPad1d(params ReadOnlySpan<int> padding) : base(nameof(ReflectionPad1d), 1, padding, PadMode.Reflect)
    {
    }
}

/// <summary>Mirrors images at their edges, the edge itself not repeated. Matches torch.nn.ReflectionPad2d.</summary>
public sealed partial class ReflectionPad2d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom.</param>
    /// <exception cref="ArgumentException">There are neither one nor 4 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public ReflectionPad2d(params ReadOnlySpan<int> padding) : base(nameof(ReflectionPad2d), 2, padding, PadMode.Reflect)
    {
    }
}

/// <summary>Mirrors volumes at their edges, the edge itself not repeated. Matches torch.nn.ReflectionPad3d.</summary>
public sealed partial class ReflectionPad3d : PaddingLayer
{
    /// <summary>A layer that adds these widths to <c>[N, C, D, H, W]</c>, or without N.</summary>
    /// <param name="padding">One number for all sides, or left, right, top, bottom, front, back.</param>
    /// <exception cref="ArgumentException">There are neither one nor 6 numbers.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A width is negative.</exception>
    public ReflectionPad3d(params ReadOnlySpan<int> padding) : base(nameof(ReflectionPad3d), 3, padding, PadMode.Reflect)
    {
    }
}
