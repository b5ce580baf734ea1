namespace DeepNotes.Backends.Cpu;

/// <summary>Panels that were packed before, all steps of a tile and then the next tile: for a matrix that many products read.</summary>
/// <param name="data">The first panel.</param>
/// <param name="steps">The length of the sums.</param>
internal readonly unsafe struct PackedPanels<T>(T* data, int steps) : IPanels<T> where T : unmanaged
{
    public static bool IsPacked => true;

    public T* Direct => data;

    public nint Step => Gemm.TileColumns<T>();

    public nint Line => steps;

    public void Pack(T* panel, int width, int line, int count, int step, int steps) => throw new NotSupportedException("These panels are packed.");
}

/// <summary>How packed panels are made.</summary>
internal static unsafe class PackedPanels
{
    /// <summary>The room that they take; behind the last panel there is some for the surplus of packing.</summary>
    public static nint Elements<T>(int lines, int steps) where T : unmanaged
    {
        int width = Gemm.TileColumns<T>();
        return (nint)((lines + width - 1) / width) * width * steps + 64 / sizeof(T);
    }

    public static void Fill<T>(T* packed, StridedPanels<T> panels, int lines, int steps) where T : unmanaged
    {
        int width = Gemm.TileColumns<T>();
        for (int line = 0; line < lines; line += width) panels.Pack(packed + (nint)line * steps, width, line, Math.Min(width, lines - line), 0, steps);
    }
}
