namespace DeepNotes.Nn;

/// <summary>A height and a width, written as one number for both or as <c>(height, width)</c>.</summary>
/// <param name="Height">Along the second-last dimension.</param>
/// <param name="Width">Along the last dimension.</param>
public readonly record struct Size2d(int Height, int Width)
{
    /// <summary>The same number for both.</summary>
    public static implicit operator Size2d(int side) => new(side, side);

    /// <summary>Height and width.</summary>
    public static implicit operator Size2d((int Height, int Width) size) => new(size.Height, size.Width);

    /// <summary>Height and width.</summary>
    public static implicit operator (int Height, int Width)(Size2d size) => (size.Height, size.Width);

    internal int[] Lengths => [Height, Width];
}
