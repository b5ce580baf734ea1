namespace DeepNotes.Nn;

/// <summary>A depth, a height and a width, written as one number for all or as <c>(depth, height, width)</c>.</summary>
/// <param name="Depth">Along the third-last dimension.</param>
/// <param name="Height">Along the second-last dimension.</param>
/// <param name="Width">Along the last dimension.</param>
public readonly record struct Size3d(int Depth, int Height, int Width)
{
    /// <summary>The same number for all.</summary>
    public static implicit operator Size3d(int side) => new(side, side, side);

    /// <summary>Depth, height and width.</summary>
    public static implicit operator Size3d((int Depth, int Height, int Width) size) => new(size.Depth, size.Height, size.Width);

    /// <summary>Depth, height and width.</summary>
    public static implicit operator (int Depth, int Height, int Width)(Size3d size) => (size.Depth, size.Height, size.Width);

    internal int[] Lengths => [Depth, Height, Width];
}
