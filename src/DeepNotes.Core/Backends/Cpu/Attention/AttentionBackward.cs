using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// The gradient of attention in tiles: the weights of a block of queries and a block of keys are computed again from the scores and the sums that the forward
/// pass kept, one number a query, and are gone after the tile (Dao et al., arXiv:2205.14135).
/// </summary>
/// <remarks>
/// With few heads for many threads there are two passes, over blocks of keys for their gradient and over blocks of queries for theirs, each of which computes
/// the weights. Either way every sum runs over blocks in ascending order: the same bits with any number of threads. A mask that learns has a pass of its own,
/// in which one thread sees all items that share it.
/// </remarks>
internal unsafe struct AttentionBackward<T, V> : IJob where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
{
    // In multiply-adds: below it another thread is not worth waking.
    private const long ParallelWork = 1 << 18;

    private AttentionShape shape;
    private AttentionStarts starts;
    private AttentionGradientStarts gradients;
    private Pointers inputs, results;
    private bool forQueries, forKeys, forMask;
    private int block, blocks, keyBlock, keyBlocks, chunks;
    private int[][] maskItems;
    private nint[] maskStarts;
    private nint maskRow, maskColumn;

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

    /// <param name="shape">All lengths.</param>
    /// <param name="starts">Where inputs and the output begin.</param>
    /// <param name="gradients">Where gradients begin.</param>
    /// <param name="inputs">The output's gradient, queries, keys, values, the output and the mask.</param>
    /// <param name="results">Logarithms of sums, then the gradients of queries, keys, values and the mask; null for what is not wanted.</param>
    /// <param name="dMask">The mask's gradient, all zeros, if it is wanted.</param>
    public static void Run(AttentionShape shape, AttentionStarts starts, AttentionGradientStarts gradients, Pointers inputs, Pointers results, Tensor? dMask)
    {
        var job = new AttentionBackward<T, V> { shape = shape, starts = starts, gradients = gradients, inputs = inputs, results = results, maskItems = [], maskStarts = [] };
        (job.blocks, job.block) = AttentionForward<T, V>.Cut(shape.Queries, (sizeof(V) == 64 ? 6 : 8) * TileRows, TileRows);
        (job.keyBlocks, job.keyBlock) = AttentionForward<T, V>.Cut(shape.Keys, 96, TileColumns);
        bool isParallel = shape.WorkPerQuery * shape.Queries * shape.ItemCount >= ParallelWork && Workers.AreIdle, queries = results.B != null, keys = results.C != null;
        int threads = isParallel ? Workers.Count : 1, wanted = 4 * threads;
        if (shape.KeyItemCount >= wanted || shape.KeyItemCount % threads == 0 || !(queries && keys))
        {
            int cuts = threads == 1 ? 1 : (wanted + shape.KeyItemCount - 1) / shape.KeyItemCount;
            if (queries && keys) job.Pass(isParallel, shape.KeyItemCount, 1, queries: true, keys: true, mask: false);
            else if (keys) job.Pass(isParallel, shape.KeyItemCount, Math.Clamp(cuts, 1, job.keyBlocks), queries: false, keys: true, mask: false);
            else if (queries) job.Pass(isParallel, shape.ItemCount, Math.Clamp(cuts, 1, job.blocks), queries: true, keys: false, mask: false);
        }
        else
        {
            job.Pass(isParallel, shape.KeyItemCount, Math.Clamp((wanted + shape.KeyItemCount - 1) / shape.KeyItemCount, 1, job.keyBlocks), queries: false, keys: true, mask: false);
            job.Pass(isParallel, shape.ItemCount, Math.Clamp((wanted + shape.ItemCount - 1) / shape.ItemCount, 1, job.blocks), queries: true, keys: false, mask: false);
        }
        if (dMask is null) return;
        job.maskStarts = AttentionStarts.Of(dMask, shape.Items);
        (job.maskRow, job.maskColumn) = (AttentionStarts.Row(dMask), dMask.Rank == 0 || dMask.Shape[^1] == 1 ? 0 : dMask.Strides[^1]);
        job.maskItems = [.. Enumerable.Range(0, shape.ItemCount).GroupBy(i => job.maskStarts[i]).Select(g => g.ToArray())];
        // One row for all queries is one sum.
        int most = job.maskRow == 0 ? 1 : job.blocks;
        job.Pass(isParallel, job.maskItems.Length, Math.Clamp((wanted + job.maskItems.Length - 1) / job.maskItems.Length, 1, most), queries: false, keys: false, mask: true);
    }

