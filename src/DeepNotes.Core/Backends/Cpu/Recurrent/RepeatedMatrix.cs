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
        isPacked = true;
        packed = new Scratch(PackedPanels.Elements<T>(n, k) * sizeof(T));
        PackedPanels.Fill((T*)packed.Pointer, new StridedPanels<T>(data, column, row), n, k);
    }

    /// <summary>C = epilogue(A·B) or epilogue(C + A·B), for contiguous A of m rows and C.</summary>
    public void Multiply<TEpilogue>(int m, T* a, T* c, bool accumulate, TEpilogue epilogue) where TEpilogue : struct, IEpilogue<T>
    {
        if (!isPacked) Gemm.Multiply(m, n, k, a, k, 1, data, row, column, c, n, accumulate, epilogue);
        else Gemm.Multiply(m, n, k, new StridedPanels<T>(a, k, 1), new PackedPanels<T>((T*)packed.Pointer, k), c, n, accumulate, epilogue);
    }

    public void Dispose()
    {
        if (isPacked) packed.Dispose();
    }
}
