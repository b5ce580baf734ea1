namespace DeepNotes.Nn;

/// <summary>
/// Several attentions side by side, each on a share of the features (Vaswani et al. 2017, "Attention Is All You Need"):
/// heads(softmax(q·kᵀ/√d)·v)·W + b with projected queries, keys and values. Matches torch.nn.MultiheadAttention.
/// </summary>
/// <remarks>
/// Without <c>needWeights</c> the weights are never all in memory, see <see cref="Tensor.ScaledDotProductAttention"/>. As in PyTorch, a Bool mask here is
/// true where a query may not look; a query that may look nowhere gets zeros (PyTorch 1.13: NaN) before the output projection.
/// </remarks>
public sealed partial class MultiheadAttention : Module
{
    private readonly double dropout;
    private readonly bool batchFirst, addZeroAttn;

    /// <summary>A new layer.</summary>
    /// <param name="embedDim">The features of a query and of the output, E; as many for all heads together.</param>
    /// <param name="numHeads">The number of heads, H, which divides E.</param>
    /// <param name="dropout">The probability of an attention weight to be dropped while training.</param>
    /// <param name="bias">False for projections without biases.</param>
    /// <param name="addBiasKv">Appends one learned key and value to every sequence.</param>
    /// <param name="addZeroAttn">Appends a key and a value of zeros to every sequence.</param>
    /// <param name="kdim">The features of a key; E by default.</param>
    /// <param name="vdim">The features of a value; E by default.</param>
    /// <param name="batchFirst">True for [N, T, E] instead of [T, N, E].</param>
    /// <param name="numKvHeads">Heads of keys and values, which divides H: several heads of queries share one (Ainslie et al. 2023). H by default; PyTorch has no other.</param>
    /// <exception cref="ArgumentException">The numbers of heads do not divide.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, or the probability not from 0 to 1.</exception>
    public MultiheadAttention(
        int embedDim, int numHeads, double dropout = 0, bool bias = true, bool addBiasKv = false, bool addZeroAttn = false, int? kdim = null, int? vdim = null, bool batchFirst = false, int? numKvHeads = null)
    {
        LayerArguments.Positive(nameof(MultiheadAttention), nameof(embedDim), embedDim);
        LayerArguments.Positive(nameof(MultiheadAttention), nameof(numHeads), numHeads);
        if (embedDim % numHeads != 0) throw new ArgumentException($"MultiheadAttention: {numHeads} heads do not divide {embedDim} features.", nameof(numHeads));
        (EmbedDim, NumHeads, NumKvHeads, KeyDim, ValueDim) = (embedDim, numHeads, numKvHeads ?? numHeads, kdim ?? embedDim, vdim ?? embedDim);
        if (NumKvHeads < 1 || numHeads % NumKvHeads != 0) throw new ArgumentException($"MultiheadAttention: {NumKvHeads} heads of keys do not divide {numHeads} heads of queries.", nameof(numKvHeads));
        if (!(dropout >= 0 && dropout <= 1)) throw new ArgumentOutOfRangeException(nameof(dropout), dropout, "MultiheadAttention: a probability lies between 0 and 1.");
        (this.dropout, this.batchFirst, this.addZeroAttn) = (dropout, batchFirst, addZeroAttn);
        int kvDim = NumKvHeads * HeadDim;
        if (KeyDim == embedDim && ValueDim == embedDim) InProjWeight = Init.XavierUniform([embedDim + 2 * kvDim, embedDim]);
        else
        {
            QProjWeight = Init.XavierUniform([embedDim, embedDim]);
            KProjWeight = Init.XavierUniform([kvDim, KeyDim]);
            VProjWeight = Init.XavierUniform([kvDim, ValueDim]);
        }
        if (bias) InProjBias = Init.Zeros([embedDim + 2 * kvDim]);
        if (addBiasKv) (BiasK, BiasV) = (Init.XavierNormal([1, 1, kvDim]), Init.XavierNormal([1, 1, kvDim]));
        OutProj = new Linear(embedDim, embedDim, bias);
        OutProj.Bias?.Detach().FillInPlace(0);
    }

    /// <summary>The features of queries and outputs.</summary>
    public int EmbedDim { get; }

    /// <summary>The number of heads.</summary>
    public int NumHeads { get; }

    /// <summary>The number of heads of keys and values.</summary>
    public int NumKvHeads { get; }

    /// <summary>The features of a key.</summary>
    public int KeyDim { get; }

    /// <summary>The features of a value.</summary>
    public int ValueDim { get; }

