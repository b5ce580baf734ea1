using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>(x − mean) / √(variance + ε) over the last dimension, times a weight, plus a bias.</summary>
    internal readonly record struct LayerNorm(double Epsilon, bool HasWeight, bool HasBias) : IOp, IWide, IFusedBackward
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var source = x[0].Contiguous();
            var weight = HasWeight ? x[1].Contiguous() : null;
            var bias = HasBias ? x[^1].Contiguous() : null;
            var (y, mean, inverse) = source.Backend.LayerNorm(source, weight, bias, Epsilon);
            if (HasWeight) tape.Keep(x[0], mean, inverse, x[1]);
            else tape.Keep(x[0], mean, inverse);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            // From the input alone, so that the dependence of mean and variance on it is recorded.
            var x = kept[0];
            var center = x - x.Mean(-1, keepDim: true);
            var inverse = ((center * center).Mean(-1, keepDim: true) + Epsilon).Pow(-0.5);
            var z = center * inverse;
            var h = HasWeight ? g * kept[3] : g;
            if (gradients.Needs(0)) gradients[0] = (h - h.Mean(-1, keepDim: true) - z * (h * z).Mean(-1, keepDim: true)) * inverse;
            if (HasWeight && gradients.Needs(1)) gradients[1] = g * z;
            if (HasBias && gradients.Needs(HasWeight ? 2 : 1)) gradients[HasWeight ? 2 : 1] = g;
        }

        public void BackwardFused(Tensor g, Saved kept, Gradients gradients)
        {
            int bias = HasWeight ? 2 : 1;
            var (x, weight, biasGradient) = g.Backend.LayerNormGradient(g.Contiguous(), kept[0].Contiguous(), kept[1], kept[2], HasWeight ? kept[3].Contiguous() : null,
                gradients.Needs(0), HasWeight && gradients.Needs(1), HasBias && gradients.Needs(bias));
            gradients[0] = x;
            if (HasWeight) gradients[1] = weight;
            if (HasBias) gradients[bias] = biasGradient;
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>Normalises the last dimension to mean 0 and variance 1, then scales and shifts it. Matches torch.nn.functional.layer_norm over one dimension.</summary>
        /// <param name="weight">The scale, of the last dimension's length, or null for none.</param>
        /// <param name="bias">The shift, of the same length, or null for none.</param>
        /// <param name="epsilon">Added to the variance; 1e-5 by default.</param>
        /// <exception cref="ShapeException">There is no dimension, or weight or bias do not fit it.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor LayerNorm(Tensor? weight = null, Tensor? bias = null, double epsilon = 1e-5)
        {
            if (Rank == 0) throw new ShapeException("LayerNorm: a scalar has no dimension to normalise.");
            Floating(DType, nameof(LayerNorm));
            foreach (var (t, role) in new[] { (weight, "weight"), (bias, "bias") })
            {
                if (t is null) continue;
                if (t.Rank != 1 || t.Shape[0] != Shape[^1]) throw new ShapeException($"LayerNorm: for the input {Shape} the {role} must be [{Shape[^1]}]; it is {t.Shape}.");
                if (t.DType != DType) throw new DTypeException($"LayerNorm: the input is {DType} and the {role} {t.DType}; they must have one type.");
            }
            var op = new Ops.LayerNorm(epsilon, weight is not null, bias is not null);
            return (weight, bias) switch
            {
                (null, null) => Op.Apply(op, this),
                (null, _) => Op.Apply(op, this, bias),
                (_, null) => Op.Apply(op, this, weight),
                _ => Op.Apply(op, this, weight, bias),
            };
        }
    }
}
