using System.Numerics;
using System.Runtime.CompilerServices;
using DeepNotes.Lanes;
using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>
/// Attention in tiles (Dao et al., arXiv:2205.14135): a block of queries meets one block of keys after the other, and keeps the largest score, the sum of
/// exponentials and the sum of values so far, each of which is scaled down when a larger score comes (Milakov and Gimelshein, arXiv:1805.02867).
/// </summary>
/// <remarks>
/// A tile of scores has a row a key and a column a query. So lanes run over queries: largest scores and sums need no horizontal step, and the tile is, as it
/// lies, the packed left matrix of the product with the values. How queries and keys are cut into blocks follows from the shape alone, and so do the bits.
/// </remarks>
internal unsafe struct AttentionForward<T, V>(AttentionShape shape, AttentionStarts starts, Pointers p) : IJob
    where T : unmanaged, IFloatingPointIeee754<T> where V : unmanaged, ISimdLane<V, T>
{
    // In multiply-adds: below it another thread is not worth waking.
    private const long ParallelWork = 1 << 18;

    private int block, blocks, chunks, blockKeys;

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

    private readonly bool IsDirect => shape.ValueLength % V.Count == 0;

    private readonly int ValueWidth => Round(shape.ValueLength, V.Count);

    public void Run()
    {
        // Both multiples of the tile's rows and a lane; a tile of scores and the values to it stay in the first-level cache, or near it.
        int most = sizeof(V) == 64 ? 112 : 96, mostPanels = sizeof(V) == 64 ? 6 : 8;
        (blocks, block) = Cut(shape.Queries, most, V.Count);
        (_, blockKeys) = Cut(shape.Keys, mostPanels * TileRows, TileRows);
        long work = shape.WorkPerQuery * shape.Queries * shape.ItemCount;
        chunks = 1;
        if (work < ParallelWork)
        {
            for (int item = 0; item < shape.ItemCount; item++) Run(item);
            return;
        }
        if (Workers.AreIdle) chunks = Math.Clamp((4 * Workers.Count + shape.ItemCount - 1) / shape.ItemCount, 1, blocks);
        Workers.Run(ref this, shape.ItemCount * chunks);
    }

    /// <summary>Blocks of about the same length.</summary>
    public static (int Count, int Length) Cut(int length, int most, int multiple)
    {
        int count = Math.Max(1, (length + most - 1) / most), each = Round((length + count - 1) / count, multiple);
        return (Math.Max(1, (length + each - 1) / Math.Max(1, each)), Math.Max(multiple, each));
    }

    public static int Round(int length, int multiple) => (length + multiple - 1) / multiple * multiple;

    public readonly void Run(int index)
    {
        int item = index / chunks, chunk = index % chunks, keyItem = item / shape.Group;
        int from = (int)((long)blocks * chunk / chunks) * block, to = Math.Min(shape.Queries, (int)((long)blocks * (chunk + 1) / chunks) * block);
        int keys = shape.Limit(to - 1), rows = Round(block, TileRows);
        bool isTurned = shape.HasMask && !shape.IsBoolean && starts.MaskRow != 0;
        nint kSize = (nint)Round(keys, TileRows) * shape.Length, vSize = IsDirect ? 0 : (nint)ValueWidth * keys, qSize = (nint)block * shape.Length, sSize = (nint)blockKeys * block;
        using var scratch = new Scratch(AttentionMemory.Bytes<T>(kSize) + AttentionMemory.Bytes<T>(vSize) + AttentionMemory.Bytes<T>(qSize) + AttentionMemory.Bytes<T>(sSize)
            + AttentionMemory.Bytes<T>(isTurned ? sSize : 0) + AttentionMemory.Bytes<T>((nint)rows * ValueWidth) + 3 * AttentionMemory.Bytes<T>(block) + AttentionMemory.Bytes<T>(blockKeys));
        var memory = new AttentionMemory(scratch.Pointer);
        var work = new Tiles
        {
            KeyPanels = memory.Take<T>(kSize), ValuePanels = memory.Take<T>(vSize), QueryPanels = memory.Take<T>(qSize), S = memory.Take<T>(sSize), Mask = memory.Take<T>(isTurned ? sSize : 0),
            Y = memory.Take<T>((nint)rows * ValueWidth), Max = memory.Take<T>(block), Sum = memory.Take<T>(block), Factor = memory.Take<T>(block), Dropped = memory.Take<T>(blockKeys),
            Item = item, Keys = keys, IsTurned = isTurned,
        };

        var lines = new StridedPanels<T>((T*)p.C + starts.K[keyItem], starts.KRow, 1);
        for (int k = 0; k < keys; k += TileRows)
        {
            int count = Math.Min(TileRows, keys - k);
            lines.Pack(work.KeyPanels + (nint)k * shape.Length, GemmKernel.Height(count), k, count, 0, shape.Length);
        }
        T* v = (T*)p.D + starts.V[keyItem];
        if (IsDirect)
        {
            work.ValuePanels = v;
            work.ValuePanel = TileColumns;
        }
        else
        {
            work.ValuePanel = (nint)TileColumns * keys;
            for (int c = 0; c < shape.ValueLength; c += TileColumns)
                new StridedPanels<T>(v, 1, starts.VRow).Pack(work.ValuePanels + (nint)c * keys, Width(shape.ValueLength - c), c, Math.Min(TileColumns, shape.ValueLength - c), 0, keys);
        }

        for (int first = from; first < to; first += block) Block(ref work, first, Math.Min(block, to - first));
    }

    /// <summary>The lanes of a panel with so many columns left.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Width(int left) => left > V.Count ? TileColumns : V.Count;

    private readonly void Block(ref Tiles work, int first, int count)
    {
        var lines = new StridedPanels<T>((T*)p.B + starts.Q[work.Item] + first * starts.QRow, starts.QRow, 1);
        for (int c = 0; c < count; c += TileColumns) lines.Pack(work.QueryPanels + (nint)c * shape.Length, Width(count - c), c, Math.Min(TileColumns, count - c), 0, shape.Length);
        int padded = Round(count, V.Count);
        AttentionScores<T, V>.Scale(work.QueryPanels, work.QueryPanels, padded * shape.Length, T.CreateChecked(shape.Settings.Scale));
        new Span<T>(work.Max, padded).Fill(T.NegativeInfinity);
        new Span<T>(work.Sum, padded).Clear();

        int end = shape.Limit(first + count - 1);
        for (int k = 0; k < end; k += blockKeys)
        {
            int keys = Math.Min(blockKeys, end - k);
            Scores(work, first, count, k, keys);
            if (shape.HasMask) Mask(work, first, count, k, keys);
            for (int c = 0; c < count; c += V.Count)
            {
                int seen = Seen(first, count, c + V.Count - 1, k, keys);
                if (shape.Settings.IsCausal) HideLater(work.S + c, first + c, k, seen);
                Update(work.S + c, block, seen, work.Max + c, work.Sum + c, work.Factor + c);
            }
            if (shape.Settings.Dropout > 0) Drop(work, first, count, k, keys);
            Values(work, first, count, k, keys);
        }
        Finish(work, first, count);
    }

    /// <summary>
    /// How many keys of a block matter up to some query of a block: those that it sees, and with it all queries that could be in one tile with it. What it does not
    /// see itself has been hidden.
    /// </summary>
    private readonly int Seen(int first, int count, int query, int k, int keys) =>
        shape.Settings.IsCausal ? Math.Clamp(shape.Limit(first + Math.Min(count - 1, query + TileRows)) - k, 0, keys) : keys;

    private readonly void Scores(in Tiles work, int first, int count, int k, int keys)
    {
        for (int c = 0; c < count; c += TileColumns)
        {
            int seen = Seen(first, count, c + TileColumns - 1, k, keys), width = Width(count - c);
            T* q = work.QueryPanels + (nint)c * shape.Length;
            for (int r = 0; r < seen; r += TileRows)
            {
                int height = GemmKernel.Height(Math.Min(TileRows, work.Keys - k - r));
                GemmKernel.Tile<V, T>(height, width > V.Count, shape.Length, work.KeyPanels + (nint)(k + r) * shape.Length, height, q, width, work.S + (nint)r * block + c, block, false);
            }
        }
    }

    private readonly void Mask(in Tiles work, int first, int count, int k, int keys)
    {
        nint at = starts.Mask[work.Item] + first * starts.MaskRow + k * starts.MaskColumn;
        if (work.IsTurned)
        {
            new StridedPanels<T>((T*)p.F + at, starts.MaskRow, starts.MaskColumn).Pack(work.Mask, block, 0, count, 0, keys);
            AddAll(work.S, work.Mask, (nint)keys * block);
        }
        else if (!shape.IsBoolean)
        {
            // The same for all queries: one number a key.
            for (int r = 0; r < keys; r++) AddTo(work.S + (nint)r * block, block, ((T*)p.F)[at + r * starts.MaskColumn]);
        }
        else if (starts.MaskRow == 0)
        {
            for (int r = 0; r < keys; r++)
            {
                if (p.F[at + r * starts.MaskColumn] == 0) new Span<T>(work.S + (nint)r * block, block).Fill(T.NegativeInfinity);
            }
        }
        else
        {
            for (int i = 0; i < count; i++) AttentionScores<T, V>.Hide(work.S + i, block, keys, p.F + at + i * starts.MaskRow, starts.MaskColumn);
        }
    }

    private static void AddAll(T* s, T* mask, nint count)
    {
        for (nint i = 0; i < count; i += V.Count) V.Store(V.Load(s + i) + V.Load(mask + i), s + i);
    }

    private static void AddTo(T* s, int count, T number)
    {
        V added = V.Broadcast(number);
        for (int i = 0; i < count; i += V.Count) V.Store(V.Load(s + i) + added, s + i);
    }

    /// <summary>Hides each key from the queries of a lane that come before it.</summary>
    private readonly void HideLater(T* s, int query, int k, int seen)
    {
        for (int r = Math.Max(0, shape.Limit(query) - k); r < seen; r++)
        {
            long hidden = (long)k + r - shape.Settings.CausalOffset - query;
            new Span<T>(s + (nint)r * block, (int)Math.Clamp(hidden, 0, V.Count)).Fill(T.NegativeInfinity);
        }
    }

    /// <summary>Takes a block of keys into the largest scores and the sums of a lane of queries, and turns the scores into exponentials.</summary>
    /// <param name="s">The scores.</param>
    /// <param name="step">From one key to the next.</param>
    /// <param name="keys">How many.</param>
    /// <param name="max">The largest so far.</param>
    /// <param name="sum">The sum of exponentials so far.</param>
    /// <param name="factor">Receives what earlier sums are to be multiplied with.</param>
    [MethodImpl(Compile.Alone)]
    private static void Update(T* s, nint step, int keys, T* max, T* sum, T* factor)
    {
        V old = V.Load(max), most = old;
        T* end = s + keys * step;
        // One that is not a number may get lost here; it comes back as its own exponential.
        for (T* x = s; x < end; x += step) most = V.MaxNative(V.Load(x), most);
        V.Store(most, max);
        // −∞ alone so far: nothing to subtract.
        V shift = V.Where(V.Equal(most, V.Const(double.NegativeInfinity)), V.Const(0), most), total = V.Const(0);
        for (T* x = s; x < end; x += step)
        {
            V e = V.Call(default(Exp), V.Load(x) - shift);
            V.Store(e, x);
            total += e;
        }
        V scale = V.Call(default(Exp), old - shift);
        V.Store(scale, factor);
        V.Store(V.Fma(V.Load(sum), scale, total), sum);
    }

    private readonly void Drop(in Tiles work, int first, int count, int k, int keys)
    {
        for (int i = 0; i < count; i++)
        {
            int seen = Math.Clamp(shape.Limit(first + i) - k, 0, keys);
            ulong element = ((ulong)work.Item * (ulong)shape.Queries + (ulong)(first + i)) * (ulong)shape.Keys + (ulong)k;
            AttentionScores<T, V>.Factors(work.Dropped, seen, element, shape.Settings);
            T* s = work.S + i;
            for (int r = 0; r < seen; r++) s[(nint)r * block] *= work.Dropped[r];
        }
    }

    private readonly void Values(in Tiles work, int first, int count, int k, int keys)
    {
        int width = ValueWidth;
        bool add = k > 0;
        for (int t = 0; t < count; t += TileRows)
        {
            int rows = Math.Min(TileRows, count - t), height = GemmKernel.Height(rows);
            int seen = Math.Clamp(shape.Limit(first + t + rows - 1) - k, 0, keys);
            if (add && seen == 0) continue;
            T* y = work.Y + (nint)t * width;
            for (int i = 0; add && i < rows; i++)
            {
                if (work.Factor[t + i] != T.One) AttentionScores<T, V>.Scale(y + (nint)i * width, y + (nint)i * width, width, work.Factor[t + i]);
            }
            T* v = work.ValuePanels;
            for (int c = 0; c < width; c += TileColumns, v += work.ValuePanel)
            {
                int panel = Width(width - c);
                nint step = IsDirect ? starts.VRow : panel;
                GemmKernel.Tile<V, T>(height, panel > V.Count, seen, work.S + t, block, v + k * step, step, y + c, width, add);
            }
        }
    }

    private readonly void Finish(in Tiles work, int first, int count)
    {
        T* y = (T*)p.A + starts.Y[work.Item] + first * starts.YRow, logSumExp = (T*)p.E + (nint)work.Item * shape.Queries + first;
        for (int i = 0; i < count; i++, y += starts.YRow)
        {
            T sum = work.Sum[i];
            logSumExp[i] = sum == T.Zero ? T.PositiveInfinity : work.Max[i] + T.Log(sum);
            if (sum == T.Zero) new Span<T>(y, shape.ValueLength).Clear();
            else AttentionScores<T, V>.Scale(y, work.Y + (nint)i * ValueWidth, shape.ValueLength, T.One / sum);
        }
    }

    /// <summary>What one piece works on: keys and values of its item, and one block of queries at a time.</summary>
    private struct Tiles
    {
        public T* KeyPanels, ValuePanels, QueryPanels, S, Mask, Y, Max, Sum, Factor, Dropped;
        public nint ValuePanel;
        public int Item, Keys;
        public bool IsTurned;
    }
}
