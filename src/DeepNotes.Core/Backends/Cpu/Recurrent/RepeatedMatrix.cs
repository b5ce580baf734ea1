using System.Numerics;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The right-hand matrix of many products, such as the weight that every step of a sequence multiplies by: packed once, where the products have
/// several rows. Dispose it when the last product is done.
/// </summary>
internal readonly unsafe ref struct RepeatedMatrix<T> where T : unmanaged, INumber<T>
{
    private readonly int n, k;
    private readonly T* data;
    private readonly nint row, column;
    private readonly Scratch packed;
    private readonly bool isPacked;

    /// <summary>B of k rows and n columns: B[p, j] is data[p·row + j·column].</summary>
    public RepeatedMatrix(T* data, int k, int n, nint row, nint column, bool pack)
    {
        this.data = data;
        (this.k, this.n, this.row, this.column) = (k, n, row, column);
        if (!pack || k == 0) return;
        int width = Gemm.TileColumns<T>();
        isPacked = true;
        // Behind the last panel there must be room for the surplus of packing.
        packed = new Scratch((nint)(n + width - 1) / width * width * k * sizeof(T) + 64);
        var lines = new StridedPanels<T>(data, column, row);
        for (int line = 0; line < n; line += width) lines.Pack((T*)packed.Pointer + (nint)line * k, width, line, Math.Min(width, n - line), 0, k);
    }

    /// <summary>C = epilogue(A·B) or epilogue(C + A·B), for contiguous A of m rows and C.</summary>
    public void Multiply<TEpilogue>(int m, T* a, T* c, bool accumulate, TEpilogue epilogue) where TEpilogue : struct, IEpilogue<T>
    {
        if (!isPacked) Gemm.Multiply(m, n, k, a, k, 1, data, row, column, c, n, accumulate, epilogue);
        else Gemm.Multiply(m, n, k, new StridedPanels<T>(a, k, 1), new PackedPanels<T>((T*)packed.Pointer, k, Gemm.TileColumns<T>()), c, n, accumulate, epilogue);
    }

    public void Dispose()
    {
        if (isPacked) packed.Dispose();
    }
}

/// <summary>Panels that were packed before: tile after tile, each as wide as the kernel's.</summary>
/// <param name="data">The first panel.</param>
/// <param name="steps">The length of the sums.</param>
/// <param name="width">Lines of a tile.</param>
internal readonly unsafe struct PackedPanels<T>(T* data, int steps, int width) : IPanels<T> where T : unmanaged
{
    public static bool IsPacked => true;

    public T* Direct => data;

    public nint Step => width;

    public nint Line => steps;

    public void Pack(T* panel, int width, int line, int count, int step, int steps) => throw new NotSupportedException("These panels are packed.");
}
