using DeepNotes.Autograd;

namespace DeepNotes.Ops
{
    /// <summary>What is fixed about one attention; see <see cref="Tensor.ScaledDotProductAttention"/>.</summary>
    /// <param name="Scale">Multiplies the products of queries and keys.</param>
    /// <param name="Group">How many heads of queries share one of keys and values.</param>
    /// <param name="IsCausal">Query i sees the keys up to i + <paramref name="CausalOffset"/>.</param>
    /// <param name="CausalOffset">See <paramref name="IsCausal"/>.</param>
    /// <param name="Dropout">The probability of a weight to be dropped.</param>
    /// <param name="Seed">Of the stream that dropout draws from.</param>
    /// <param name="Position">The place in the stream of the first weight.</param>
    internal readonly record struct AttentionSettings(double Scale, int Group, bool IsCausal, int CausalOffset, double Dropout, ulong Seed, ulong Position);

    /// <summary>Attention of queries to keys and values: forward and backward in tiles, so that the weights are never all in memory.</summary>
    internal readonly record struct Attention(AttentionSettings Settings) : IOp, IWide, IFusedBackward
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            var mask = x.Length > 3 ? x[3] : null;
            var (y, logSumExp) = x[0].Backend.Attention(Settings, x[0], x[1], x[2], mask);
            Work.MultiplyAdds += (long)x[1].Shape[^2] * (x[0].Count + y.Count);
            if (mask is null) tape.Keep(x[0], x[1], x[2], y, logSumExp);
            else tape.Keep(x[0], x[1], x[2], y, logSumExp, mask);
            return y;
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients)
        {
            var d = AttentionExpression.Gradient(Settings, g, kept[0], kept[1], kept[2], kept.Count > 5 ? kept[5] : null);
            (gradients[0], gradients[1], gradients[2]) = (d.Q, d.K, d.V);
            if (kept.Count > 5) gradients[3] = d.Scores;
        }

        public void BackwardFused(Tensor g, Saved kept, Gradients gradients)
        {
            var mask = kept.Count > 5 ? kept[5] : null;
            var d = g.Backend.AttentionGradient(Settings, g, kept[0], kept[1], kept[2], mask, kept[3], kept[4], gradients.Needs(0), gradients.Needs(1) || gradients.Needs(2), mask is not null && gradients.Needs(3));
            (gradients[0], gradients[1], gradients[2]) = (d.Q, d.K, d.V);
            if (mask is not null) gradients[3] = d.Mask;
        }
    }

    /// <summary>Attention as the expression that defines it: for the gradient's gradient, and for devices without a kernel of their own.</summary>
    internal static class AttentionExpression
    {
        /// <summary>softmax(q·kᵀ·scale + mask), zero for a query that may look nowhere.</summary>
        public static Tensor Weights(AttentionSettings settings, Tensor q, Tensor k, Tensor? mask)
        {
            var scores = (q * settings.Scale).MatMul(Heads(k, settings.Group).Mt);
            var allowed = mask?.DType == DType.Bool ? mask : null;
            if (settings.IsCausal)
            {
                var causal = Tensor.Arange(k.Shape[^2], DType.Int64, q.Device) <= Tensor.Arange(q.Shape[^2], DType.Int64, q.Device).Unsqueeze(1) + settings.CausalOffset;
                allowed = allowed is null ? causal : causal.LogicalAnd(allowed);
            }
            if (mask is not null && mask.DType != DType.Bool) scores += mask;
            if (allowed is not null) scores = Tensor.Where(allowed, scores, double.NegativeInfinity);
            if ((allowed is null && mask is null) || scores.Count == 0) return scores.Softmax(-1);
            var isNowhere = scores.Detach().Max(-1, keepDim: true).Values <= double.NegativeInfinity;
            return Tensor.Where(isNowhere, 0.0, Tensor.Where(isNowhere, 0.0, scores).Softmax(-1));
        }

        public static Tensor Forward(AttentionSettings settings, Tensor q, Tensor k, Tensor v, Tensor? mask)
        {
            var weights = Weights(settings, q, k, mask);
            if (settings.Dropout > 0) weights *= Kept(settings, weights);
            return weights.MatMul(Heads(v, settings.Group));
        }

        public static (Tensor Q, Tensor K, Tensor V, Tensor Scores) Gradient(AttentionSettings settings, Tensor g, Tensor q, Tensor k, Tensor v, Tensor? mask)
        {
            Tensor weights = Weights(settings, q, k, mask), dropped = weights, dWeights = g.MatMul(Heads(v, settings.Group).Mt);
            if (settings.Dropout > 0)
            {
                var kept = Kept(settings, weights);
                dropped = weights * kept;
                dWeights *= kept;
            }
            var dScores = weights * (dWeights - (dWeights * weights).Sum(-1, keepDim: true));
            return (dScores.MatMul(Heads(k, settings.Group)) * settings.Scale, Sum(dScores.Mt.MatMul(q) * settings.Scale, settings.Group), Sum(dropped.Mt.MatMul(g), settings.Group), dScores);
        }

        /// <summary>Keys or values repeated for each head of queries.</summary>
        private static Tensor Heads(Tensor t, int group) => group == 1 ? t : t.RepeatInterleave(group, -3);

        /// <summary>What <see cref="Heads"/> repeats, summed up again.</summary>
        private static Tensor Sum(Tensor t, int group) =>
            group == 1 ? t : t.Reshape([.. t.Shape.AsSpan()[..^3], t.Shape[^3] / group, group, t.Shape[^2], t.Shape[^1]]).Sum(-3);

        private static Tensor Kept(AttentionSettings settings, Tensor weights) =>
            Tensor.Draw(new Coin(1 - settings.Dropout, 1 / (1 - settings.Dropout)), weights.Shape, weights.DType, weights.Device, settings.Seed, settings.Position);
    }
}

