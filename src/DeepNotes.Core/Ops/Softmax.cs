using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>exp(x) / Σ exp(x) over the last dimension, or its logarithm.</summary>
    internal readonly record struct Softmax(bool Log) : IOp, IWide, IFusedBackward
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var y = x[0].Backend.Softmax(x[0].Contiguous(), Log);
            tape.Keep(y);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var y = kept[0];
            gradients[0] = Log
                ? g - y.Exp() * g.Sum(-1, keepDim: true)
                : y * (g - (g * y).Sum(-1, keepDim: true));
        }

        public void BackwardFused(Tensor g, Saved kept, Gradients gradients) =>
            gradients[0] = g.Backend.SoftmaxGradient(g.Contiguous(), kept[0], Log);
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>exp(x) / Σ exp(x) along a dimension: probabilities from logits. Matches torch.softmax.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <exception cref="ShapeException">There is no such dimension.</exception>
        public Tensor Softmax(int dimension) => AlongLast(dimension, nameof(Softmax), log: false);

        /// <summary>The logarithm of <see cref="Softmax"/>, accurate where that is close to 0 or 1. Matches torch.log_softmax.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <exception cref="ShapeException">There is no such dimension.</exception>
        public Tensor LogSoftmax(int dimension) => AlongLast(dimension, nameof(LogSoftmax), log: true);

        /// <summary>exp(−x) / Σ exp(−x) along a dimension: the smallest number gets the most. Matches torch.nn.functional.softmin.</summary>
        /// <param name="dimension">Which; negative ones count from the end.</param>
        /// <exception cref="ShapeException">There is no such dimension.</exception>
        public Tensor Softmin(int dimension) => (-this).AlongLast(dimension, nameof(Softmin), log: false);

        /// <summary><see cref="Softmax"/> over the channels of each pixel. Matches torch.nn.Softmax2d.</summary>
        /// <returns>[N, C, H, W] or [C, H, W], as this tensor.</returns>
        /// <exception cref="ShapeException">The tensor is neither.</exception>
        public Tensor Softmax2d() => Rank is 3 or 4 ? Softmax(-3) : throw new ShapeException($"Softmax2d: the input must be [N, C, H, W] or [C, H, W]; it is {Shape}.");

        private Tensor AlongLast(int dimension, string name, bool log)
        {
            dimension = Shape.Dimension(dimension, name);
            var x = DType.IsFloatingPoint() ? this : To(DType.Float32);
            if (Rank == 0) return x.Reshape(1).AlongLast(0, name, log).Reshape();
            return dimension == Rank - 1
                ? Op.Apply(new Softmax(log), x)
                : Op.Apply(new Softmax(log), x.Transpose(dimension, -1)).Transpose(dimension, -1);
        }
    }
}
