namespace DeepNotes.Nn;

/// <summary>max(0, −t·(a − b) + margin): which of two scores should be higher. Matches torch.nn.MarginRankingLoss.</summary>
/// <param name="margin">By how much.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class MarginRankingLoss(double margin = 0, Reduction reduction = Reduction.Mean) : Module
{
    /// <summary>Computes the loss.</summary>
    /// <param name="a">The first scores.</param>
    /// <param name="b">The second scores.</param>
    /// <param name="target">1 where the first should be higher, −1 where the second.</param>
    /// <returns>A scalar, or the losses without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">The element types do not fit each other.</exception>
    public Tensor Forward(Tensor a, Tensor b, Tensor target) => a.MarginRankingLoss(b, target, margin, reduction);
}

/// <summary>1 − cos(a, b) where the target is 1, max(0, cos(a, b) − margin) where it is −1. Matches torch.nn.CosineEmbeddingLoss.</summary>
/// <param name="margin">The cosine that vectors which do not belong together may have.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
public sealed partial class CosineEmbeddingLoss(double margin = 0, Reduction reduction = Reduction.Mean) : Module
{
    /// <summary>Computes the loss.</summary>
    /// <param name="a">The first vectors, <c>[N, D]</c> or <c>[D]</c>.</param>
    /// <param name="b">The second vectors.</param>
    /// <param name="target">1 where they belong together, −1 where not.</param>
    /// <returns>A scalar, or the losses without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">The element types do not fit each other.</exception>
    public Tensor Forward(Tensor a, Tensor b, Tensor target) => a.CosineEmbeddingLoss(b, target, margin, reduction);
}

/// <summary>
/// max(0, ‖a − p‖ − ‖a − n‖ + margin) of an anchor, what should be near it and what should be far (Balntas et al. 2016, "Learning
/// local feature descriptors with triplets and shallow convolutional neural networks"). Matches torch.nn.TripletMarginLoss.
/// </summary>
/// <param name="margin">By how much farther; above 0.</param>
/// <param name="p">The norm of the distance.</param>
/// <param name="epsilon">Added to each difference.</param>
/// <param name="swap">True to take the distance from positive to negative where that is smaller.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
/// <exception cref="ArgumentOutOfRangeException">The margin is not above 0.</exception>
public sealed partial class TripletMarginLoss(double margin = 1, double p = 2, double epsilon = 1e-6, bool swap = false, Reduction reduction = Reduction.Mean) : Module
{
    private readonly double margin = margin > 0 ? margin : throw new ArgumentOutOfRangeException(nameof(margin), margin, $"TripletMarginLoss: the margin must be above 0; it is {margin}.");

    /// <summary>Computes the loss.</summary>
    /// <param name="anchor">The anchors, <c>[N, D]</c> or <c>[D]</c>.</param>
    /// <param name="positive">What should be near.</param>
    /// <param name="negative">What should be far.</param>
    /// <returns>A scalar, or the losses without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">The element types do not fit each other.</exception>
    public Tensor Forward(Tensor anchor, Tensor positive, Tensor negative) => anchor.TripletMarginLoss(positive, negative, margin, p, epsilon, swap, reduction);
}

/// <summary><see cref="TripletMarginLoss"/> with a distance of one's own. Matches torch.nn.TripletMarginWithDistanceLoss.</summary>
/// <param name="distance">The distance of two tensors; Euclidean along the last dimension by default.</param>
/// <param name="margin">By how much farther; above 0.</param>
/// <param name="swap">True to take the distance from positive to negative where that is smaller.</param>
/// <param name="reduction">How the losses are put together; their mean by default.</param>
/// <exception cref="ArgumentOutOfRangeException">The margin is not above 0.</exception>
public sealed partial class TripletMarginWithDistanceLoss(Func<Tensor, Tensor, Tensor>? distance = null, double margin = 1, bool swap = false, Reduction reduction = Reduction.Mean) : Module
{
    private readonly double margin = margin > 0 ? margin : throw new ArgumentOutOfRangeException(nameof(margin), margin, $"TripletMarginWithDistanceLoss: the margin must be above 0; it is {margin}.");

    /// <summary>Computes the loss.</summary>
    /// <param name="anchor">The anchors.</param>
    /// <param name="positive">What should be near.</param>
    /// <param name="negative">What should be far.</param>
    /// <returns>A scalar, or the losses without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit each other.</exception>
    /// <exception cref="DTypeException">The element types do not fit each other.</exception>
    public Tensor Forward(Tensor anchor, Tensor positive, Tensor negative) => anchor.TripletMarginWithDistanceLoss(positive, negative, distance, margin, swap, reduction);
}
