namespace DeepNotes.Gpu.Kernels;

/// <summary>
/// An iteration as a kernel argument. Thread t takes the elements t, t + Threads, t + 2·Threads, … below Count, so that
/// the number of threads follows the device and not the tensor. The sizes stand innermost first; the outermost one is
/// not needed, as it is what is left of the position.
/// </summary>
internal struct Extent
{
    public const int MaxRank = 8;

    public int Count, Threads, Rank;
    public int N0, N1, N2, N3, N4, N5, N6;

    /// <summary>An iteration over contiguous elements.</summary>
    public static Extent Linear(int count) => new() { Count = count, Threads = count, Rank = 1 };

    /// <summary>The same iteration on at most so many threads.</summary>
    public readonly Extent On(int threads) => this with { Threads = Math.Min(threads, Count) };

    /// <summary>True while there is an element at the position. What has run over 2³¹ counts as beyond the end.</summary>
    public readonly bool Has(int position) => (uint)position < (uint)Count;
}

/// <summary>How far one step along each dimension moves in one operand, in elements, innermost first; 0 where it broadcasts.</summary>
internal struct Strides
{
    public int S0, S1, S2, S3, S4, S5, S6, S7;
}

/// <summary>Where up to four operands have their element of one position.</summary>
internal readonly struct Offsets(int a, int b, int c, int d)
{
    public readonly int A = a, B = b, C = c, D = d;

    /// <summary>
    /// Takes a linear position apart, written out for each rank: a loop would index the fields, which on a GPU means
    /// local memory. The branches on the rank are the same for all threads.
    /// </summary>
    public static Offsets At(int i, Extent n, Strides a, Strides b, Strides c, Strides d)
    {
        if (n.Rank == 1) return new(i * a.S0, i * b.S0, i * c.S0, i * d.S0);
        int q = i / n.N0, r = i - q * n.N0;
        int x = r * a.S0, y = r * b.S0, z = r * c.S0, w = r * d.S0;
        if (n.Rank == 2) return new(x + q * a.S1, y + q * b.S1, z + q * c.S1, w + q * d.S1);
        i = q; q = i / n.N1; r = i - q * n.N1;
        x += r * a.S1; y += r * b.S1; z += r * c.S1; w += r * d.S1;
        if (n.Rank == 3) return new(x + q * a.S2, y + q * b.S2, z + q * c.S2, w + q * d.S2);
        i = q; q = i / n.N2; r = i - q * n.N2;
        x += r * a.S2; y += r * b.S2; z += r * c.S2; w += r * d.S2;
        if (n.Rank == 4) return new(x + q * a.S3, y + q * b.S3, z + q * c.S3, w + q * d.S3);
        i = q; q = i / n.N3; r = i - q * n.N3;
        x += r * a.S3; y += r * b.S3; z += r * c.S3; w += r * d.S3;
        if (n.Rank == 5) return new(x + q * a.S4, y + q * b.S4, z + q * c.S4, w + q * d.S4);
        i = q; q = i / n.N4; r = i - q * n.N4;
        x += r * a.S4; y += r * b.S4; z += r * c.S4; w += r * d.S4;
        if (n.Rank == 6) return new(x + q * a.S5, y + q * b.S5, z + q * c.S5, w + q * d.S5);
        i = q; q = i / n.N5; r = i - q * n.N5;
        x += r * a.S5; y += r * b.S5; z += r * c.S5; w += r * d.S5;
        if (n.Rank == 7) return new(x + q * a.S6, y + q * b.S6, z + q * c.S6, w + q * d.S6);
        i = q; q = i / n.N6; r = i - q * n.N6;
        x += r * a.S6; y += r * b.S6; z += r * c.S6; w += r * d.S6;
        return new(x + q * a.S7, y + q * b.S7, z + q * c.S7, w + q * d.S7);
    }

    /// <summary>The same for three operands.</summary>
    public static Offsets At(int i, Extent n, Strides a, Strides b, Strides c) => At(i, n, a, b, c, default);

    /// <summary>The same for two operands.</summary>
    public static Offsets At(int i, Extent n, Strides a, Strides b) => At(i, n, a, b, default, default);

    /// <summary>The same for one operand.</summary>
    public static int At(int i, Extent n, Strides a) => At(i, n, a, default, default, default).A;
}

/// <summary>An iteration over up to four operands that broadcast against one shape, with as few dimensions as they allow.</summary>
internal sealed class Layout
{
    private Layout(Extent extent, Strides a, Strides b, Strides c, Strides d) => (Extent, A, B, C, D) = (extent, a, b, c, d);

