using DeepNotes.Ops;

namespace DeepNotes;

/// <summary>
/// A gradient of a table that is zero but for some rows, and holds only those: what an embedding with sparse gradients
/// leaves in its table. Matches a coalesced sparse gradient of PyTorch.
/// </summary>
public sealed class RowSparseGradient
{
    private readonly long[] rows;

    private RowSparseGradient(long[] rows, Tensor values, Shape shape)
    {
        this.rows = rows;
        Rows = Tensor.From<long>(rows).To(values.Device);
        Values = values;
        Shape = shape;
    }

    /// <summary>Which rows there are: Int64 [n], rising.</summary>
    public Tensor Rows { get; }

    /// <summary>The gradients of these rows: [n, …] for a table of [rows, …].</summary>
    public Tensor Values { get; }

    /// <summary>The shape of the table.</summary>
    public Shape Shape { get; }

    /// <summary>The gradient with all its zeros, of the table's shape.</summary>
    public Tensor ToDense()
    {
        using var off = Grad.Off();
        return Op.Apply(new IndexAdd(0, Shape), Values, Rows);
    }

    /// <summary>Sums what belongs to the same row, in the order of the places.</summary>
    /// <param name="places">The row of each of the values.</param>
    /// <param name="values">[places, …].</param>
    /// <param name="shape">The table's shape.</param>
    internal static RowSparseGradient Of(ReadOnlySpan<long> places, Tensor values, Shape shape)
    {
        long[] sorted = places.ToArray();
        Array.Sort(sorted);
        int count = 0;
        for (int i = 0; i < sorted.Length; i++)
        {
            if (i == 0 || sorted[i] != sorted[i - 1]) sorted[count++] = sorted[i];
        }
        Array.Resize(ref sorted, count);
        var slots = new long[places.Length];
        for (int i = 0; i < slots.Length; i++) slots[i] = Array.BinarySearch(sorted, places[i]);
        using var off = Grad.Off();
        var sums = Op.Apply(new IndexAdd(0, Shape.Create([count, .. shape.AsSpan()[1..]])), values, Tensor.From<long>(slots).To(values.Device));
        return new RowSparseGradient(sorted, sums, shape);
    }

    internal RowSparseGradient Plus(RowSparseGradient other)
    {
        using var off = Grad.Off();
        return Of([.. rows, .. other.rows], Tensor.Concatenate([Values, other.Values]), Shape);
    }
}
