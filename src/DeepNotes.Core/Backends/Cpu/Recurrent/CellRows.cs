using System.Numerics;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>All rows of one step, on several threads where they are many.</summary>
internal unsafe struct CellRows<TCell, T, V> : IJob where TCell : struct, IRecurrentCell where T : unmanaged, INumber<T> where V : unmanaged, ISimdLane<V, T>
{
    // Some ten microseconds of exponentials: below that another thread is not worth waking.
    private const int ParallelNumbers = 4096;

    private CellRow<T> first;
    private int rows, size, rowsPerPiece;
    private bool backward;

    /// <summary>Runs the rows, which are independent of each other.</summary>
    /// <param name="rows">Their number.</param>
    /// <param name="size">The numbers of the state.</param>
    /// <param name="backward">The gradients rather than the state.</param>
    /// <param name="first">The first row; each further one lies behind the one before.</param>
    public static void Run(int rows, int size, bool backward, CellRow<T> first)
    {
        var job = new CellRows<TCell, T, V> { first = first, rows = rows, size = size, backward = backward, rowsPerPiece = rows };
        if (rows > 1 && (long)rows * size >= ParallelNumbers && Workers.AreIdle) job.rowsPerPiece = Math.Max(1, rows / (2 * Workers.Count));
        int pieces = rows == 0 ? 0 : (rows + job.rowsPerPiece - 1) / job.rowsPerPiece;
        if (pieces == 1) job.Run(0);
        else Workers.Run(ref job, pieces);
    }

    public readonly void Run(int index)
    {
        int end = Math.Min((index + 1) * rowsPerPiece, rows);
        for (int i = index * rowsPerPiece; i < end; i++)
        {
            if (!backward) TCell.Forward<T, V>(size, Row(i));
            else
            {
                var row = Row(i);
                if (row.OutputGradient != null) CellLanes.Add<T, V>(row.HiddenGradient, row.OutputGradient, size);
                TCell.Backward<T, V>(size, row);
            }
        }
    }

    private readonly CellRow<T> Row(nint i)
    {
        nint state = i * size, sums = state * TCell.Gates;
        return new CellRow<T>
        {
            Gates = first.Gates + sums, Product = first.Product + sums, Previous = first.Previous + state, Cell = first.Cell + state,
            Saved = first.Saved == null ? null : first.Saved + state, Output = first.Output + state,
            OutputGradient = first.OutputGradient == null ? null : first.OutputGradient + state, HiddenGradient = first.HiddenGradient + state, CellGradient = first.CellGradient + state,
            GatesGradient = first.GatesGradient + sums, ProductGradient = first.ProductGradient + sums,
        };
    }
}
