namespace DeepNotes.Nn;

/// <summary>What the layers of embeddings have in common: making tables, and keeping their vectors short.</summary>
internal static class Table
{
    public static Parameter Random(int rows, int length, int? padding, string layer)
    {
        LayerArguments.NotNegative(layer, "numEmbeddings", rows);
        LayerArguments.NotNegative(layer, "embeddingDim", length);
        Parameter weight = Init.Normal([rows, length]);
        if (Row(weight, padding, layer) is not { } row) return weight;
        using (Grad.Off()) weight.Select(0, row).FillInPlace(0);
        return weight;
    }

    public static Parameter Pretrained(Tensor embeddings, bool freeze, string layer)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        if (embeddings.Rank != 2) throw new ShapeException($"{layer}: a table of embeddings is [numEmbeddings, embeddingDim]; this one is {embeddings.Shape}.");
        return new Parameter(embeddings.Detach(), requiresGrad: !freeze);
    }

    /// <summary>The place of a padding row, counted from the start.</summary>
    public static int? Row(Tensor weight, int? padding, string layer)
    {
        if (padding is not { } index) return null;
        int row = index < 0 ? index + weight.Shape[0] : index;
        if ((uint)row >= (uint)weight.Shape[0]) throw new ArgumentOutOfRangeException(nameof(padding), padding, $"{layer}: the padding index {index} is no row of the table {weight.Shape}.");
        return row;
    }

    /// <summary>The table, after the rows that are about to be used have been shortened in it; a copy of it where it must not change.</summary>
    public static Tensor Limited(Parameter weight, Tensor places, double? maxNorm, double normType)
    {
        if (maxNorm is not { } limit) return weight;
        using Grad.Scope off = Grad.Off();
        Tensor rows = places.Flatten().Unique().Values;
        Tensor used = weight.Detach().IndexSelect(0, rows), norms = used.Norm(normType, [1], keepDim: true);
        Tensor shortened = used * Tensor.Where(norms > limit, limit / (norms + 1e-7), 1.0);
        Tensor table = weight.Storage.IsConstant ? weight.Detach().Clone() : weight;
        Op.CopyRows(shortened, rows, table);
        return table;
    }

    /// <summary>One over how often the number at each place occurs, <c>[…, 1]</c> for places <c>[…]</c>.</summary>
    public static Tensor InverseCounts(Tensor places, DType dtype)
    {
        var (_, inverse, counts) = places.Flatten().Unique();
        return counts.IndexSelect(0, inverse.Flatten()).To(dtype).Reciprocal().Reshape([.. places.Shape, 1]);
    }
}
