using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>x / √(mean of x² + ε) over the rows of a matrix, times a weight.</summary>
    internal readonly record struct RmsNorm(double Epsilon, bool HasWeight) : IOp, IWide, IFusedBackward
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var (y, mean, inverse) = x[0].Backend.RmsNorm(x[0].Contiguous(), HasWeight ? x[1].Contiguous() : null, Epsilon);
            if (HasWeight) tape.Keep(x[0], mean, inverse, x[1]);
            else tape.Keep(x[0], mean, inverse);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            // From the input alone, so that the dependence of the root on it is recorded.
            var x = kept[0];
            var inverse = (x.Square().Mean(-1, keepDim: true) + Epsilon).Pow(-0.5);
            var z = x * inverse;
            var h = HasWeight ? g * kept[3] : g;
            if (gradients.Needs(0)) gradients[0] = (h - z * (h * z).Mean(-1, keepDim: true)) * inverse;
            if (HasWeight && gradients.Needs(1)) gradients[1] = g * z;
        }

        public void BackwardFused(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, weight) = g.Backend.RmsNormGradient(g.Contiguous(), kept[0].Contiguous(), kept[1], kept[2], HasWeight ? kept[3].Contiguous() : null, gradients.Needs(0), HasWeight && gradients.Needs(1));
            gradients[0] = x;
            if (HasWeight) gradients[1] = weight;
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>Divides the last dimensions by their root mean square, then scales them (Zhang and Sennrich, arXiv:1910.07467). Matches torch.nn.functional.rms_norm.</summary>
        /// <param name="normalizedShape">The lengths of the last dimensions that are normalised together.</param>
        /// <param name="weight">The scale, of that shape; none by default.</param>
        /// <param name="epsilon">Added to the mean square; the smallest step from 1 in this type by default.</param>
        /// <exception cref="ShapeException">The last dimensions are others, or the weight has another shape.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor RmsNorm(ReadOnlySpan<int> normalizedShape, Tensor? weight = null, double? epsilon = null)
        {
            CheckNormalized(nameof(RmsNorm), normalizedShape, weight, null);
            if (Count == 0) return this;
            int outer = 1;
            foreach (int length in Shape.AsSpan()[..^normalizedShape.Length]) outer *= length;
            var rows = Reshape(outer, Count / outer);
            var op = new Ops.RmsNorm(epsilon ?? (DType switch { DType.Float64 => 2.220446049250313e-16, DType.Float32 => 1.1920928955078125e-07, DType.Float16 => 0.0009765625, _ => 0.0078125 }), weight is not null);
            return (weight is null ? Op.Apply(op, rows) : Op.Apply(op, rows, weight.Flatten())).Reshape(Shape);
        }

        /// <summary>Normalises the last dimensions together to mean 0 and variance 1, then scales and shifts them (Ba et al., arXiv:1607.06450). Matches torch.nn.functional.layer_norm.</summary>
        /// <param name="normalizedShape">The lengths of the last dimensions that are normalised together.</param>
        /// <param name="weight">The scale, of that shape; none by default.</param>
        /// <param name="bias">The shift, of that shape; none by default.</param>
        /// <param name="epsilon">Added to the variance.</param>
        /// <exception cref="ShapeException">The last dimensions are others, or weight or bias have another shape.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        [System.Runtime.CompilerServices.OverloadResolutionPriority(-1)]
        public Tensor LayerNorm(ReadOnlySpan<int> normalizedShape, Tensor? weight = null, Tensor? bias = null, double epsilon = 1e-5)
        {
            CheckNormalized(nameof(LayerNorm), normalizedShape, weight, bias);
            if (Count == 0) return this;
            int outer = 1;
            foreach (int length in Shape.AsSpan()[..^normalizedShape.Length]) outer *= length;
            return Reshape(outer, Count / outer).LayerNorm(weight?.Flatten(), bias?.Flatten(), epsilon).Reshape(Shape);
        }

        private void CheckNormalized(string name, ReadOnlySpan<int> normalizedShape, Tensor? weight, Tensor? bias)
        {
            Floating(DType, name);
            string text = $"[{string.Join(", ", normalizedShape.ToArray())}]";
            if (normalizedShape.Length == 0 || normalizedShape.Length > Rank || !Shape.AsSpan()[^normalizedShape.Length..].SequenceEqual(normalizedShape))
                throw new ShapeException($"{name}: the input {Shape} does not end with the dimensions {text}.");
            foreach (var (t, role) in new[] { (weight, "weight"), (bias, "bias") })
            {
                if (t is null) continue;
                if (!t.Shape.AsSpan().SequenceEqual(normalizedShape)) throw new ShapeException($"{name}: for the dimensions {text} the {role} must have this shape; it is {t.Shape}.");
                if (t.DType != DType) throw new DTypeException($"{name}: the input is {DType} and the {role} {t.DType}; they must have one type.");
            }
        }
    }
}