namespace DeepNotes
{
    public partial class Tensor
    {
        /// <summary>
        /// softmax(q·kᵀ·scale + mask)·v with this tensor as the queries q (Vaswani et al., arXiv:1706.03762), in tiles, forward and backward, so that memory grows
        /// with L + S and not with L·S (Dao et al., arXiv:2205.14135). Matches torch.nn.functional.scaled_dot_product_attention.
        /// </summary>
        /// <param name="key">[…, S, E].</param>
        /// <param name="value">[…, S, Ev].</param>
        /// <param name="attnMask">Broadcasts to […, L, S], without being written out: Bool, true where a query may look; or numbers that are added and may need a gradient. None by default.</param>
        /// <param name="dropoutP">The probability of a weight to be dropped; also outside training, so give 0 there.</param>
        /// <param name="isCausal">True to let query i see the keys up to i only; with a mask, both must allow it.</param>
        /// <param name="scale">1/√E by default.</param>
        /// <param name="enableGqa">True if several neighbouring heads of queries […, H, L, E] share one of keys and values […, H/n, S, E] (Ainslie et al., arXiv:2305.13245).</param>
        /// <param name="causalOffset">With <paramref name="isCausal"/>, query i sees the keys up to i + offset: S − L when the queries are the last of the sequence.</param>
        /// <param name="rng">The stream that dropout draws from; the calling thread's own by default.</param>
        /// <returns>[…, L, Ev] for this tensor's […, L, E]; zeros for a query that may look nowhere.</returns>
        /// <exception cref="ShapeException">The shapes do not fit.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        /// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
        public Tensor ScaledDotProductAttention(
            Tensor key, Tensor value, Tensor? attnMask = null, double dropoutP = 0, bool isCausal = false, double? scale = null, bool enableGqa = false, int causalOffset = 0, Rng? rng = null)
        {
            const string Name = nameof(ScaledDotProductAttention);
            if (!DType.IsFloatingPoint() || key.DType != DType || value.DType != DType) throw new DTypeException($"{Name}: query, key and value must have one floating-point type; they are {DType}, {key.DType} and {value.DType}.");
            if (Rank < 2 || key.Rank < 2 || value.Rank < 2 || Shape[^1] != key.Shape[^1] || key.Shape[^2] != value.Shape[^2])
                throw new ShapeException($"{Name}: query […, L, E], key […, S, E] and value […, S, Ev] do not fit: {Shape}, {key.Shape}, {value.Shape}.");
            if (!(dropoutP >= 0 && dropoutP <= 1)) throw new ArgumentOutOfRangeException(nameof(dropoutP), $"{Name}: a probability is from 0 to 1, not {dropoutP}.");
            int group = enableGqa ? HeadsPerKey(Name, this, key, value) : 1;
            var items = AttentionItems(Name, this, key, value, group);
            CheckAttentionMask(Name, attnMask, this, items, key.Shape[^2]);
            ulong position = 0;
            if (dropoutP > 0)
            {
                rng ??= Rng.Default;
                ulong perBlock = DType == DType.Float64 ? 2UL : 4;
                position = rng.Take(((ulong)items.ElementCount * (ulong)Shape[^2] * (ulong)key.Shape[^2] + perBlock - 1) / perBlock);
            }
            var op = new Ops.Attention(new(scale ?? 1 / Math.Sqrt(Shape[^1]), group, isCausal, causalOffset, dropoutP, rng?.InitialSeed ?? 0, position));
            return attnMask is null ? Op.Apply(op, this, key, value) : Op.Apply(op, this, key, value, attnMask);
        }

