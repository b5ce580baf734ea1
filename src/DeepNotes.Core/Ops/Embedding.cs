using DeepNotes.Ops;

namespace DeepNotes;

/// <summary>How the embeddings of a bag are put together.</summary>
public enum EmbeddingBagMode
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,

    /// <summary>The largest of each element.</summary>
    Max,
}

public partial class Tensor
{
    /// <summary>The rows of a table at the places that this tensor holds. Matches torch.nn.functional.embedding.</summary>
    /// <param name="weight">The table: [rows, D].</param>
    /// <param name="paddingIdx">A row that gets no gradient; negative ones count from the end; none by default.</param>
    /// <param name="sparse">Whether the table, a leaf, collects only the gradients of the rows used: <see cref="SparseGrad"/>.</param>
    /// <returns>[…, D] for this tensor's […], which is Int64.</returns>
    /// <exception cref="GradException">The gradient is to be sparse, and the table is the result of an operation.</exception>
    /// <exception cref="ShapeException">The table is not [rows, D].</exception>
    /// <exception cref="DTypeException">The places are not Int64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A place is out of range.</exception>
    public Tensor Embedding(Tensor weight, int? paddingIdx = null, bool sparse = false)
    {
        CheckTable(weight, paddingIdx, sparse, nameof(Embedding), out int padding);
        CheckPlaces(this, weight.Shape[0], nameof(Embedding));
        if (sparse) return Op.Apply(new EmbeddingRows(padding), weight, Reshape(Count)).Reshape([.. Shape.AsSpan(), weight.Shape[1]]);
        var rows = Op.Apply(new IndexSelect(0), weight, Reshape(Count)).Reshape([.. Shape.AsSpan(), weight.Shape[1]]);
        return padding < 0 ? rows : Where(Eq(padding).Unsqueeze(-1), rows.Detach(), rows);
    }

    /// <summary>The rows of a table at the places that this tensor holds, summed or averaged bag by bag. Matches torch.nn.functional.embedding_bag.</summary>
    /// <param name="weight">The table: [rows, D].</param>
    /// <param name="offsets">Where each bag begins in this one-dimensional tensor: Int64 [B], from 0 upwards; null if each row of this tensor is a bag.</param>
    /// <param name="mode">How the rows of a bag are put together; an empty bag gives zeros.</param>
    /// <param name="perSampleWeights">A factor for each place, of this tensor's shape; only for sums; none by default.</param>
    /// <param name="includeLastOffset">Whether the last of the offsets is the end of the last bag.</param>
    /// <param name="paddingIdx">A place that does not count; negative ones count from the end; none by default.</param>
    /// <param name="sparse">Whether the table, a leaf, collects only the gradients of the rows used: <see cref="SparseGrad"/>.</param>
    /// <returns>[B, D].</returns>
    /// <exception cref="ShapeException">Places, offsets, weights and table do not fit.</exception>
    /// <exception cref="DTypeException">Places or offsets are not Int64, or the weights have another type than the table.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A place or an offset is out of range.</exception>
    /// <exception cref="ArgumentException">There are weights, and it is not a sum.</exception>
    /// <exception cref="GradException">The gradient is to be sparse, and the table is the result of an operation.</exception>
    public Tensor EmbeddingBag(Tensor weight, Tensor? offsets = null, EmbeddingBagMode mode = EmbeddingBagMode.Mean, Tensor? perSampleWeights = null, bool includeLastOffset = false, int? paddingIdx = null, bool sparse = false)
    {
        const string Name = nameof(EmbeddingBag);
        CheckTable(weight, paddingIdx, sparse, Name, out int padding);
        if (Rank != (offsets is null ? 2 : 1)) throw new ShapeException($"{Name}: the places must be {(offsets is null ? "[B, n] without offsets" : "[n] with offsets")}; they are {Shape}.");
        CheckPlaces(this, weight.Shape[0], Name);
        if (perSampleWeights is not null)
        {
            if (mode != EmbeddingBagMode.Sum) throw new ArgumentException($"{Name}: weights are for sums, not for {mode}.", nameof(perSampleWeights));
            if (perSampleWeights.Shape != Shape) throw new ShapeException($"{Name}: the weights {perSampleWeights.Shape} must have the shape of the places {Shape}.");
            if (perSampleWeights.DType != weight.DType) throw new DTypeException($"{Name}: the table is {weight.DType} and the weights {perSampleWeights.DType}; they must have one type.");
        }
        if (weight.DType.IsNarrow()) return EmbeddingBag(weight.Widened(), offsets, mode, perSampleWeights?.Widened(), includeLastOffset, paddingIdx).To(weight.DType);
        // Which places there are, and to which bag each belongs.
        var places = ToArray<long>();
        var starts = offsets is null ? [.. Enumerable.Range(0, Shape[0] + 1).Select(i => (long)i * Shape[1])] : BagStarts(offsets, places.Length, includeLastOffset);
        int bags = starts.Length - 1;
        List<long> kept = [], bag = [];
        var counts = new double[bags];
        for (int b = 0; b < bags; b++)
        {
            for (long i = starts[b]; i < starts[b + 1]; i++)
            {
                if (places[i] == padding) continue;
                kept.Add(i);
                bag.Add(b);
                counts[b]++;
            }
        }
        var which = From<long>(kept.ToArray()).To(Device);
        var used = Reshape(Count).IndexSelect(0, which);
        var rows = sparse ? Op.Apply(new EmbeddingRows(-1), weight, used) : weight.IndexSelect(0, used);
        if (mode == EmbeddingBagMode.Max) return rows.LargestOfBags(counts);
        if (perSampleWeights is not null) rows *= perSampleWeights.Reshape(Count).IndexSelect(0, which).Unsqueeze(1);
        var sums = Op.Apply(new IndexAdd(0, [bags, weight.Shape[1]]), rows, From<long>(bag.ToArray()).To(Device));
        if (mode == EmbeddingBagMode.Sum) return sums;
        for (int b = 0; b < bags; b++) counts[b] = Math.Max(1, counts[b]);
        return sums / From<double>(counts).To(weight.DType).To(weight.Device).Unsqueeze(1);
    }