    private void Pass(bool isParallel, int groups, int cuts, bool queries, bool keys, bool mask)
    {
        (chunks, forQueries, forKeys, forMask) = (cuts, queries, keys, mask);
        if (isParallel) Workers.Run(ref this, groups * cuts);
        else for (int i = 0; i < groups * cuts; i++) Run(i);
    }

    public readonly void Run(int index)
    {
        int group = index / chunks, chunk = index % chunks;
        int cut = forKeys ? keyBlocks : blocks, each = forKeys ? keyBlock : block, length = forKeys ? shape.Keys : shape.Queries;
        int from = Math.Min(length, (int)((long)cut * chunk / chunks) * each), to = Math.Min(length, (int)((long)cut * (chunk + 1) / chunks) * each);
        if (forMask)
        {
            foreach (int item in maskItems[group]) Items(item, item + 1, from, to, 0, shape.Limit(to - 1));
        }
        else if (forKeys) Items(group * shape.Group, (group + 1) * shape.Group, 0, shape.Queries, from, to);
        else Items(group, group + 1, from, to, 0, shape.Limit(to - 1));
    }

    /// <summary>Some items that share their keys, some of their queries, and some of the keys.</summary>
    private readonly void Items(int item, int lastItem, int firstQuery, int lastQuery, int firstKey, int lastKey)
    {
        int keys = lastKey - firstKey, keyItem = item / shape.Group, e = shape.Length, ev = shape.ValueLength, width = Round(e), valueWidth = Round(ev);
        int paddedKeys = Round(keys);
        nint tile = (nint)block * keyBlock;
        using var scratch = new Scratch(
            AttentionMemory.Bytes<T>((nint)paddedKeys * e) + AttentionMemory.Bytes<T>((nint)paddedKeys * ev) + AttentionMemory.Bytes<T>((nint)keys * width)
            + AttentionMemory.Bytes<T>((nint)(keys + 2) * width) + AttentionMemory.Bytes<T>((nint)(keys + 2) * valueWidth)
            + 3 * AttentionMemory.Bytes<T>((nint)(block + 2) * width) + 2 * AttentionMemory.Bytes<T>((nint)block * valueWidth) + 2 * AttentionMemory.Bytes<T>(tile)
            + AttentionMemory.Bytes<T>((nint)TileRows * keyBlock) + AttentionMemory.Bytes<T>(block) + AttentionMemory.Bytes<T>(keyBlock));
        var memory = new AttentionMemory(scratch.Pointer);
        T* k = (T*)inputs.C + starts.K[keyItem] + firstKey * starts.KRow, v = (T*)inputs.D + starts.V[keyItem] + firstKey * starts.VRow;
        var work = new Tiles
        {
            FirstKey = firstKey, Keys = keys,
            KeyPanels = Columns(memory.Take<T>((nint)paddedKeys * e), k, starts.KRow, keys, e),
            ValuePanels = Columns(memory.Take<T>((nint)paddedKeys * ev), v, starts.VRow, keys, ev),
            KeyRows = forQueries ? RowsOf(memory.Take<T>((nint)keys * width), k, starts.KRow, keys, e) : default,
            DKeys = memory.Take<T>((nint)(keys + 2) * width), DValues = memory.Take<T>((nint)(keys + 2) * valueWidth),
            Queries = memory.Take<T>((nint)(block + 2) * width), Outputs = memory.Take<T>((nint)block * valueWidth), DQueries = memory.Take<T>((nint)(block + 2) * width),
            QueryMemory = memory.Take<T>((nint)block * width), OutputMemory = memory.Take<T>((nint)block * valueWidth), S = memory.Take<T>(tile), D = memory.Take<T>(tile),
            Turned = memory.Take<T>((nint)TileRows * keyBlock), Products = memory.Take<T>(block), Dropped = memory.Take<T>(keyBlock),
        };
        if (forKeys)
        {
            new Span<T>(work.DKeys, (keys + 2) * width).Clear();
            new Span<T>(work.DValues, (keys + 2) * valueWidth).Clear();
        }
        for (; item < lastItem; item++)
        {
            work.Item = item;
            for (int first = firstQuery; first < lastQuery; first += block) Block(work, first, Math.Min(block, lastQuery - first));
        }
        if (!forKeys) return;
        Write((T*)results.C + gradients.K[keyItem] + firstKey * gradients.KRow, gradients.KRow, work.DKeys, width, keys, e, T.CreateChecked(shape.Settings.Scale));
        Write((T*)results.D + gradients.V[keyItem] + firstKey * gradients.VRow, gradients.VRow, work.DValues, valueWidth, keys, ev, T.One);
    }

