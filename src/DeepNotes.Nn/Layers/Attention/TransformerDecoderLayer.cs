namespace DeepNotes.Nn;

/// <summary>
/// Self-attention, attention to an encoder's output, then a feed-forward network at every position, each with a shortcut around it and a
/// normalisation (Vaswani et al. 2017). Matches torch.nn.TransformerDecoderLayer.
/// </summary>
/// <param name="dModel">The features of a position, E.</param>
/// <param name="nHead">The number of attention heads, which divides E.</param>
/// <param name="dimFeedforward">The width of the feed-forward network.</param>
/// <param name="dropout">The probability of a zero after each part, of a dropped attention weight, and inside the feed-forward network.</param>
/// <param name="activation">What is inside the feed-forward network.</param>
/// <param name="layerNormEps">Added to variances.</param>
/// <param name="batchFirst">True for [N, T, E] instead of [T, N, E].</param>
/// <param name="normFirst">True to normalise before each part instead of behind its shortcut.</param>
/// <param name="bias">False for linear layers and normalisations without biases.</param>
public sealed partial class TransformerDecoderLayer(
    int dModel, int nHead, int dimFeedforward = 2048, double dropout = 0.1, FeedForwardActivation activation = FeedForwardActivation.ReLU, double layerNormEps = 1e-5,
    bool batchFirst = false, bool normFirst = false, bool bias = true) : Module
{
    /// <summary>The attention to the positions before.</summary>
    public MultiheadAttention SelfAttn { get; set; } = new(dModel, nHead, dropout, bias, batchFirst: batchFirst);

    /// <summary>The attention to the encoder's output.</summary>
    public MultiheadAttention MultiheadAttn { get; set; } = new(dModel, nHead, dropout, bias, batchFirst: batchFirst);

    /// <summary>The feed-forward network's first layer.</summary>
    public Linear Linear1 { get; set; } = FeedForward.First(dModel, dimFeedforward, activation, bias);

    /// <summary>The feed-forward network's second layer.</summary>
    public Linear Linear2 { get; set; } = new(dimFeedforward, dModel, bias);

    /// <summary>The normalisation of the self-attention.</summary>
    public LayerNorm Norm1 { get; set; } = new([dModel], layerNormEps, bias: bias);

    /// <summary>The normalisation of the attention to the encoder.</summary>
    public LayerNorm Norm2 { get; set; } = new([dModel], layerNormEps, bias: bias);

    /// <summary>The normalisation of the feed-forward network.</summary>
    public LayerNorm Norm3 { get; set; } = new([dModel], layerNormEps, bias: bias);

    /// <summary>Maps a sequence, given another, to one of the same shape.</summary>
    /// <param name="tgt">[T, N, E], [N, T, E] if batch first, or [T, E].</param>
    /// <param name="memory">The encoder's output, [S, N, E], [N, S, E] or [S, E].</param>
    /// <param name="tgtMask">As attnMask of <see cref="MultiheadAttention.Forward"/>, for the self-attention.</param>
    /// <param name="memoryMask">The same for the attention to the encoder.</param>
    /// <param name="tgtKeyPaddingMask">As keyPaddingMask of <see cref="MultiheadAttention.Forward"/>, for the self-attention.</param>
    /// <param name="memoryKeyPaddingMask">The same for the attention to the encoder.</param>
    /// <param name="tgtIsCausal">True to let each position see those up to itself only.</param>
    /// <param name="cache">Keys and values of earlier positions.</param>
    /// <param name="memoryCache">Keys and values of the encoder's output, computed by the first call.</param>
    /// <exception cref="ShapeException">An input or a mask does not fit.</exception>
    /// <exception cref="DTypeException">The types differ.</exception>
    public Tensor Forward(
        Tensor tgt, Tensor memory, Tensor? tgtMask = null, Tensor? memoryMask = null, Tensor? tgtKeyPaddingMask = null, Tensor? memoryKeyPaddingMask = null, bool tgtIsCausal = false,
        KeyValueCache? cache = null, KeyValueCache? memoryCache = null)
    {
        if (normFirst)
        {
            tgt += Attend(Norm1.Forward(tgt));
            tgt += Look(Norm2.Forward(tgt));
            return tgt + Feed(Norm3.Forward(tgt));
        }
        tgt = Norm1.Forward(tgt + Attend(tgt));
        tgt = Norm2.Forward(tgt + Look(tgt));
        return Norm3.Forward(tgt + Feed(tgt));

        Tensor Attend(Tensor x) => Drop(SelfAttn.Forward(x, x, x, tgtKeyPaddingMask, tgtMask, tgtIsCausal, cache));
        Tensor Look(Tensor x) => Drop(MultiheadAttn.Forward(x, memory, memory, memoryKeyPaddingMask, memoryMask, cache: memoryCache));
        Tensor Feed(Tensor x) => Drop(Linear2.Forward(Drop(FeedForward.Activate(Linear1.Forward(x), activation))));
    }

    private Tensor Drop(Tensor x) => IsTraining && dropout > 0 ? x.Dropout(dropout) : x;
}
