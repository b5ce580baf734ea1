using DeepNotes.Ops;

namespace DeepNotes.Backends.Cpu;

/// <summary>The lengths of one attention. An item is what has queries of its own: one head of one sequence.</summary>
internal sealed class AttentionShape
{
    public AttentionShape(AttentionSettings settings, Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        Settings = settings;
        Items = Tensor.AttentionItems(nameof(Tensor.ScaledDotProductAttention), q, k, v, settings.Group);
        KeyItems = settings.Group == 1 ? Items : Shape.Create([.. Items.AsSpan()[..^1], Items[^1] / settings.Group]);
        (ItemCount, KeyItemCount) = (Items.ElementCount, KeyItems.ElementCount);
        (Queries, Length, Keys, ValueLength) = (q.Shape[^2], q.Shape[^1], k.Shape[^2], v.Shape[^1]);
        HasMask = mask is not null;
        IsBoolean = mask?.DType == DType.Bool;
    }

    public AttentionSettings Settings { get; }

    /// <summary>The dimensions before the last two, of queries and of keys.</summary>
    public Shape Items { get; }

    public Shape KeyItems { get; }

    public int ItemCount { get; }

    public int KeyItemCount { get; }

    public int Group => Settings.Group;

    public int Queries { get; }

    public int Keys { get; }

    /// <summary>Of a query and a key.</summary>
    public int Length { get; }

    /// <summary>Of a value.</summary>
    public int ValueLength { get; }

    public bool HasMask { get; }

    public bool IsBoolean { get; }

    /// <summary>Multiply-adds of the two products for one query.</summary>
    public long WorkPerQuery => Math.Max(1, (long)Keys * (Length + ValueLength));

    /// <summary>How many keys a query sees, if nothing but causality hides any.</summary>
    public int Limit(int query) => Settings.IsCausal ? (int)Math.Clamp((long)query + Settings.CausalOffset + 1, 0, Keys) : Keys;

    /// <summary>The first query that sees a key.</summary>
    public int FirstQuery(int key) => Settings.IsCausal ? (int)Math.Clamp((long)key - Settings.CausalOffset, 0, Queries) : 0;

    public static Shape Of(Shape items, params ReadOnlySpan<int> last) => Shape.Create([.. items.AsSpan(), .. last]);
}

/// <summary>Where the rows of each item begin, in elements.</summary>
internal sealed class AttentionStarts(AttentionShape shape, Tensor q, Tensor k, Tensor v, Tensor? mask, Tensor y)
{
    public readonly nint[] Q = Of(q, shape.Items), K = Of(k, shape.KeyItems), V = Of(v, shape.KeyItems), Y = Of(y, shape.Items), Mask = mask is null ? [] : Of(mask, shape.Items);
    public readonly nint QRow = Row(q), KRow = Row(k), VRow = Row(v), YRow = Row(y), MaskRow = mask is null ? 0 : Row(mask), MaskColumn = mask is null || mask.Rank == 0 || mask.Shape[^1] == 1 ? 0 : mask.Strides[^1];

    /// <summary>From one row to the next; 0 where there is but one.</summary>
    public static nint Row(Tensor t) => t.Rank < 2 || t.Shape[^2] == 1 ? 0 : t.Strides[^2];

    public static nint[] Of(Tensor t, Shape items)
    {
        var starts = new nint[items.ElementCount];
        int[] strides = t.Strides;
        nint inner = 1;
        // The last dimension first: each further one repeats what is there.
        for (int d = 1; d <= items.Rank; d++)
        {
            int own = t.Rank - 2 - d;
            nint stride = own < 0 || t.Shape[own] == 1 ? 0 : strides[own];
            for (int i = 1; i < items[^d]; i++)
            {
                for (nint j = 0; j < inner; j++) starts[i * inner + j] = starts[j] + i * stride;
            }
            inner *= items[^d];
        }
        return starts;
    }
}

/// <summary>The same for gradients.</summary>
internal sealed class AttentionGradientStarts(AttentionShape shape, Tensor g, Tensor? dq, Tensor? dk, Tensor? dv)
{
    public readonly nint[] G = AttentionStarts.Of(g, shape.Items), Q = Of(dq, shape.Items), K = Of(dk, shape.KeyItems), V = Of(dv, shape.KeyItems);
    public readonly nint GRow = AttentionStarts.Row(g), QRow = Row(dq), KRow = Row(dk), VRow = Row(dv);

    private static nint[] Of(Tensor? t, Shape items) => t is null ? [] : AttentionStarts.Of(t, items);

    private static nint Row(Tensor? t) => t is null ? 0 : AttentionStarts.Row(t);
}
