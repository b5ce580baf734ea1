using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <param name="Interleaved">Whether pairs are neighbours or lie half a rotation apart.</param>
    /// <param name="Back">Turns the other way.</param>
    internal readonly record struct RotarySettings(bool Interleaved, bool Back);

    /// <summary>Pairs of features turned by an angle that depends on their position. Its gradient is turned back by the same angle.</summary>
    internal readonly record struct Rotary(RotarySettings Settings) : IOp, IWide
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            tape.Keep(x[0], x[1], x[2]);
            return x[0].Backend.Rotary(Settings, x[0], x[1], x[2]);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var (x, cos, sin) = kept;
            if (gradients.Needs(0)) gradients[0] = Op.Apply(new Rotary(Settings with { Back = !Settings.Back }), g, cos, sin);
            if (!gradients.Needs(1) && !gradients.Needs(2)) return;
            var (a, b, _) = RotaryExpression.Parts(Settings, x, cos);
            var (u, v, _) = RotaryExpression.Parts(Settings, g, cos);
            gradients[1] = u * a + v * b;
            var turned = v * a - u * b;
            gradients[2] = Settings.Back ? -turned : turned;
        }
    }

    /// <summary>The same as an expression.</summary>
    internal static class RotaryExpression
    {
        public static Tensor Forward(RotarySettings settings, Tensor x, Tensor cos, Tensor sin)
        {
            var (a, b, rest) = Parts(settings, x, cos);
            if (settings.Back) sin = -sin;
            Tensor u = a * cos - b * sin, v = b * cos + a * sin;
            var turned = settings.Interleaved ? Tensor.Stack([u, v], -1).Flatten(-2) : Tensor.Concatenate([u, v], -1);
            return rest is null ? turned : Tensor.Concatenate([turned, rest], -1);
        }

        /// <summary>First and second of each pair, and what is not turned.</summary>
        public static (Tensor First, Tensor Second, Tensor? Others) Parts(RotarySettings settings, Tensor x, Tensor cos)
        {
            int half = cos.Shape[^1], length = x.Shape[^1];
            return (settings.Interleaved ? x.Slice(-1, 0, 2 * half, 2) : x.Narrow(-1, 0, half), settings.Interleaved ? x.Slice(-1, 1, 2 * half, 2) : x.Narrow(-1, half, half),
                length == 2 * half ? null : x.Narrow(-1, 2 * half, length - 2 * half));
        }
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// Turns pairs (a, b) of features to (a·cos − b·sin, b·cos + a·sin), so that the product of two rows depends on the distance of their positions (Su et al.,
        /// arXiv:2104.09864). Features beyond the last pair stay as they are.
        /// </summary>
        /// <param name="cos">[T, P]: of the angle of each position and pair.</param>
        /// <param name="sin">[T, P].</param>
        /// <param name="interleaved">
        /// True for pairs of neighbours, (0, 1), (2, 3), …, as in the paper and in Meta's Llama; false for pairs half a rotation apart, (0, P), (1, P + 1), …, as in
        /// GPT-NeoX and in Hugging Face's models.
        /// </param>
        /// <returns>[…, T, E] for this tensor's […, T, E] with E ≥ 2·P.</returns>
        /// <exception cref="ShapeException">The shapes do not fit.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor Rotary(Tensor cos, Tensor sin, bool interleaved = false)
        {
            if (!DType.IsFloatingPoint() || cos.DType != DType || sin.DType != DType) throw new DTypeException($"Rotary: features, cos and sin must have one floating-point type; they are {DType}, {cos.DType} and {sin.DType}.");
            if (Rank < 2 || cos.Rank != 2 || cos.Shape != sin.Shape || cos.Shape[0] != Shape[^2] || 2 * cos.Shape[1] > Shape[^1])
                throw new ShapeException($"Rotary: features […, T, E] take cos and sin [T, P] with 2·P not above E; they are {Shape}, {cos.Shape} and {sin.Shape}.");
            return Op.Apply(new Ops.Rotary(new(interleaved, false)), this, cos, sin);
        }
    }
}