        /// <summary>
        /// softmax(q·kᵀ·scale + mask) with this tensor as the queries q: the weights by which <see cref="ScaledDotProductAttention"/> averages the values, all of them in
        /// memory. To look at; what only wants the average calls that.
        /// </summary>
        /// <param name="key">[…, S, E].</param>
        /// <param name="attnMask">As in <see cref="ScaledDotProductAttention"/>.</param>
        /// <param name="isCausal">As in <see cref="ScaledDotProductAttention"/>.</param>
        /// <param name="scale">1/√E by default.</param>
        /// <param name="enableGqa">As in <see cref="ScaledDotProductAttention"/>.</param>
        /// <param name="causalOffset">As in <see cref="ScaledDotProductAttention"/>.</param>
        /// <returns>[…, L, S] for this tensor's […, L, E]; zeros for a query that may look nowhere.</returns>
        /// <exception cref="ShapeException">The shapes do not fit.</exception>
        /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
        public Tensor AttentionWeights(Tensor key, Tensor? attnMask = null, bool isCausal = false, double? scale = null, bool enableGqa = false, int causalOffset = 0)
        {
            const string Name = nameof(AttentionWeights);
            if (!DType.IsFloatingPoint() || key.DType != DType) throw new DTypeException($"{Name}: query and key must have one floating-point type; they are {DType} and {key.DType}.");
            if (Rank < 2 || key.Rank < 2 || Shape[^1] != key.Shape[^1]) throw new ShapeException($"{Name}: query […, L, E] and key […, S, E] do not fit: {Shape}, {key.Shape}.");
            int group = enableGqa ? HeadsPerKey(Name, this, key, key) : 1;
            CheckAttentionMask(Name, attnMask, this, AttentionItems(Name, this, key, key, group), key.Shape[^2]);
            if (DType.IsNarrow()) return Widened().AttentionWeights(key.Widened(), attnMask?.Widened(), isCausal, scale, enableGqa, causalOffset).To(DType);
            return Ops.AttentionExpression.Weights(new(scale ?? 1 / Math.Sqrt(Shape[^1]), group, isCausal, causalOffset, 0, 0, 0), this, key, attnMask);
        }

        /// <summary>The dimensions before the last two of what attention returns.</summary>
        internal static Shape AttentionItems(string name, Tensor query, Tensor key, Tensor value, int group)
        {
            ReadOnlySpan<int> q = query.Shape.AsSpan()[..^2], k = key.Shape.AsSpan()[..^2], v = value.Shape.AsSpan()[..^2];
            // Nearly always they are the same.
            if (group == 1 && q.SequenceEqual(k) && q.SequenceEqual(v)) return Shape.Create(q);
            Shape keys = Shape.Broadcast(Shape.Create(k), Shape.Create(v), name);
            if (group == 1) return Shape.Broadcast(Shape.Create(q), keys, name);
            return Shape.Create([.. Shape.Broadcast(Shape.Create(q[..^1]), Shape.Create(keys.AsSpan()[..^1]), name).AsSpan(), q[^1]]);
        }

        private static int HeadsPerKey(string name, Tensor query, Tensor key, Tensor value)
        {
            if (query.Rank < 3 || key.Rank < 3 || value.Rank < 3 || key.Shape[^3] != value.Shape[^3] || key.Shape[^3] == 0 || query.Shape[^3] % key.Shape[^3] != 0)
                throw new ShapeException($"{name}: grouped heads need a number of query heads that the number of key and value heads divides; query […, H, L, E], key and value are {query.Shape}, {key.Shape}, {value.Shape}.");
            return query.Shape[^3] / key.Shape[^3];
        }

        /// <summary>Dimension by dimension: the scores themselves may have more elements than a tensor can.</summary>
        private static void CheckAttentionMask(string name, Tensor? mask, Tensor query, Shape items, int keys)
        {
            if (mask is null) return;
            int[] scores = [.. items.AsSpan(), query.Shape[^2], keys];
            bool fits = mask.Rank <= scores.Length;
            for (int i = 1; fits && i <= mask.Rank; i++) fits = mask.Shape[^i] == 1 || mask.Shape[^i] == scores[^i];
            if (!fits) throw new ShapeException($"{name}: the mask {mask.Shape} does not broadcast to the scores [{string.Join(", ", scores)}].");
            if (mask.DType != DType.Bool && mask.DType != query.DType) throw new DTypeException($"{name}: the mask must be Bool or {query.DType}; it is {mask.DType}.");
        }
    }
}