    private static int Round(int length) => AttentionForward<T, V>.Round(length, V.Count);

    /// <summary>A matrix of rows as the right operand whose columns they are.</summary>
    private static T* Columns(T* panels, T* rows, nint step, int count, int length)
    {
        var lines = new StridedPanels<T>(rows, step, 1);
        for (int c = 0; c < count; c += TileColumns)
            lines.Pack(panels + (nint)c * length, AttentionForward<T, V>.Width(count - c), c, Math.Min(TileColumns, count - c), 0, length);
        return panels;
    }

    /// <summary>A matrix of rows as the right operand whose rows they are: in place if they fill lanes.</summary>
    private static Operand RowsOf(T* memory, T* rows, nint step, int count, int length)
    {
        if (length % V.Count == 0) return new() { First = rows, Panel = TileColumns, Step = step, IsDirect = true, Width = length };
        var lines = new StridedPanels<T>(rows, 1, step);
        for (int c = 0; c < length; c += TileColumns)
            lines.Pack(memory + (nint)c * count, AttentionForward<T, V>.Width(length - c), c, Math.Min(TileColumns, length - c), 0, count);
        return new() { First = memory, Panel = (nint)TileColumns * count, Width = Round(length) };
    }

    /// <summary>A matrix of rows as the left operand.</summary>
    private static void Left(T* panels, T* rows, nint step, int count, int length)
    {
        var lines = new StridedPanels<T>(rows, step, 1);
        for (int i = 0; i < count; i += TileRows)
        {
            int some = Math.Min(TileRows, count - i);
            lines.Pack(panels + (nint)i * length, GemmKernel.Height(some), i, some, 0, length);
        }
    }

    private static void Write(T* target, nint row, T* source, int width, int count, int length, T factor)
    {
        for (int i = 0; i < count; i++) AttentionScores<T, V>.Scale(target + i * row, source + (nint)i * width, length, factor);
    }

