namespace DeepNotes;

public partial class Tensor
{
    /// <summary>
    /// The contrastive loss of queries: the cross-entropy of finding each one's positive key among negative ones by the cosine of their angle over a
    /// temperature (van den Oord et al., arXiv:1807.03748).
    /// </summary>
    /// <param name="positive">The key that belongs to each query: [N, D] as this tensor.</param>
    /// <param name="negative">Keys that do not: [M, D] for all queries, or [N, M, D] for each its own; by default the positive keys of the other queries.</param>
    /// <param name="temperature">Above 0.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or [N] without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The temperature is not above 0.</exception>
    public Tensor InfoNceLoss(Tensor positive, Tensor? negative = null, double temperature = 0.1, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(positive, nameof(InfoNceLoss));
        if (!(temperature > 0)) throw new ArgumentOutOfRangeException(nameof(temperature), $"InfoNceLoss: the temperature must be above 0; it is {temperature}.");
        if (Rank != 2) throw new ShapeException($"InfoNceLoss: queries and keys must be [N, D]; they are {Shape}.");
        if (DType.IsNarrow()) return Widened().InfoNceLoss(positive.Widened(), negative?.Widened(), temperature, reduction).To(DType);
        Tensor query = Normalize(dimension: -1), key = positive.Normalize(dimension: -1);
        if (negative is null) return (query.MatMul(key.Mt) / temperature).CrossEntropy(Arange(Shape[0], DType.Int64, Device), reduction);
        if (negative.DType != DType) throw new DTypeException($"InfoNceLoss: the queries are {DType} and the negative keys {negative.DType}; they must have one type.");
        bool isShared = negative.Rank == 2;
        if (negative.Rank is not (2 or 3) || negative.Shape[^1] != Shape[1] || (!isShared && negative.Shape[0] != Shape[0]))
            throw new ShapeException($"InfoNceLoss: for the queries {Shape} the negative keys must be [M, {Shape[1]}] or [{Shape[0]}, M, {Shape[1]}]; they are {negative.Shape}.");
        var others = negative.Normalize(dimension: -1);
        var far = isShared ? query.MatMul(others.Mt) : query.Unsqueeze(1).MatMul(others.Mt).Squeeze(1);
        var logits = Concatenate([(query * key).Sum(-1, keepDim: true), far], 1) / temperature;
        return logits.CrossEntropy(Zeros([Shape[0]], DType.Int64, Device), reduction);
    }
}
