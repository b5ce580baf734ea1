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
    }

    public partial class Tensor
    {
        /// <summary>The cross-entropy between logits and the right classes. Matches torch.nn.functional.cross_entropy with class indices.</summary>
        /// <param name="labels">The right class of each row: Int64 [N], from 0 to C − 1.</param>
        /// <param name="reduction">Mean by default.</param>
        /// <returns>A scalar, or [N] without reduction.</returns>
        /// <exception cref="ShapeException">This tensor is not [N, C], or the labels are not [N].</exception>
        /// <exception cref="DTypeException">The labels are not Int64, or the logits are not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">A label is below 0 or not below C.</exception>
        public Tensor CrossEntropy(Tensor labels, Reduction reduction = Reduction.Mean)
        {
            if (Rank != 2) throw new ShapeException($"CrossEntropy: logits must be [N, C]; they are {Shape}.");
            if (labels.Rank != 1 || labels.Shape[0] != Shape[0]) throw new ShapeException($"CrossEntropy: for the logits {Shape} the labels must be [{Shape[0]}]; they are {labels.Shape}.");
            if (labels.DType != DType.Int64) throw new DTypeException($"CrossEntropy: labels must be Int64; they are {labels.DType}.");
            if (!DType.IsFloatingPoint()) throw new DTypeException($"CrossEntropy: logits must be floating point; they are {DType}.");
            if (labels.Device.IsCpu)
            {
                int row = 0;
                labels = labels.Contiguous();
                foreach (long label in labels.Elements<long>())
                {
                    if ((ulong)label >= (ulong)Shape[1]) throw new ArgumentOutOfRangeException(nameof(labels), $"CrossEntropy: label {row} is {label}; with the logits {Shape} it must be from 0 to {Shape[1] - 1}.");
                    row++;
                }
            }
            var losses = Op.Apply(new CrossEntropy(), this, labels);
            return reduction switch
            {
                Reduction.Mean => losses.Mean(),
                Reduction.Sum => losses.Sum(),
                _ => losses,
            };
        }
    }
}