    private readonly void Block(Tiles work, int first, int count)
    {
        int e = shape.Length, ev = shape.ValueLength, width = Round(e);
        T* q = (T*)inputs.B + starts.Q[work.Item] + first * starts.QRow, g = (T*)inputs.A + gradients.G[work.Item] + first * gradients.GRow;
        int seen = Math.Clamp(shape.Limit(first + count - 1) - work.FirstKey, 0, work.Keys);
        if (forQueries) new Span<T>(work.DQueries, count * width).Clear();
        if (seen > 0)
        {
            Left(work.Queries, q, starts.QRow, count, e);
            // An odd last row has an even panel.
            AttentionScores<T, V>.Scale(work.Queries, work.Queries, Round((count + 1) * e), T.CreateChecked(shape.Settings.Scale));
            Left(work.Outputs, g, gradients.GRow, count, ev);
            if (forKeys)
            {
                work.QueryRows = RowsOf(work.QueryMemory, q, starts.QRow, count, e);
                work.OutputRows = RowsOf(work.OutputMemory, g, gradients.GRow, count, ev);
            }
            T* y = (T*)inputs.E + starts.Y[work.Item] + first * starts.YRow;
            for (int i = 0; i < count; i++) work.Products[i] = Dot(g + i * gradients.GRow, y + i * starts.YRow, ev);
        }
        for (int k = 0; k < seen; k += keyBlock)
        {
            int keys = Math.Min(keyBlock, seen - k);
            Scores(work, first, count, k, keys);
            for (int i = 0; i < count; i++) Row(work, first, i, k, keys);
            if (forKeys)
            {
                AddToKeys(work.DValues + (nint)k * Round(ev), work.S, work.OutputRows, first, count, work.FirstKey + k, keys);
                AddToKeys(work.DKeys + (nint)k * width, work.D, work.QueryRows, first, count, work.FirstKey + k, keys);
            }
            if (forQueries) AddToQueries(work, first, count, k, keys);
        }
        if (forQueries) Write((T*)results.B + gradients.Q[work.Item] + first * gradients.QRow, gradients.QRow, work.DQueries, width, count, e, T.CreateChecked(shape.Settings.Scale));
    }

    private static T Dot(T* a, T* b, int count) => RowLoops.Sum<ProductOf<T, V>, T, V>(new(), count, a, b);

    /// <summary>Scores, and the gradients of weights, where some query of a tile sees some key of it.</summary>
    private readonly void Scores(in Tiles work, int first, int count, int k, int keys)
    {
        for (int c = 0; c < keys; c += TileColumns)
        {
            int width = AttentionForward<T, V>.Width(work.Keys - k - c);
            for (int t = 0; t < count; t += TileRows)
            {
                int rows = Math.Min(TileRows, count - t), height = GemmKernel.Height(rows);
                if (shape.Limit(first + t + rows - 1) <= work.FirstKey + k + c) continue;
                nint at = (nint)t * keyBlock + c;
                GemmKernel.Tile<V, T>(height, width > V.Count, shape.Length, work.Queries + (nint)t * shape.Length, height, work.KeyPanels + (nint)(k + c) * shape.Length, width, work.S + at, keyBlock, false);
                GemmKernel.Tile<V, T>(height, width > V.Count, shape.ValueLength, work.Outputs + (nint)t * shape.ValueLength, height, work.ValuePanels + (nint)(k + c) * shape.ValueLength, width, work.D + at, keyBlock, false);
            }
        }
    }

    /// <summary>Turns a row of scores into weights, and the gradients of weights into those of scores.</summary>
    private readonly void Row(in Tiles work, int first, int i, int k, int keys)
    {
        T* s = work.S + (nint)i * keyBlock, d = work.D + (nint)i * keyBlock;
        int key = work.FirstKey + k, query = first + i, seen = Math.Clamp(shape.Limit(query) - key, 0, keys);
        if (shape.HasMask) AttentionScores<T, V>.Mask(s, seen, inputs.F, starts.Mask[work.Item] + query * starts.MaskRow + key * starts.MaskColumn, starts.MaskColumn, shape.IsBoolean);
        T logSumExp = ((T*)results.A)[(nint)work.Item * shape.Queries + query];
        if (shape.Settings.Dropout > 0)
        {
            ulong element = ((ulong)work.Item * (ulong)shape.Queries + (ulong)query) * (ulong)shape.Keys + (ulong)key;
            AttentionScores<T, V>.Factors(work.Dropped, seen, element, shape.Settings);
            Weights(s, d, work.Dropped, seen, logSumExp, work.Products[i]);
        }
        else Weights(s, d, seen, logSumExp, work.Products[i]);
        int end = Math.Min(keyBlock, keys + 1);
        for (int j = seen; j < end; j++) s[j] = d[j] = T.Zero;
        if (forMask) AddToMask(d, seen, maskStarts[work.Item] + query * maskRow + key * maskColumn);
    }

