using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;
using DeepNotes.Lanes;

namespace DeepNotes.Backends.Cpu;

/// <summary>One matrix product, cut into as many parts of C as there are threads, and each part into blocks.</summary>
/// <remarks>
/// A block is kc steps of nc columns: its part of B is packed and stays in the second-level or the third-level cache, see <see cref="BlockBytes"/>, while panels of A stay in the first or second. kc follows
/// from k alone, so the bits do not depend on the cut into parts, which may therefore follow the number of threads. A thread packs all that its part reads, a
/// strip of B or of A that others pack too: waiting for what they packed, and fetching it from their caches, took longer. There are no more parts than
/// threads, so a thread that is held up holds up the product.
/// </remarks>
internal unsafe struct GemmJob<T, V, TA, TB, TEpilogue> : IJob
    where T : unmanaged where V : unmanaged, ISimdLane<V, T> where TA : struct, IPanels<T> where TB : struct, IPanels<T> where TEpilogue : struct, IEpilogue<T>
{
    // Below this many multiply-adds another thread is not worth waking: ten microseconds.
    private const long ParallelWork = 1 << 20;

    // What packing an element costs, in multiply-adds, and what each block of steps adds for an element of C where other threads write the rest of its row: the
    // processors fetch lines ahead, and so take them from each other.
    private const int PackingCost = 24, InterleavingCost = 64;

    // The most steps of a block, and what a line of the caches holds.
    private const int LongestBlock = 384, LineBytes = 64;

    // Fewer tiles than this read a panel of B too fast for the next one to be fetched meanwhile.
    private const int FewTiles = 4;

    // Few rows of a part use a packed element of B too few times to pay for packing it; somewhat more do so where the steps lie close enough for the caches to
    // hold a panel in place.
    private const int DirectRows = 64, NearDirectRows = 256, NearBytes = 2048;

    /// <summary>
    /// How many panels of A are packed at a time, to meet one panel of B after the other. Tall tiles read B seldom enough to have it from the second-level cache each
    /// time; for low ones it should stay in the first, and the more panels of A there are the fewer times it is fetched: as many as fill a third of the second-level cache.
    /// </summary>
    private static int RowGroup
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TileRows > 8 ? 1 : Math.Clamp(GemmMemory.SecondLevelCache / 3 / (TileRows * LongestBlock * sizeof(T)), 8, 32);
    }

    /// <summary>
    /// Bytes of a block of B. Where many panels of A meet each panel of B, it is read seldom enough to come from the third-level cache, and A is packed fewer times.
    /// </summary>
    private static int BlockBytes
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => RowGroup > 1 ? 2 * GemmMemory.SecondLevelCache : GemmMemory.SecondLevelCache / 2;
    }

    private TA a;
    private TB b;
    private TEpilogue epilogue;
    private T* c;
    private nint cRow;
    private int m;
    private int n, k, kc;
    private bool accumulate;
    private int rowParts, columnParts;

    // What follows belongs to the part that a thread's copy of the job works on.
    private bool add, last, direct;
    private int firstColumn, columns, firstStep, steps;
    private T* packed;

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
        int longest = Math.Min(16384 / (TileRows * sizeof(T)), LongestBlock) & ~7;
        int blocks = Math.Max(1, (k + longest - 1) / longest);
        var job = new GemmJob<T, V, TA, TB, TEpilogue>
        {
            a = a, b = b, epilogue = epilogue, c = c, cRow = cRow, m = m, n = n, k = k, accumulate = accumulate,
            kc = Math.Max(1, (k + blocks - 1) / blocks), rowParts = 1, columnParts = 1,
        };
        if ((long)m * n * k >= ParallelWork && Workers.AreIdle) job.Cut(Workers.Count);
        if (job.rowParts * job.columnParts == 1) job.Run(0);
        else Workers.Run(ref job, job.rowParts * job.columnParts);
    }

    /// <summary>Chooses how many strips of rows and of columns the threads share: what the largest part costs to compute and to pack.</summary>
    private void Cut(int threads)
    {
        int rowPanels = (m + TileRows - 1) / TileRows, columnPanels = (n + TileColumns - 1) / TileColumns;
        double best = double.MaxValue;
        for (int byRows = 1; byRows <= threads; byRows++)
        {
            if (threads % byRows != 0) continue;
            int byColumns = threads / byRows, partRows = Math.Min(rowPanels, byRows), partColumns = Math.Min(columnPanels, byColumns);
            double rows = Math.Min(m, (rowPanels + partRows - 1) / partRows * TileRows), width = Math.Min(n, (columnPanels + partColumns - 1) / partColumns * TileColumns);
            double cost = rows * width + PackingCost * (rows + (TB.IsPacked ? 0 : width));
            if (partColumns > 1) cost += rows * width * Math.Min(0.5, (double)InterleavingCost / kc); // Never so much that one thread alone would seem better.
            if (cost >= best) continue;
            best = cost;
            (rowParts, columnParts) = (partRows, partColumns);
        }
    }

    /// <summary>Computes one part of C.</summary>
    public readonly void Run(int index)
    {
        var (rowFrom, rowTo) = Share((m + TileRows - 1) / TileRows, rowParts, index / columnParts);
        var (columnFrom, columnTo) = Share((n + TileColumns - 1) / TileColumns, columnParts, index % columnParts);
        var part = this;
        part.Compute(rowFrom, rowTo, columnFrom * TileColumns, Math.Min(n, columnTo * TileColumns));
    }

    private static (int From, int To) Share(int panels, int parts, int index) =>
        (Workers.FirstOf(index, panels, parts), Workers.FirstOf(index + 1, panels, parts));

    /// <summary>Computes panels of rows by columns, block by block.</summary>
    private void Compute(int rowFrom, int rowTo, int columnFrom, int columnTo)
    {
        int rows = Math.Min(m, rowTo * TileRows) - rowFrom * TileRows;
        direct = TB.IsPacked || (b.Direct != null && (rows <= DirectRows || (rows <= NearDirectRows && b.Step * sizeof(T) <= NearBytes)));
        int nc = Math.Max(1, BlockBytes / (kc * sizeof(T)) / TileColumns) * TileColumns;
        nc = Math.Min(nc, (columnTo - columnFrom + V.Count - 1) / V.Count * V.Count);
        packed = (T*)GemmMemory.Columns((nint)(direct ? TileColumns : nc) * kc * sizeof(T));
        for (int column = columnFrom; column < columnTo; column += nc)
        {
            firstColumn = column;
            columns = Math.Min(nc, columnTo - column);
            int columnPanels = (columns + TileColumns - 1) / TileColumns;
            // Once even for empty sums: C is still written.
            for (int step = 0; step == 0 || step < k; step += kc)
            {
                firstStep = step;
                steps = Math.Min(kc, k - step);
                add = accumulate || step > 0;
                last = step + steps == k;
                PackColumns(columnPanels);
                ComputeBlock(rowFrom, rowTo, columnPanels);
            }
        }
    }

    /// <summary>Packs panels of B; with direct access, only a last one that is too narrow to be read in place.</summary>
    private readonly void PackColumns(int panels)
    {
        for (int panel = 0; panel < panels; panel++)
        {
            int column = panel * TileColumns, count = Math.Min(TileColumns, columns - column);
            int width = count > V.Count ? TileColumns : V.Count;
            if (!direct) b.Pack(packed + (nint)column * steps, width, firstColumn + column, count, firstStep, steps);
            else if (!TB.IsPacked && count < width) b.Pack(packed, width, firstColumn + column, count, firstStep, steps);
        }
    }

    private readonly void ComputeBlock(int rowFrom, int rowTo, int columnPanels)
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
            int linesPerTile = LinesPerTile(end - group);
            for (int j = 0; j < columnPanels; j++)
            {
                int lines = j + 1 < columnPanels ? linesPerTile : 0;
                byte* next = (byte*)Panel((j + 1) * TileColumns, TB.IsPacked);
                for (int i = group; i < end; i++)
                {
                    for (int line = 0; line < lines; line++, next += LineBytes) Sse.Prefetch1(next);
                    int count = Math.Min(TileRows, m - i * TileRows);
                    ComputeTile(rows + (nint)(i - group) * size, i * TileRows, count, GemmKernel.Height(count), j * TileColumns);
                }
            }
        }
    }

    /// <summary>
    /// How many lines of the next panel of B to fetch before each of so many tiles, where that panel is one piece and comes from further than the second-level cache. A
    /// processor's own prefetching ends with every 4 KB and begins too late in a panel that is read within microseconds.
    /// </summary>
    private readonly int LinesPerTile(int tiles)
    {
        bool isOnePiece = TB.IsPacked || !direct, isInCache = (nint)columns * steps * sizeof(T) <= GemmMemory.SecondLevelCache / 2;
        if (!Sse.IsSupported || RowGroup == 1 || tiles < FewTiles || !isOnePiece || isInCache) return 0;
        return (TileColumns * steps * sizeof(T) / LineBytes + tiles - 1) / tiles;
    }

    /// <summary>The panel of B that begins at a column of the block: in place, or as <see cref="PackColumns"/> has packed it.</summary>
    private readonly T* Panel(int column, bool inPlace) =>
        inPlace ? b.Direct + (firstColumn + column) * b.Line + firstStep * b.Step : direct ? packed : packed + (nint)column * steps;

    private readonly void ComputeTile(T* rows, int row, int count, int height, int column)
    {
        int valid = Math.Min(TileColumns, columns - column);
        bool wide = valid > V.Count;
        int width = wide ? TileColumns : V.Count;
        bool inPlace = direct && (TB.IsPacked || valid == width);
        T* panel = Panel(column, inPlace);
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
