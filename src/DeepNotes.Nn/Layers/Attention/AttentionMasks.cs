namespace DeepNotes.Nn;

/// <summary>PyTorch's two masks of attention, checked and made one.</summary>
internal static class AttentionMasks
{
    public static void CheckInputs(MultiheadAttention layer, Tensor query, Tensor key, Tensor value, bool batchFirst)
    {
        const string Name = nameof(MultiheadAttention);
        int time = query.Rank == 3 && batchFirst ? 1 : 0;
        if (query.Rank is not (2 or 3) || key.Rank != query.Rank || value.Rank != query.Rank)
            throw new ShapeException($"{Name}: query, key and value must all have three dimensions, {(batchFirst ? "[N, T, E]" : "[T, N, E]")}, or two, [T, E]; they are {query.Shape}, {key.Shape} and {value.Shape}.");
        if (query.Shape[^1] != layer.EmbedDim || key.Shape[^1] != layer.KeyDim || value.Shape[^1] != layer.ValueDim)
            throw new ShapeException($"{Name}: query, key and value must have {layer.EmbedDim}, {layer.KeyDim} and {layer.ValueDim} features; they are {query.Shape}, {key.Shape} and {value.Shape}.");
        if (key.Shape[time] != value.Shape[time]) throw new ShapeException($"{Name}: there must be as many values as keys; they are {value.Shape} and {key.Shape}.");
        if (query.Rank == 3 && (query.Shape[1 - time] != key.Shape[1 - time] || key.Shape[1 - time] != value.Shape[1 - time]))
            throw new ShapeException($"{Name}: query, key and value have different batches: {query.Shape}, {key.Shape} and {value.Shape}{(batchFirst ? "" : "; without batchFirst the batch is the second dimension")}.");
        Device weights = layer.OutProj.Weight.Device;
        if (!ReferenceEquals(query.Device, weights) || !ReferenceEquals(key.Device, weights) || !ReferenceEquals(value.Device, weights))
            throw new DeviceException($"{Name}: inputs and weights must be on one device; query, key and value are on {query.Device}, {key.Device} and {value.Device}, the weights on {weights}.");
        // Not the output's projection: it may be quantized.
        DType type = (layer.InProjWeight ?? layer.QProjWeight)!.DType;
        if (query.DType != key.DType || key.DType != value.DType || query.DType != type)
            throw new DTypeException($"{Name}: inputs and weights must have one type; query, key and value are {query.DType}, {key.DType} and {value.DType}, the weights {type}.");
    }

    /// <summary>What also hides the keys that come after a query.</summary>
    public static Tensor WithCausal(Tensor? mask, int queries, int keys)
    {
        Tensor later = Tensor.Arange(keys) > Tensor.Arange(queries).Unsqueeze(1);
        if (mask is null) return later;
        return mask.DType == DType.Bool ? mask.LogicalOr(later) : Tensor.Where(later, double.NegativeInfinity, mask);
    }

    /// <summary>One mask in the manner of <see cref="Tensor.ScaledDotProductAttention"/>: true where a query may look, or numbers to add.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="attention">PyTorch's attn_mask.</param>
    /// <param name="padding">PyTorch's key_padding_mask.</param>
    /// <param name="q">[N, H, T, d].</param>
    /// <param name="keys">As many as the masks know of.</param>
    /// <param name="allKeys">With those that the layer appended, which no mask hides.</param>
    public static Tensor? Combine(MultiheadAttention layer, Tensor? attention, Tensor? padding, Tensor q, int keys, int allKeys)
    {
        if (attention is null && padding is null) return null;
        Tensor? all = attention is null ? null : ByHeads(layer, attention, q, keys);
        if (padding is not null)
        {
            CheckType(nameof(padding), padding, q);
            int batch = q.Shape[0];
            if (padding.Shape != Shape.Create([batch, keys]) && !(batch == 1 && padding.Shape == Shape.Create([keys])))
                throw new ShapeException($"MultiheadAttention: the key padding mask must be [N, S], here [{batch}, {keys}]; it is {padding.Shape}.");
            padding = padding.Reshape(batch, 1, 1, keys);
            if (all is null) all = padding;
            else if (all.DType == DType.Bool && padding.DType == DType.Bool) all = all.LogicalOr(padding);
            else all = Numbers(all, q.DType) + Numbers(padding, q.DType);
        }
        if (allKeys > keys && all!.Shape[^1] != keys) all = all.Expand([.. all.Shape.AsSpan()[..^1], keys]);
        if (allKeys > keys) all = all!.DType == DType.Bool ? all.To(DType.UInt8).Pad([0, allKeys - keys]).To(DType.Bool) : all.Pad([0, allKeys - keys]);
        return all!.DType == DType.Bool ? all.LogicalNot() : all;
    }

    private static Tensor ByHeads(MultiheadAttention layer, Tensor mask, Tensor q, int keys)
    {
        CheckType("attention", mask, q);
        int batch = q.Shape[0], heads = layer.NumHeads, queries = q.Shape[2];
        if (mask.Rank == 3 && mask.Shape == Shape.Create([batch * heads, queries, keys])) return mask.Reshape(batch, heads, queries, keys);
        bool fits = mask.Rank is >= 2 and <= 4;
        ReadOnlySpan<int> full = [batch, heads, queries, keys];
        for (int i = 1; fits && i <= mask.Rank; i++) fits = mask.Shape[^i] == 1 || mask.Shape[^i] == full[^i];
        return fits ? mask : throw new ShapeException($"MultiheadAttention: the attention mask must be [T, S], [H, T, S] or [N·H, T, S], here [{queries}, {keys}], [{heads}, {queries}, {keys}] or [{batch * heads}, {queries}, {keys}]; it is {mask.Shape}.");
    }

    private static void CheckType(string which, Tensor mask, Tensor q)
    {
        if (mask.DType != DType.Bool && mask.DType != q.DType) throw new DTypeException($"MultiheadAttention: the {which} mask must be Bool or {q.DType}; it is {mask.DType}.");
    }

    private static Tensor Numbers(Tensor mask, DType type) =>
        mask.DType != DType.Bool ? mask : Tensor.Where(mask, Tensor.Full([], double.NegativeInfinity, type), Tensor.Zeros([], type));
}