    [MethodImpl(Compile.Alone)]
    private static void Weights(T* s, T* d, int count, T logSumExp, T product)
    {
        V shift = V.Broadcast(logSumExp), mean = V.Broadcast(product);
        for (int j = 0; j < count; j += V.Count)
        {
            V weight = V.Call(default(Exp), V.Load(s + j) - shift);
            V.Store(weight, s + j);
            V.Store(weight * (V.Load(d + j) - mean), d + j);
        }
    }

    /// <summary>The same with dropout: the values' gradient sees the weights that were left, and the scores' gradient sees only what came through them.</summary>
    [MethodImpl(Compile.Alone)]
    private static void Weights(T* s, T* d, T* factors, int count, T logSumExp, T product)
    {
        V shift = V.Broadcast(logSumExp), mean = V.Broadcast(product);
        for (int j = 0; j < count; j += V.Count)
        {
            V weight = V.Call(default(Exp), V.Load(s + j) - shift), factor = V.Load(factors + j);
            V.Store(weight * factor, s + j);
            V.Store(weight * (V.Load(d + j) * factor - mean), d + j);
        }
    }

    private readonly void AddToMask(T* d, int count, nint at)
    {
        T* target = (T*)results.E + at;
        if (maskColumn == 1)
        {
            RowLoops.Add<Itself<T, V>, T, V>(new(), count, target, d);
            return;
        }
        T sum = T.Zero;
        for (int j = 0; j < count; j++) sum += d[j];
        *target += sum;
    }

    /// <summary>Adds what queries give to keys, or outputs to values: the tile, as it lies, is the packed left matrix.</summary>
    private readonly void AddToKeys(T* target, T* tile, in Operand rows, int first, int count, int key, int keys)
    {
        for (int t = 0; t < keys; t += TileRows)
        {
            int height = GemmKernel.Height(Math.Min(TileRows, keys - t)), from = Math.Max(0, shape.FirstQuery(key + t) - first);
            if (from >= count) continue;
            T* right = rows.First;
            for (int c = 0; c < rows.Width; c += TileColumns, right += rows.Panel)
            {
                int panel = AttentionForward<T, V>.Width(rows.Width - c);
                nint step = rows.IsDirect ? rows.Step : panel;
                GemmKernel.Tile<V, T>(height, panel > V.Count, count - from, tile + (nint)from * keyBlock + t, keyBlock, right + from * step, step, target + (nint)t * rows.Width + c, rows.Width, true);
            }
        }
    }

    private readonly void AddToQueries(in Tiles work, int first, int count, int k, int keys)
    {
        var rows = work.KeyRows;
        for (int t = 0; t < count; t += TileRows)
        {
            int some = Math.Min(TileRows, count - t), height = GemmKernel.Height(some), seen = Math.Clamp(shape.Limit(first + t + some - 1) - work.FirstKey - k, 0, keys);
            if (seen == 0) continue;
            new StridedPanels<T>(work.D + (nint)t * keyBlock, keyBlock, 1).Pack(work.Turned, height, 0, some, 0, seen);
            T* right = rows.First;
            for (int c = 0; c < rows.Width; c += TileColumns, right += rows.Panel)
            {
                int panel = AttentionForward<T, V>.Width(rows.Width - c);
                nint step = rows.IsDirect ? rows.Step : panel;
                GemmKernel.Tile<V, T>(height, panel > V.Count, seen, work.Turned, height, right + k * step, step, work.DQueries + (nint)t * rows.Width + c, rows.Width, true);
            }
        }
    }

    /// <summary>A right operand that is read in place, or panel after panel.</summary>
    private struct Operand
    {
        public T* First;
        public nint Panel, Step;
        public int Width;
        public bool IsDirect;
    }

    /// <summary>What one piece works on. The gradients of keys and values gather over all blocks of queries, that of queries over the blocks of keys.</summary>
    private struct Tiles
    {
        public T* KeyPanels, ValuePanels, DKeys, DValues, Queries, Outputs, DQueries, QueryMemory, OutputMemory, S, D, Turned, Products, Dropped;
        public Operand KeyRows, QueryRows, OutputRows;
        public int Item, FirstKey, Keys;
    }
}