    /// <summary>The features of one head.</summary>
    public int HeadDim => EmbedDim / NumHeads;

    /// <summary>The projections of queries, keys and values one below the other, [3·E, E]; null where their inputs differ in length. Xavier-uniform at first.</summary>
    public Parameter? InProjWeight { get; set; }

    /// <summary>The projection of queries, [E, E], where there is no <see cref="InProjWeight"/>.</summary>
    public Parameter? QProjWeight { get; set; }

    /// <summary>The projection of keys, [E, kdim], where there is no <see cref="InProjWeight"/>.</summary>
    public Parameter? KProjWeight { get; set; }

    /// <summary>The projection of values, [E, vdim], where there is no <see cref="InProjWeight"/>.</summary>
    public Parameter? VProjWeight { get; set; }

    /// <summary>What is added to the three projections, [3·E]; zeros at first.</summary>
    public Parameter? InProjBias { get; set; }

    /// <summary>The key that is appended to every sequence, [1, 1, E]; Xavier-normal at first.</summary>
    public Parameter? BiasK { get; set; }

    /// <summary>The value that is appended to every sequence, [1, 1, E]; Xavier-normal at first.</summary>
    public Parameter? BiasV { get; set; }

    /// <summary>What the heads' results go through together.</summary>
    public Linear OutProj { get; set; }

    /// <summary>Attends; hand the same tensor three times for self-attention.</summary>
    /// <param name="query">[T, N, E], [N, T, E] if batch first, or [T, E].</param>
    /// <param name="key">[S, N, kdim], [N, S, kdim] or [S, kdim].</param>
    /// <param name="value">[S, N, vdim], [N, S, vdim] or [S, vdim].</param>
    /// <param name="keyPaddingMask">[N, S] (or [S]): Bool, true for keys that nobody may look at; or numbers that are added to the scores.</param>
    /// <param name="attnMask">[T, S], [H, T, S], [N·H, T, S] or what broadcasts to [N, H, T, S]: Bool, true where a query may not look; or numbers that are added to the scores.</param>
    /// <param name="isCausal">True to let each query see the keys up to its own place only; with a cache, counted from the cache's beginning. No mask need be given.</param>
    /// <param name="cache">Keys and values of earlier calls, to which this call's are appended: for models that write word by word. With a key that is not the query, the first call's are kept.</param>
    /// <returns>As the query.</returns>
    /// <exception cref="ShapeException">An input or a mask does not fit.</exception>
    /// <exception cref="DTypeException">The types differ, or a mask has another.</exception>
    public Tensor Forward(Tensor query, Tensor key, Tensor value, Tensor? keyPaddingMask = null, Tensor? attnMask = null, bool isCausal = false, KeyValueCache? cache = null)
    {
        var call = Prepare(query, key, value, keyPaddingMask, attnMask, isCausal, cache);
        Tensor y = call.Q.ScaledDotProductAttention(call.K, call.V, call.Mask, IsTraining ? dropout : 0, call.IsCausal, enableGqa: NumKvHeads != NumHeads, causalOffset: call.Offset);
        return Output(y, query.Rank == 2);
    }

    /// <summary>Attends, and gives the weights of the heads as well, which needs memory for all of them.</summary>
    /// <param name="query">As in <see cref="Forward"/>.</param>
    /// <param name="key">As in <see cref="Forward"/>.</param>
    /// <param name="value">As in <see cref="Forward"/>.</param>
    /// <param name="keyPaddingMask">As in <see cref="Forward"/>.</param>
    /// <param name="attnMask">As in <see cref="Forward"/>.</param>
    /// <param name="isCausal">As in <see cref="Forward"/>.</param>
    /// <param name="cache">As in <see cref="Forward"/>.</param>
    /// <param name="averageAttnWeights">False for the weights of each head instead of their mean.</param>
    /// <returns>The output, and the weights, after dropout, [N, T, S] or [N, H, T, S] (without N where the query has none).</returns>
    /// <exception cref="ShapeException">An input or a mask does not fit.</exception>
    /// <exception cref="DTypeException">The types differ, or a mask has another.</exception>
    public (Tensor Output, Tensor Weights) ForwardWithWeights(
        Tensor query, Tensor key, Tensor value, Tensor? keyPaddingMask = null, Tensor? attnMask = null, bool isCausal = false, KeyValueCache? cache = null, bool averageAttnWeights = true)
    {
        var call = Prepare(query, key, value, keyPaddingMask, attnMask, isCausal, cache);
        bool isGrouped = NumKvHeads != NumHeads;
        Tensor weights = call.Q.AttentionWeights(call.K, call.Mask, call.IsCausal, enableGqa: isGrouped, causalOffset: call.Offset);
        if (IsTraining && dropout > 0) weights = weights.Dropout(dropout);
        Tensor y = Output(weights.MatMul(isGrouped ? call.V.RepeatInterleave(NumHeads / NumKvHeads, 1) : call.V), query.Rank == 2);
        if (averageAttnWeights) weights = weights.Mean(1);
        return (y, query.Rank == 2 ? weights.Squeeze(0) : weights);
    }

