using System.Runtime.CompilerServices;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>The block of one matrix product that is being worked on, and how its work is cut into pieces.</summary>
/// <remarks>
/// A block is kc steps of nc columns: its part of B is packed once, shared by all threads and stays in the second-level cache while
/// panels of A, packed by the thread that uses them, stay in the first-level cache. kc follows from k alone, so the
/// bits do not depend on the cut into pieces, which may therefore follow the number of threads.
/// </remarks>
internal unsafe struct GemmJob<T, V, TA, TB, TEpilogue> : IJob
    where T : unmanaged where V : unmanaged, ISimdLane<V, T> where TA : struct, IPanels<T> where TB : struct, IPanels<T> where TEpilogue : struct, IEpilogue<T>
{
    // Below this many multiply-adds another thread is not worth waking: a few microseconds.
    private const long ParallelWork = 1 << 18;

    // Few rows use a packed element of B too few times to pay for packing it; somewhat more do so where the steps lie close enough for the caches to hold a
    // panel in place, which spares threads the wait for each other between packing and multiplying.
    private const int DirectRows = 64, NearDirectRows = 256, NearBytes = 2048;

    /// <summary>
    /// How many panels of A are packed at a time, to meet one panel of B after the other. Tall tiles read B seldom enough to have it from the second-level cache each
    /// time; for low ones it should stay in the first.
    /// </summary>
    private static int RowGroup
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TileRows > 8 ? 1 : 16;
    }

    private TA a;
    private TB b;
    private TEpilogue epilogue;
    private T* c;
    private nint cRow;
    private int m;
    private bool add, last, direct;
    private bool packing;
    private int firstColumn, columns, firstStep, steps;
    private T* packed;
    private int rowPieces, columnPieces;

    private static int TileRows
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => GemmKernel.Rows<V, T>();
    }

    private static int TileColumns
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => 2 * V.Count;
    }

    public static void Multiply(int m, int n, int k, in TA a, in TB b, T* c, nint cRow, bool accumulate, in TEpilogue epilogue)
    {
        // A panel of A fills half of a first-level cache of 32 KB.
        int longest = Math.Min(16384 / (TileRows * sizeof(T)), 384) & ~7;
        int blocks = Math.Max(1, (k + longest - 1) / longest), kc = Math.Max(1, (k + blocks - 1) / blocks);
        int nc = Math.Max(1, GemmMemory.SecondLevelCache / 2 / (kc * sizeof(T)) / TileColumns) * TileColumns;
        var job = new GemmJob<T, V, TA, TB, TEpilogue>
        {
            a = a, b = b, epilogue = epilogue, c = c, cRow = cRow, m = m,
            direct = TB.IsPacked || (b.Direct != null && (m <= DirectRows || (m <= NearDirectRows && b.Step * sizeof(T) <= NearBytes))),
        };
        nc = Math.Min(nc, (n + V.Count - 1) / V.Count * V.Count);
        job.packed = (T*)GemmMemory.Columns((nint)(job.direct ? TileColumns : nc) * kc * sizeof(T));

        int rowPanels = (m + TileRows - 1) / TileRows;
        for (int column = 0; column < n; column += nc)
        {
            job.firstColumn = column;
            job.columns = Math.Min(nc, n - column);
            int columnPanels = (job.columns + TileColumns - 1) / TileColumns;
            bool parallel = (long)m * job.columns * kc >= ParallelWork && Workers.AreIdle;
            job.columnPieces = 1;
            job.rowPieces = 1;
            if (parallel)
            {
                int wanted = 4 * Workers.Count;
                job.rowPieces = Math.Min(rowPanels, wanted);
                job.columnPieces = Math.Min(columnPanels, (wanted + job.rowPieces - 1) / job.rowPieces);
            }
            // Once even for empty sums: C is still written.
            for (int step = 0; step == 0 || step < k; step += kc)
            {
                job.firstStep = step;
                job.steps = Math.Min(kc, k - step);
                job.add = accumulate || step > 0;
                job.last = step + job.steps == k;
                if (!parallel)
                {
                    job.PackColumns(0, columnPanels);
                    job.Compute(0, rowPanels, 0, columnPanels);
                    continue;
                }
                job.packing = true;
                int packPieces = job.direct ? 1 : Math.Min(columnPanels, 4 * Workers.Count);
                if (packPieces == 1) job.PackColumns(0, columnPanels);
                else RunPacking(ref job, packPieces);
                job.packing = false;
                Workers.Run(ref job, job.rowPieces * job.columnPieces);
            }
        }
    }

    private static void RunPacking(ref GemmJob<T, V, TA, TB, TEpilogue> job, int pieces)
    {
        int rows = job.rowPieces, columns = job.columnPieces;
        (job.rowPieces, job.columnPieces) = (1, pieces);
        Workers.Run(ref job, pieces);
        (job.rowPieces, job.columnPieces) = (rows, columns);
    }

    public void Run(int index)
    {
        int rowPanels = (m + TileRows - 1) / TileRows, columnPanels = (columns + TileColumns - 1) / TileColumns;
        var (columnFrom, columnTo) = Share(columnPanels, columnPieces, index % columnPieces);
        if (packing)
        {
            PackColumns(columnFrom, columnTo);
            return;
        }
        var (rowFrom, rowTo) = Share(rowPanels, rowPieces, index / columnPieces);
        Compute(rowFrom, rowTo, columnFrom, columnTo);
    }

    private static (int From, int To) Share(int panels, int pieces, int index) =>
        ((int)((long)panels * index / pieces), (int)((long)panels * (index + 1) / pieces));

    /// <summary>Packs panels of B; with direct access, only a last one that is too narrow to be read in place.</summary>
    private readonly void PackColumns(int from, int to)
    {
        for (int panel = from; panel < to; panel++)
        {
            int column = panel * TileColumns, count = Math.Min(TileColumns, columns - column);
            int width = count > V.Count ? TileColumns : V.Count;
            if (!direct) b.Pack(packed + (nint)column * steps, width, firstColumn + column, count, firstStep, steps);
            else if (!TB.IsPacked && count < width) b.Pack(packed, width, firstColumn + column, count, firstStep, steps);
        }
    }

    private readonly void Compute(int rowFrom, int rowTo, int columnFrom, int columnTo)
    {
        int size = TileRows * steps;
        T* rows = (T*)GemmMemory.Rows((nint)Math.Min(RowGroup, rowTo - rowFrom) * size * sizeof(T));
        for (int group = rowFrom; group < rowTo; group += RowGroup)
        {
            int end = Math.Min(group + RowGroup, rowTo);
            for (int i = group; i < end; i++)
            {
                int count = Math.Min(TileRows, m - i * TileRows);
                a.Pack(rows + (nint)(i - group) * size, GemmKernel.Height(count), i * TileRows, count, firstStep, steps);
            }
            for (int j = columnFrom; j < columnTo; j++)
            {
                for (int i = group; i < end; i++)
                {
                    int count = Math.Min(TileRows, m - i * TileRows);
                    ComputeTile(rows + (nint)(i - group) * size, i * TileRows, count, GemmKernel.Height(count), j * TileColumns);
                }
            }
        }
    }

    private readonly void ComputeTile(T* rows, int row, int count, int height, int column)
    {
        int valid = Math.Min(TileColumns, columns - column);
        bool wide = valid > V.Count;
        int width = wide ? TileColumns : V.Count;
        bool inPlace = direct && (TB.IsPacked || valid == width);
        T* panel = inPlace ? b.Direct + (firstColumn + column) * b.Line + firstStep * b.Step : direct ? packed : packed + (nint)column * steps;
        nint panelStep = inPlace ? b.Step : width;
        column += firstColumn;
        T* target = c + row * cRow + column;
        if (count == height && valid == width)
        {
            GemmKernel.Tile<V, T>(height, wide, steps, rows, height, panel, panelStep, target, cRow, add);
            if (last && !TEpilogue.IsIdentity) FinishWhole(target, count, valid, row, column);
        }
        else
        {
            ComputeEdge(rows, height, wide, panel, panelStep, target, count, valid, row, column);
        }
    }

    /// <summary>A tile that sticks out of the matrix is computed beside it.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void ComputeEdge(T* rows, int height, bool wide, T* panel, nint panelStep, T* target, int count, int valid, int row, int column)
    {
        byte* memory = stackalloc byte[14 * 2 * 64 + 64];
        T* tile = (T*)(((nint)memory + 63) & ~63);
        GemmKernel.Tile<V, T>(height, wide, steps, rows, height, panel, panelStep, tile, TileColumns, false);
        bool finish = last && !TEpilogue.IsIdentity;
        for (int i = 0; i < count; i++, tile += TileColumns, target += cRow)
        {
            int j = 0;
            for (; j <= valid - V.Count; j += V.Count)
            {
                V value = V.Load(tile + j);
                if (add) value = V.Load(target + j) + value;
                V.Store(finish ? epilogue.Apply(value, row + i, column + j, V.Count) : value, target + j);
            }
            if (j == valid) continue;
            V end = V.Load(tile + j);
            if (add) end = PartialLane.Load<V, T>(target + j, valid - j) + end;
            PartialLane.Store(finish ? epilogue.Apply(end, row + i, column + j, valid - j) : end, target + j, valid - j);
        }
    }

    [MethodImpl(Compile.Alone)]
    private readonly void FinishWhole(T* target, int count, int valid, int row, int column)
    {
        for (int i = 0; i < count; i++, target += cRow)
        {
            for (int j = 0; j < valid; j += V.Count) V.Store(epilogue.Apply(V.Load(target + j), row + i, column + j, V.Count), target + j);
        }
    }
}