    public Extent Extent { get; }

    public Strides A { get; }

    public Strides B { get; }

    public Strides C { get; }

    public Strides D { get; }

    /// <summary>Lays out the iteration.</summary>
    /// <param name="shape">The sizes, outermost first.</param>
    /// <param name="a">The strides of the first operand in elements, 0 where it broadcasts.</param>
    /// <param name="b">The strides of the second operand; nothing for none.</param>
    /// <param name="c">The strides of the third operand; nothing for none.</param>
    /// <param name="d">The strides of the fourth operand; nothing for none.</param>
    /// <exception cref="NotSupportedException">More than 2³¹ − 1 elements, or more than eight dimensions that do not merge.</exception>
    public static Layout Of(ReadOnlySpan<int> shape, ReadOnlySpan<int> a, ReadOnlySpan<int> b = default, ReadOnlySpan<int> c = default, ReadOnlySpan<int> d = default)
    {
        long count = 1;
        foreach (int size in shape) count *= size;
        if (count > int.MaxValue) throw new NotSupportedException($"A GPU kernel runs over at most {int.MaxValue} elements; these are {count}.");

        // Innermost first; a dimension merges with the one inside it when every operand steps over both as over one.
        int capacity = shape.Length + 1;
        Span<int> n = stackalloc int[capacity], sa = stackalloc int[capacity], sb = stackalloc int[capacity], sc = stackalloc int[capacity], sd = stackalloc int[capacity];
        int rank = 0;
        for (int k = shape.Length - 1; k >= 0; k--)
        {
            if (shape[k] == 1) continue;
            int x = Stride(a, k), y = Stride(b, k), z = Stride(c, k), w = Stride(d, k);
            int inner = rank - 1;
            if (rank > 0 && Continues(x, sa[inner], n[inner]) && Continues(y, sb[inner], n[inner]) && Continues(z, sc[inner], n[inner]) && Continues(w, sd[inner], n[inner]))
            {
                n[inner] *= shape[k];
                continue;
            }
            (n[rank], sa[rank], sb[rank], sc[rank], sd[rank]) = (shape[k], x, y, z, w);
            rank++;
        }
        if (rank == 0) (n[0], rank) = (1, 1);
        if (rank > Extent.MaxRank) throw new NotSupportedException($"A GPU kernel runs over at most {Extent.MaxRank} dimensions that do not merge; these are {rank}. Make the operands contiguous.");
        return new(Sizes((int)count, n[..rank]), Steps(sa[..rank]), Steps(sb[..rank]), Steps(sc[..rank]), Steps(sd[..rank]));
    }

    /// <summary>Lays out an iteration over tensors that broadcast to a shape.</summary>
    public static Layout Of(Shape shape, Tensor a, Tensor? b = null, Tensor? c = null, Tensor? d = null)
    {
        Span<int> sa = stackalloc int[shape.Rank], sb = stackalloc int[shape.Rank], sc = stackalloc int[shape.Rank], sd = stackalloc int[shape.Rank];
        Broadcast(a, sa);
        Broadcast(b, sb);
        Broadcast(c, sc);
        Broadcast(d, sd);
        return Of(shape.AsSpan(), sa, sb, sc, sd);
    }

    private static void Broadcast(Tensor? tensor, Span<int> strides)
    {
        strides.Clear();
        if (tensor is null) return;
        var own = tensor.Strides;
        for (int i = 1; i <= tensor.Rank; i++) strides[^i] = tensor.Shape[^i] == 1 ? 0 : own[^i];
    }

    private static bool Continues(int outer, int inner, int size) => outer == (long)inner * size;

    private static int Stride(ReadOnlySpan<int> strides, int dimension) => strides.IsEmpty ? 0 : strides[dimension];

    private static int Get(ReadOnlySpan<int> values, int i) => i < values.Length ? values[i] : 0;

    private static Extent Sizes(int count, ReadOnlySpan<int> n) => new()
    {
        Count = count, Threads = count, Rank = n.Length, N0 = Get(n, 0), N1 = Get(n, 1), N2 = Get(n, 2), N3 = Get(n, 3), N4 = Get(n, 4), N5 = Get(n, 5), N6 = Get(n, 6),
    };

    private static Strides Steps(ReadOnlySpan<int> s) => new()
    {
        S0 = Get(s, 0), S1 = Get(s, 1), S2 = Get(s, 2), S3 = Get(s, 3), S4 = Get(s, 4), S5 = Get(s, 5), S6 = Get(s, 6), S7 = Get(s, 7),
    };
}
