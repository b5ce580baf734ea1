using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>−log softmax(logits)[label], a row each: log-softmax and the choice in one pass, and so is the gradient.</summary>
    internal readonly record struct CrossEntropy : IOp, IWide, IFusedBackward
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var logits = x[0].Contiguous();
            var labels = x[1].Contiguous();
            var (loss, logSumExp) = logits.Backend.CrossEntropy(logits, labels);
            tape.Keep(x[0], labels, logSumExp);
            return loss;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            // Written in the logits and not in the kept log-sum-exp, which is a constant to the tape.
            var (logits, labels, _) = kept;
            var classes = Tensor.Arange(logits.Shape[1], DType.Int64, logits.Device);
            var hot = Tensor.Where(classes.Eq(labels.Unsqueeze(1)), Tensor.Scalar(1, logits.DType), Tensor.Scalar(0, logits.DType));
            gradients[0] = g.Unsqueeze(1) * (logits.Softmax(1) - hot);
        }

        public void BackwardFused(Tensor g, Saved kept, Gradients gradients)
        {
            var (logits, labels, logSumExp) = kept;
            gradients[0] = g.Backend.CrossEntropyGradient(g.Contiguous(), logits.Contiguous(), labels, logSumExp);
        }
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    /// <summary>How the losses of a batch are put together.</summary>
    public enum Reduction
    {
        /// <summary>Their mean.</summary>
        Mean,

        /// <summary>Their sum.</summary>
        Sum,

        /// <summary>Not at all: one loss an element.</summary>
        None,

        /// <summary>Their sum divided by the length of the first dimension; only for the Kullback-Leibler divergence, whose mean this is.</summary>
        BatchMean,
    }

    public partial class Tensor
    {
        /// <summary>The cross-entropy between logits and the right classes, or probabilities of them. Matches torch.nn.functional.cross_entropy.</summary>
        /// <param name="labels">The right classes: Int64 [N, …], from 0 to C − 1; or their probabilities: of this tensor's shape and type.</param>
        /// <param name="reduction">Mean by default: weighted by the classes' weights where the labels are classes, over the N·… places where they are probabilities.</param>
        /// <param name="weight">[C]: how much each class counts; all the same by default.</param>
        /// <param name="ignoreIndex">A class that does not count, which need not exist.</param>
        /// <param name="labelSmoothing">How much of the probability is spread over all classes; from 0 to 1.</param>
        /// <returns>A scalar, or [N, …] without reduction. This tensor is [N, C, …], or [C] for one label.</returns>
        /// <exception cref="ShapeException">The shapes of logits, labels and weight do not fit.</exception>
        /// <exception cref="DTypeException">The labels are neither Int64 nor of the logits' type, or the logits are not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A label is below 0 or not below C, or the smoothing is out of range.</exception>
        public Tensor CrossEntropy(Tensor labels, Reduction reduction = Reduction.Mean, Tensor? weight = null, long ignoreIndex = -100, double labelSmoothing = 0)
        {
            if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) throw new ArgumentOutOfRangeException(nameof(labelSmoothing), $"CrossEntropy: the label smoothing must be from 0 to 1; it is {labelSmoothing}.");
            if (Rank == 0) throw new ShapeException("CrossEntropy: logits must be [N, C, …] or [C]; they are a scalar.");
            if (!DType.IsFloatingPoint()) throw new DTypeException($"CrossEntropy: logits must be floating point; they are {DType}.");
            if (labels.DType.IsFloatingPoint() && labels.Shape == Shape) return SoftCrossEntropy(labels, reduction, weight, labelSmoothing);
            ClassLabels.Check(nameof(CrossEntropy), this, labels, weight);
            bool ignores = ClassLabels.CheckRange(nameof(CrossEntropy), this, labels, ignoreIndex);
            if (Rank == 2 && weight is null && !ignores && labelSmoothing == 0) return ReduceLoss(Op.Apply(new CrossEntropy(), this, labels.Contiguous()), reduction, nameof(CrossEntropy));
            if (DType.IsNarrow()) return Widened().CrossEntropy(labels, reduction, weight?.Widened(), ignoreIndex, labelSmoothing).To(DType);
            var logs = LogSoftmax(Rank > 1 ? 1 : 0);
            var (losses, weights) = logs.ClassLosses(labels, weight, ignoreIndex);
            if (labelSmoothing > 0) losses = losses * (1 - labelSmoothing) + logs.SmoothLosses(labels, weight, ignoreIndex) * (labelSmoothing / Shape[Rank > 1 ? 1 : 0]);
            return reduction == Reduction.Mean ? losses.Sum() / weights.Sum() : ReduceLoss(losses, reduction, nameof(CrossEntropy));
        }

        private Tensor SoftCrossEntropy(Tensor labels, Reduction reduction, Tensor? weight, double labelSmoothing)
        {
            if (labels.DType != DType) throw new DTypeException($"CrossEntropy: the logits are {DType} and the probabilities {labels.DType}; they must have one type.");
            int dimension = Rank > 1 ? 1 : 0, classes = Shape[dimension];
            ClassLabels.CheckWeight(nameof(CrossEntropy), this, weight);
            if (DType.IsNarrow()) return Widened().SoftCrossEntropy(labels.Widened(), reduction, weight?.Widened(), labelSmoothing).To(DType);
            if (labelSmoothing > 0) labels = labels * (1 - labelSmoothing) + labelSmoothing / classes;
            var logs = LogSoftmax(dimension);
            if (weight is not null) logs *= weight.Reshape(Along(dimension, classes));
            var losses = -(logs * labels).Sum(dimension);
            return ReduceLoss(losses, reduction, nameof(CrossEntropy));
        }

        /// <summary>Losses put together.</summary>
        private static Tensor ReduceLoss(Tensor losses, Reduction reduction, string name) => reduction switch
        {
            Reduction.Mean => losses.Mean(),
            Reduction.Sum => losses.Sum(),
            Reduction.None => losses,
            _ => throw new ArgumentOutOfRangeException(nameof(reduction), $"{name}: the losses cannot be reduced by {reduction}."),
        };
    }
}
