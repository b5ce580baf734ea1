namespace DeepNotes.Nn;

/// <summary>
/// Self-attention, then a feed-forward network at every position, each with a shortcut around it and a normalisation behind it
/// (Vaswani et al. 2017) or before it (Xiong et al. 2020). Matches torch.nn.TransformerEncoderLayer.
/// </summary>
/// <remarks>With <c>isCausal</c> it is the layer of a language model that writes from left to right.</remarks>
/// <param name="dModel">The features of a position, E.</param>
/// <param name="nHead">The number of attention heads, which divides E.</param>
/// <param name="dimFeedforward">The width of the feed-forward network.</param>
/// <param name="dropout">The probability of a zero after each part, of a dropped attention weight, and inside the feed-forward network.</param>
/// <param name="activation">What is inside the feed-forward network.</param>
/// <param name="layerNormEps">Added to variances.</param>
/// <param name="batchFirst">True for [N, T, E] instead of [T, N, E].</param>
/// <param name="normFirst">True to normalise before each part instead of behind its shortcut.</param>
/// <param name="bias">False for linear layers and normalisations without biases.</param>
/// <param name="numKvHeads">As in <see cref="MultiheadAttention"/>.</param>
public sealed partial class TransformerEncoderLayer(
    int dModel, int nHead, int dimFeedforward = 2048, double dropout = 0.1, FeedForwardActivation activation = FeedForwardActivation.ReLU, double layerNormEps = 1e-5,
    bool batchFirst = false, bool normFirst = false, bool bias = true, int? numKvHeads = null) : Layer
{
    /// <summary>The attention.</summary>
    public MultiheadAttention SelfAttn { get; set; } = new(dModel, nHead, dropout, bias, batchFirst: batchFirst, numKvHeads: numKvHeads);

    /// <summary>The feed-forward network's first layer.</summary>
    public Linear Linear1 { get; set; } = FeedForward.First(dModel, dimFeedforward, activation, bias);

    /// <summary>The feed-forward network's second layer.</summary>
    public Linear Linear2 { get; set; } = new(dimFeedforward, dModel, bias);

    /// <summary>The normalisation of the attention.</summary>
    public LayerNorm Norm1 { get; set; } = new([dModel], layerNormEps, bias: bias);

    /// <summary>The normalisation of the feed-forward network.</summary>
    public LayerNorm Norm2 { get; set; } = new([dModel], layerNormEps, bias: bias);

    /// <summary>Maps a sequence to one of the same shape.</summary>
    /// <param name="src">[T, N, E], [N, T, E] if batch first, or [T, E].</param>
    /// <param name="srcMask">As attnMask of <see cref="MultiheadAttention.Forward"/>.</param>
    /// <param name="srcKeyPaddingMask">As keyPaddingMask of <see cref="MultiheadAttention.Forward"/>.</param>
    /// <param name="isCausal">True to let each position see those up to itself only.</param>
    /// <param name="cache">Keys and values of earlier positions.</param>
    /// <exception cref="ShapeException">The input or a mask does not fit.</exception>
    /// <exception cref="DTypeException">The types differ.</exception>
    public Tensor Forward(Tensor src, Tensor? srcMask = null, Tensor? srcKeyPaddingMask = null, bool isCausal = false, KeyValueCache? cache = null) =>
        Hooked(src, x => Compute(x, srcMask, srcKeyPaddingMask, isCausal, cache));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Compute(x, null, null, isCausal: false, null);

    private Tensor Compute(Tensor src, Tensor? srcMask, Tensor? srcKeyPaddingMask, bool isCausal, KeyValueCache? cache)
    {
        if (normFirst)
        {
            src += Attend(Norm1.Forward(src));
            return src + Feed(Norm2.Forward(src));
        }
        src = Norm1.Forward(src + Attend(src));
        return Norm2.Forward(src + Feed(src));

        Tensor Attend(Tensor x) => Drop(SelfAttn.Forward(x, x, x, srcKeyPaddingMask, srcMask, isCausal, cache));
        Tensor Feed(Tensor x) => Drop(Linear2.Forward(Drop(FeedForward.Activate(Linear1.Forward(x), activation))));
    }

    private Tensor Drop(Tensor x) => IsTraining && dropout > 0 ? x.Dropout(dropout) : x;
}