    private AttentionCall Prepare(Tensor query, Tensor key, Tensor value, Tensor? keyPaddingMask, Tensor? attnMask, bool isCausal, KeyValueCache? cache)
    {
        AttentionMasks.CheckInputs(this, query, key, value, batchFirst);
        bool isSelf = ReferenceEquals(query, key) && ReferenceEquals(key, value);
        int past = isSelf && cache is not null ? cache.Length : 0;
        var (q, k, v) = !isSelf && cache is { Length: > 0 } ? (Heads(Project(query, 0), NumHeads), cache.Keys, cache.Values) : Projected(query, key, value, isSelf);
        if (cache is not null && (isSelf || cache.Length == 0)) (k, v) = cache.Append(k, v);
        int own = k.Shape[2];
        if (BiasK is not null)
        {
            if (cache is not null) throw new NotSupportedException("MultiheadAttention: a cache does not go with an appended key and value.");
            (k, v) = (Append(k, BiasK), Append(v, BiasV!));
        }
        if (addZeroAttn) (k, v) = (k.Pad([0, 0, 0, 1]), v.Pad([0, 0, 0, 1]));
        // What is appended is seen by all, so causality must be spelled out.
        if (isCausal && own != k.Shape[2])
        {
            attnMask = AttentionMasks.WithCausal(attnMask, q.Shape[2], own);
            isCausal = false;
        }
        Tensor? mask = AttentionMasks.Combine(this, attnMask, keyPaddingMask, q, own, k.Shape[2]);
        return new(q, k, v, mask, isCausal, past);
    }

    /// <summary>Queries, keys and values by heads, [N, H, T, d].</summary>
    private (Tensor Q, Tensor K, Tensor V) Projected(Tensor query, Tensor key, Tensor value, bool isSelf)
    {
        if (!isSelf || InProjWeight is null) return (Heads(Project(query, 0), NumHeads), Heads(Project(key, 1), NumKvHeads), Heads(Project(value, 2), NumKvHeads));
        int kvDim = NumKvHeads * HeadDim;
        Tensor[] parts = query.Linear(InProjWeight, InProjBias).Split([EmbedDim, kvDim, kvDim], -1);
        return (Heads(parts[0], NumHeads), Heads(parts[1], NumKvHeads), Heads(parts[2], NumKvHeads));
    }

    private Tensor Project(Tensor x, int part)
    {
        int kvDim = NumKvHeads * HeadDim, from = part == 0 ? 0 : EmbedDim + (part - 1) * kvDim, count = part == 0 ? EmbedDim : kvDim;
        Tensor weight = InProjWeight is not null ? InProjWeight.Narrow(0, from, count) : part switch { 0 => QProjWeight!, 1 => KProjWeight!, _ => VProjWeight! };
        return x.Linear(weight, InProjBias?.Narrow(0, from, count));
    }

    private Tensor Heads(Tensor x, int heads)
    {
        if (x.Rank == 2) return x.Reshape(1, x.Shape[0], heads, HeadDim).Transpose(1, 2);
        Tensor split = x.Reshape(x.Shape[0], x.Shape[1], heads, HeadDim);
        return batchFirst ? split.Transpose(1, 2) : split.Permute(1, 2, 0, 3);
    }

    private Tensor Append(Tensor x, Tensor row) => Tensor.Concatenate([x, row.Reshape(1, NumKvHeads, 1, HeadDim).Expand(x.Shape[0], NumKvHeads, 1, HeadDim)], 2);

    private Tensor Output(Tensor y, bool isSingle)
    {
        Tensor joined = isSingle || batchFirst ? y.Transpose(1, 2) : y.Permute(2, 0, 1, 3);
        joined = joined.Flatten(2);
        return OutProj.Forward(isSingle ? joined.Squeeze(0) : joined);
    }

    private readonly record struct AttentionCall(Tensor Q, Tensor K, Tensor V, Tensor? Mask, bool IsCausal, int Offset);
}
