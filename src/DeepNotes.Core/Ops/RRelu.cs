using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>x above 0, a random multiple of it elsewhere. The slopes are a function of the place in the random stream and are drawn again for the gradient, not kept.</summary>
    internal readonly record struct RRelu(double Lower, double Upper, ulong Seed, ulong Position) : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[0]);
            return Op.Zip(new PRelu(), x[0], Slopes(x[0]));
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = Tensor.Where(kept[0].Detach() > 0.0, g, g * Slopes(g));

        private Tensor Slopes(Tensor like) => Tensor.Draw(new Uniform(Lower, Upper), like.Shape, like.DType, like.Device, Seed, Position);
    }
}

namespace DeepNotes
{
    using DeepNotes.Ops;

    public partial class Tensor
    {
        /// <summary>Every element above 0, and a multiple of it elsewhere that is random in training (Xu et al., arXiv:1505.00853). Matches torch.nn.functional.rrelu.</summary>
        /// <param name="lower">The smallest multiple; 1/8 by default.</param>
        /// <param name="upper">The largest multiple; 1/3 by default.</param>
        /// <param name="training">True to draw a multiple for each element; false, the default, to take the middle for all.</param>
        /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
        /// <exception cref="ArgumentOutOfRangeException">The smallest multiple is above the largest.</exception>
        /// <exception cref="DTypeException">The elements are not floating point.</exception>
        public Tensor RRelu(double lower = 1.0 / 8, double upper = 1.0 / 3, bool training = false, Rng? rng = null)
        {
            if (!(lower <= upper)) throw new ArgumentOutOfRangeException(nameof(lower), $"RRelu: the lower slope {lower} must not be above the upper one {upper}.");
            Floating(DType, nameof(RRelu));
            if (!training) return LeakyRelu((lower + upper) / 2);
            rng ??= Rng.Default;
            return Op.Apply(new Ops.RRelu(lower, upper, rng.InitialSeed, rng.Take(Blocks(Count, DType))), this);
        }
    }
}
