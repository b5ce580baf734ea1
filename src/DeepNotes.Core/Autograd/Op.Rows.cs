using DeepNotes.Ops;

namespace DeepNotes;

public static partial class Op
{
    /// <summary>As <see cref="Update"/>, for the rows that a gradient has: the others, and their states, are neither read nor written.</summary>
    internal static void UpdateRows<TOp>(TOp op, Tensor parameter, RowSparseGradient gradient, Tensor? state0 = null, Tensor? state1 = null, Tensor? state2 = null)
        where TOp : unmanaged, IUpdateOp
    {
        using var off = Grad.Off();
        using var scope = new TensorScope();
        ReadOnlySpan<Tensor?> whole = [parameter, state0, state1, state2];
        var rows = new Tensor?[4];
        for (int i = 0; i < 4; i++) rows[i] = whole[i]?.Detach().IndexSelect(0, gradient.Rows);
        Update(op, rows[0]!, gradient.Values, rows[1], rows[2], rows[3]);
        for (int i = 0; i < 4; i++)
        {
            if (whole[i] is { } target) CopyRows(rows[i]!, gradient.Rows, target);
        }
    }

    /// <summary>Overwrites some rows of a contiguous tensor in place.</summary>
    internal static void CopyRows(Tensor source, Tensor rows, Tensor target)
    {
        target.Storage.Version++;
        if (source.Count > 0) target.Backend.CopyRows(source, rows, target);
    }
}
