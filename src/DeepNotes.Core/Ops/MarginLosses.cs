namespace DeepNotes;

/// <content>Losses that ask for a distance and no more.</content>
public partial class Tensor
{
    /// <summary>x where the target is 1, max(0, margin − x) where it is −1. Matches torch.nn.functional.hinge_embedding_loss.</summary>
    /// <param name="target">1 or −1, of this shape.</param>
    /// <param name="margin">How large x should be where the target is −1.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or this shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor HingeEmbeddingLoss(Tensor target, double margin = 1, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(target, nameof(HingeEmbeddingLoss));
        var far = Where(target.Ne(1.0), (margin - this).Relu(), 0.0);
        return ReduceLoss(far + Where(target.Ne(-1.0), this, 0.0), reduction, nameof(HingeEmbeddingLoss));
    }

    /// <summary>max(0, margin − t·(x₁ − x₂)): the first should be larger where t is 1, the second where it is −1. Matches torch.nn.functional.margin_ranking_loss.</summary>
    /// <param name="other">x₂, of this shape.</param>
    /// <param name="target">t: 1 or −1, of this shape.</param>
    /// <param name="margin">By how much it should be larger.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or this shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor MarginRankingLoss(Tensor other, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(other, nameof(MarginRankingLoss));
        CheckTarget(target, nameof(MarginRankingLoss));
        return ReduceLoss((margin - target * (this - other)).Relu(), reduction, nameof(MarginRankingLoss));
    }

    /// <summary>1 − cos where the target is 1, max(0, cos − margin) where it is −1, of the angle between rows. Matches torch.nn.functional.cosine_embedding_loss.</summary>
    /// <param name="other">The other rows, of this shape: [N, D] or [D].</param>
    /// <param name="target">1 or −1: [N], or a scalar for [D].</param>
    /// <param name="margin">How large the cosine may be where the target is −1.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or [N] without reduction.</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor CosineEmbeddingLoss(Tensor other, Tensor target, double margin = 0, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(other, nameof(CosineEmbeddingLoss));
        if (Rank is not (1 or 2) || !target.Shape.AsSpan().SequenceEqual(Shape.AsSpan()[..^1])) throw new ShapeException($"CosineEmbeddingLoss: the inputs must be [N, D] or [D] and the target [N] or a scalar; they are {Shape} and {target.Shape}.");
        if (DType.IsNarrow()) return Widened().CosineEmbeddingLoss(other.Widened(), target.Widened(), margin, reduction).To(DType);
        const double Tiny = 1e-12;
        var product = (this * other).Sum(-1);
        var cosine = product / ((Square().Sum(-1) + Tiny) * (other.Square().Sum(-1) + Tiny)).Sqrt();
        var losses = Where(target.Eq(1.0), 1.0 - cosine, 0.0) + Where(target.Eq(-1.0), (cosine - margin).Relu(), 0.0);
        return ReduceLoss(losses, reduction, nameof(CosineEmbeddingLoss));
    }

    /// <summary>max(0, margin + d(anchor, positive) − d(anchor, negative)) for rows, with this tensor as the anchor. Matches torch.nn.functional.triplet_margin_loss.</summary>
    /// <param name="positive">What should be near, of this shape.</param>
    /// <param name="negative">What should be far, of this shape.</param>
    /// <param name="margin">By how much farther it should be.</param>
    /// <param name="p">The norm of the distance.</param>
    /// <param name="epsilon">Added to each difference.</param>
    /// <param name="swap">True to take the distance from positive to negative where that is smaller (Balntas et al., BMVC 2016).</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or the shape without its last dimension without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor TripletMarginLoss(Tensor positive, Tensor negative, double margin = 1, double p = 2, double epsilon = 1e-6, bool swap = false, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(positive, nameof(TripletMarginLoss));
        CheckTarget(negative, nameof(TripletMarginLoss));
        if (DType.IsNarrow()) return Widened().TripletMarginLoss(positive.Widened(), negative.Widened(), margin, p, epsilon, swap, reduction).To(DType);
        var far = PairwiseDistance(negative, p, epsilon);
        if (swap) far = far.Minimum(positive.PairwiseDistance(negative, p, epsilon));
        return ReduceLoss((PairwiseDistance(positive, p, epsilon) - far + margin).Relu(), reduction, nameof(TripletMarginLoss));
    }

    /// <summary><see cref="TripletMarginLoss"/> with a distance of one's own. Matches torch.nn.functional.triplet_margin_with_distance_loss.</summary>
    /// <param name="positive">What should be near, of this shape.</param>
    /// <param name="negative">What should be far, of this shape.</param>
    /// <param name="distance">The distance of two tensors; <see cref="PairwiseDistance"/> by default.</param>
    /// <param name="margin">By how much farther it should be.</param>
    /// <param name="swap">True to take the distance from positive to negative where that is smaller (Balntas et al., BMVC 2016).</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or the distance's shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor TripletMarginWithDistanceLoss(Tensor positive, Tensor negative, Func<Tensor, Tensor, Tensor>? distance = null, double margin = 1, bool swap = false, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(positive, nameof(TripletMarginWithDistanceLoss));
        CheckTarget(negative, nameof(TripletMarginWithDistanceLoss));
        if (DType.IsNarrow()) return Widened().TripletMarginWithDistanceLoss(positive.Widened(), negative.Widened(), distance, margin, swap, reduction).To(DType);
        distance ??= static (a, b) => a.PairwiseDistance(b);
        var far = distance(this, negative);
        if (swap) far = far.Minimum(distance(positive, negative));
        return ReduceLoss((distance(this, positive) - far + margin).Relu(), reduction, nameof(TripletMarginWithDistanceLoss));
    }

    /// <summary>ln(1 + e^(−t·x)). Matches torch.nn.functional.soft_margin_loss.</summary>
    /// <param name="target">1 or −1, of this shape.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or this shape without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor SoftMarginLoss(Tensor target, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(target, nameof(SoftMarginLoss));
        return ReduceLoss(-(target * this).LogSigmoid(), reduction, nameof(SoftMarginLoss));
    }

    /// <summary>The mean over classes of the cross-entropy of each class by itself. Matches torch.nn.functional.multilabel_soft_margin_loss.</summary>
    /// <param name="target">1 for classes that are right and 0 for others: [N, C] as this tensor.</param>
    /// <param name="weight">[C]: how much each class counts; all the same by default.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or [N] without reduction.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor MultilabelSoftMarginLoss(Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean)
    {
        CheckTarget(target, nameof(MultilabelSoftMarginLoss));
        if (Rank == 0) throw new ShapeException("MultilabelSoftMarginLoss: the input must be [N, C]; it is a scalar.");
        var losses = -(target * LogSigmoid() + (1.0 - target) * (-this).LogSigmoid());
        if (weight is not null) losses *= Fitting(weight, nameof(weight), nameof(MultilabelSoftMarginLoss));
        return ReduceLoss(losses.Mean(-1), reduction, nameof(MultilabelSoftMarginLoss));
    }

    /// <summary>The mean over the wrong classes j of max(0, margin − x[right] + x[j])ᵖ. Matches torch.nn.functional.multi_margin_loss.</summary>
    /// <param name="labels">The right classes: Int64 [N].</param>
    /// <param name="p">1 or 2.</param>
    /// <param name="margin">By how much the right class should lead.</param>
    /// <param name="weight">[C]: how much a right class counts; all the same by default.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or [N] without reduction. This tensor is [N, C].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The labels are not Int64, or the input is not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">p is neither 1 nor 2, or a label is out of range.</exception>
    public Tensor MultiMarginLoss(Tensor labels, int p = 1, double margin = 1, Tensor? weight = null, Reduction reduction = Reduction.Mean)
    {
        if (p is not (1 or 2)) throw new ArgumentOutOfRangeException(nameof(p), $"MultiMarginLoss: p must be 1 or 2; it is {p}.");
        if (Rank != 2) throw new ShapeException($"MultiMarginLoss: the input must be [N, C]; it is {Shape}.");
        Ops.ClassLabels.Check(nameof(MultiMarginLoss), this, labels, weight);
        Ops.ClassLabels.CheckRange(nameof(MultiMarginLoss), this, labels, long.MinValue);
        if (DType.IsNarrow()) return Widened().MultiMarginLoss(labels, p, margin, weight?.Widened(), reduction).To(DType);
        var column = labels.Unsqueeze(1);
        var lead = (margin - Gather(column) + this).Relu();
        if (p == 2) lead = lead.Square();
        if (weight is not null) lead *= weight.Take(column);
        var wrong = Where(Arange(Shape[1], DType.Int64, Device).Eq(column), 0.0, lead);
        return ReduceLoss(wrong.Sum(1) / (double)Shape[1], reduction, nameof(MultiMarginLoss));
    }

    /// <summary>The sum over right classes i and wrong ones j of max(0, 1 − x[i] + x[j]), divided by C. Matches torch.nn.functional.multilabel_margin_loss.</summary>
    /// <param name="labels">The right classes in front, ended by −1 where they do not fill the row: Int64 of this shape. What stands behind −1 does not count.</param>
    /// <param name="reduction">Mean by default.</param>
    /// <returns>A scalar, or [N] without reduction. This tensor is [N, C] or [C].</returns>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The labels are not Int64, or the input is not floating point.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A label is not below C, or below −1.</exception>
    public Tensor MultilabelMarginLoss(Tensor labels, Reduction reduction = Reduction.Mean)
    {
        const string Name = nameof(MultilabelMarginLoss);
        if (Rank is not (1 or 2) || labels.Shape != Shape) throw new ShapeException($"{Name}: the input must be [N, C] or [C] and the labels of its shape; they are {Shape} and {labels.Shape}.");
        if (!DType.IsFloatingPoint() || labels.DType != DType.Int64) throw new DTypeException($"{Name}: the input must be floating point and the labels Int64; they are {DType} and {labels.DType}.");
        if (DType.IsNarrow()) return Widened().MultilabelMarginLoss(labels, reduction).To(DType);
        int rows = Rank == 1 ? 1 : Shape[0], classes = Shape[^1], most = 0;
        long[] given = labels.To(Device.Cpu).ToArray<long>(), places = new long[rows * classes];
        bool[] counts = new bool[rows * classes], isRight = new bool[rows * classes];
        for (int r = 0; r < rows; r++)
        {
            for (int i = 0; i < classes && given[r * classes + i] is var label && label != -1; i++)
            {
                if (label < -1 || label >= classes) throw new ArgumentOutOfRangeException(nameof(labels), $"{Name}: a label of row {r} is {label}; with the input {Shape} it must be from −1 to {classes - 1}.");
                (places[r * classes + i], counts[r * classes + i], isRight[r * classes + label]) = (label, true, true);
                most = Math.Max(most, i + 1);
            }
        }
        var x = Reshape(rows, classes);
        var right = x.Gather(From<long>(places, [rows, classes]).Narrow(1, 0, most).To(Device));
        var pairs = From<bool>(counts, [rows, classes]).Narrow(1, 0, most).Unsqueeze(2).LogicalAnd(From<bool>(isRight, [rows, classes]).LogicalNot().Unsqueeze(1)).To(Device);
        var losses = Where(pairs, (1.0 - right.Unsqueeze(2) + x.Unsqueeze(1)).Relu(), 0.0).Sum([1, 2]) / (double)Math.Max(1, classes);
        return ReduceLoss(Rank == 1 ? losses.Squeeze(0) : losses, reduction, Name);
    }
}