    /// <summary>Of rows that belong to bags one after the other the largest elements of each bag; zeros for an empty one.</summary>
    private Tensor LargestOfBags(double[] counts)
    {
        int bags = counts.Length, longest = bags == 0 ? 0 : (int)counts.Max(), from = 0;
        if (longest == 0) return Zeros([bags, Shape[1]], DType, Device);
        // Short bags name their last row again, and empty ones any row.
        var places = new long[bags * longest];
        var isEmpty = new bool[bags];
        for (int b = 0; b < bags; b++)
        {
            isEmpty[b] = counts[b] == 0;
            for (int i = 0; i < longest; i++) places[b * longest + i] = isEmpty[b] ? 0 : from + Math.Min(i, (int)counts[b] - 1);
            from += (int)counts[b];
        }
        var largest = IndexSelect(0, From<long>(places).To(Device)).Reshape(bags, longest, Shape[1]).Max(1).Values;
        return Where(From<bool>(isEmpty).To(Device).Unsqueeze(1), 0.0, largest);
    }

    private static long[] BagStarts(Tensor offsets, int count, bool includeLastOffset)
    {
        if (offsets.DType != DType.Int64) throw new DTypeException($"EmbeddingBag: offsets must be Int64; they are {offsets.DType}.");
        if (offsets.Rank != 1) throw new ShapeException($"EmbeddingBag: the offsets must have one dimension; their shape is {offsets.Shape}.");
        long[] starts = includeLastOffset ? offsets.ToArray<long>() : [.. offsets.ToArray<long>(), count];
        if (starts.Length == 0) throw new ShapeException("EmbeddingBag: the last offset is missing.");
        for (int i = 0; i < starts.Length; i++)
        {
            if (starts[i] < (i == 0 ? 0 : starts[i - 1]) || starts[i] > count || (i == 0 && starts[i] != 0 && starts.Length > 1))
                throw new ArgumentOutOfRangeException(nameof(offsets), $"EmbeddingBag: offset {i} is {starts[i]}; offsets begin with 0, do not fall, and do not exceed the {count} places.");
        }
        return starts;
    }

    private static void CheckTable(Tensor weight, int? paddingIdx, bool sparse, string name, out int padding)
    {
        if (sparse && !weight.IsLeaf) throw new GradException($"{name}: only a leaf can collect a sparse gradient; this table {weight.Shape} is the result of an operation.");
        if (weight.Rank != 2) throw new ShapeException($"{name}: the table must be [rows, D]; it is {weight.Shape}.");
        Floating(weight.DType, name);
        padding = -1;
        if (paddingIdx is not { } index) return;
        padding = index < 0 ? index + weight.Shape[0] : index;
        if ((uint)padding >= (uint)weight.Shape[0]) throw new ArgumentOutOfRangeException(nameof(paddingIdx), $"{name}: the padding index {index} is no row of the table {weight.Shape}.");
    }
}
