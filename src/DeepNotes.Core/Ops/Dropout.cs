using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>Zeroes elements with a probability and scales the rest up. The mask is a function of the place in the random stream and is drawn again for the gradient, not kept.</summary>
    internal readonly record struct Dropout(double P, ulong Seed, ulong Position) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape) => x[0] * Mask(x[0]);

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g * Mask(g);

        private Tensor Mask(Tensor like) => Tensor.Draw(new Coin(1 - P, 1 / (1 - P)), like.Shape, like.DType, like.Device, Seed, Position);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>Zeroes each element with a probability and divides the others by 1 − probability. Matches torch.nn.functional.dropout in training.</summary>
        /// <param name="probability">Of an element to be zeroed; from 0 to 1.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        public Tensor Dropout(double probability = 0.5, Rng? rng = null)
        {
            if (!(probability >= 0 && probability <= 1)) throw new ArgumentOutOfRangeException(nameof(probability), $"Dropout: a probability is from 0 to 1, not {probability}.");
            Floating(DType, nameof(Dropout));
            if (probability == 0) return this;
            if (probability == 1) return this * 0.0;
            rng ??= Rng.Default;
            return Op.Apply(new Ops.Dropout(probability, rng.InitialSeed, rng.Take(Blocks(Count, DType))), this);
        }
    }
}
