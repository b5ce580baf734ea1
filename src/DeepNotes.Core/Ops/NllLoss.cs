using DeepNotes.Ops;

namespace DeepNotes.Ops
{
    /// <summary>What labels that name classes have to be.</summary>
    internal static class ClassLabels
    {
        /// <summary>Checks shapes and types of scores [N, C, …] or [C], of labels and of weights of the classes.</summary>
        public static void Check(string name, Tensor scores, Tensor labels, Tensor? weight)
        {
            if (scores.Rank == 0) throw new ShapeException($"{name}: the input must be [N, C, …] or [C]; it is a scalar.");
            if (!scores.DType.IsFloatingPoint()) throw new DTypeException($"{name}: the input must be floating point; it is {scores.DType}.");
            var lengths = scores.Shape.AsSpan();
            Shape expected = scores.Rank == 1 ? [] : [lengths[0], .. lengths[2..]];
            if (labels.Shape != expected) throw new ShapeException($"{name}: for the input {scores.Shape} the labels must be {expected}; they are {labels.Shape}.");
            if (labels.DType != DType.Int64) throw new DTypeException($"{name}: labels must be Int64; they are {labels.DType}.");
            CheckWeight(name, scores, weight);
        }

        public static void CheckWeight(string name, Tensor scores, Tensor? weight)
        {
            if (weight is null) return;
            int classes = scores.Shape[scores.Rank > 1 ? 1 : 0];
            if (weight.Rank != 1 || weight.Count != classes) throw new ShapeException($"{name}: for the input {scores.Shape} the weight must be [{classes}]; it is {weight.Shape}.");
            if (weight.DType != scores.DType) throw new DTypeException($"{name}: the input is {scores.DType} and the weight {weight.DType}; they must have one type.");
        }

        /// <summary>Checks that labels name classes or the one that does not count; returns whether one of them does not count.</summary>
        public static bool CheckRange(string name, Tensor scores, Tensor labels, long ignoreIndex)
        {
            int classes = scores.Shape[scores.Rank > 1 ? 1 : 0];
            // On another device it would stop the work there to ask.
            if (!labels.Device.IsCpu) return true;
            bool ignores = false;
            int place = 0;
            labels = labels.Contiguous();
            foreach (long label in labels.Elements<long>())
            {
                if (label == ignoreIndex) ignores = true;
                else if ((ulong)label >= (ulong)classes) throw new ArgumentOutOfRangeException(nameof(labels), $"{name}: label {place} is {label}; with the input {scores.Shape} it must be from 0 to {classes - 1}.");
                place++;
            }
            GC.KeepAlive(labels);
            return ignores;
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>The negative log-likelihood of the right classes, from log-probabilities. Matches torch.nn.functional.nll_loss.</summary>
        /// <param name="labels">The right classes: Int64 [N, …], from 0 to C − 1.</param>
        /// <param name="reduction">Mean by default, weighted by the classes' weights.</param>
        /// <param name="weight">[C]: how much each class counts; all the same by default.</param>
        /// <param name="ignoreIndex">A class that does not count, which need not exist.</param>
        /// <returns>A scalar, or [N, …] without reduction. This tensor is [N, C, …], or [C] for one label.</returns>
        /// <exception cref="ShapeException">The shapes of input, labels and weight do not fit.</exception>
        /// <exception cref="DTypeException">The labels are not Int64, or the input is not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A label is below 0 or not below C.</exception>
        public Tensor NllLoss(Tensor labels, Reduction reduction = Reduction.Mean, Tensor? weight = null, long ignoreIndex = -100)
        {
            ClassLabels.Check(nameof(NllLoss), this, labels, weight);
            ClassLabels.CheckRange(nameof(NllLoss), this, labels, ignoreIndex);
            if (DType.IsNarrow()) return Widened().NllLoss(labels, reduction, weight?.Widened(), ignoreIndex).To(DType);
            var (losses, weights) = ClassLosses(labels, weight, ignoreIndex);
            return reduction == Reduction.Mean ? losses.Sum() / weights.Sum() : ReduceLoss(losses, reduction, nameof(NllLoss));
        }

        /// <summary>Of log-probabilities [N, C, …] or [C] the weighted losses of checked labels, and the weights; 0 where a label does not count.</summary>
        private (Tensor Losses, Tensor Weights) ClassLosses(Tensor labels, Tensor? weight, long ignoreIndex)
        {
            var counts = labels.Ne(ignoreIndex);
            var safe = Where(counts, labels, 0);
            var picked = MoveDim(Rank > 1 ? 1 : 0, -1).Gather(safe.Unsqueeze(-1)).Squeeze(-1);
            var weights = weight is null ? counts.To(DType) : Where(counts, weight.Take(safe), 0.0);
            return (Where(counts, weight is null ? -picked : -(picked * weights), 0.0), weights);
        }

        /// <summary>Of log-probabilities the weighted losses summed over all classes; 0 where a label does not count.</summary>
        private Tensor SmoothLosses(Tensor labels, Tensor? weight, long ignoreIndex)
        {
            int dimension = Rank > 1 ? 1 : 0;
            var logs = weight is null ? this : this * weight.Reshape(Along(dimension, Shape[dimension]));
            return Where(labels.Ne(ignoreIndex), -logs.Sum(dimension), 0.0);
        }
    }
}
