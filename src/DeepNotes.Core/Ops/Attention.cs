namespace DeepNotes;

public partial class Tensor
{
    /// <summary>softmax(q·kᵀ·scale + mask)·v with this tensor as the queries q (Vaswani et al., arXiv:1706.03762). Matches torch.nn.functional.scaled_dot_product_attention.</summary>
    /// <param name="key">[…, S, E].</param>
    /// <param name="value">[…, S, Ev].</param>
    /// <param name="attnMask">Broadcasts to […, L, S]: Bool, true where a query may look; or numbers that are added. None by default.</param>
    /// <param name="dropoutP">The probability of a weight to be dropped; also outside training, so give 0 there.</param>
    /// <param name="isCausal">True to let query i see the keys up to i only; without a mask.</param>
    /// <param name="scale">1/√E by default.</param>
    /// <param name="rng">The stream that dropout draws from; the calling thread's own by default.</param>
    /// <returns>[…, L, Ev] for this tensor's […, L, E]; NaN for a query that may look nowhere.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentException">There is a mask, and the attention is causal.</exception>
    public Tensor ScaledDotProductAttention(Tensor key, Tensor value, Tensor? attnMask = null, double dropoutP = 0, bool isCausal = false, double? scale = null, Rng? rng = null)
    {
        const string Name = nameof(ScaledDotProductAttention);
        if (!DType.IsFloatingPoint() || key.DType != DType || value.DType != DType) throw new DTypeException($"{Name}: query, key and value must have one floating-point type; they are {DType}, {key.DType} and {value.DType}.");
        if (Rank < 2 || key.Rank < 2 || value.Rank < 2 || Shape[^1] != key.Shape[^1] || key.Shape[^2] != value.Shape[^2])
            throw new ShapeException($"{Name}: query […, L, E], key […, S, E] and value […, S, Ev] do not fit: {Shape}, {key.Shape}, {value.Shape}.");
        if (isCausal && attnMask is not null) throw new ArgumentException($"{Name}: causal attention has its own mask; give no other.", nameof(attnMask));
        if (DType.IsNarrow()) return Widened().ScaledDotProductAttention(key.Widened(), value.Widened(), attnMask?.Widened(), dropoutP, isCausal, scale, rng).To(DType);
        var scores = (this * (scale ?? 1 / Math.Sqrt(Shape[^1]))).MatMul(key.Mt);
        if (isCausal) attnMask = Arange(key.Shape[^2], DType.Int64, Device) <= Arange(Shape[^2], DType.Int64, Device).Unsqueeze(1);
        if (attnMask is not null)
        {
            if (Shape.Broadcast(scores.Shape, attnMask.Shape, Name) != scores.Shape) throw new ShapeException($"{Name}: the mask {attnMask.Shape} does not broadcast to the scores {scores.Shape}.");
            if (attnMask.DType == DType.Bool) scores = Where(attnMask, scores, double.NegativeInfinity);
            else if (attnMask.DType == DType) scores += attnMask;
            else throw new DTypeException($"{Name}: the mask must be Bool or {DType}; it is {attnMask.DType}.");
        }
        var weights = scores.Softmax(-1);
        if (dropoutP > 0) weights = weights.Dropout(dropoutP, rng);
        return weights.MatMul(value);
    }
}
