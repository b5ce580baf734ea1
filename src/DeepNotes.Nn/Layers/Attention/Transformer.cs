namespace DeepNotes.Nn;

/// <summary>
/// An encoder that reads one sequence, and a decoder that writes another (Vaswani et al. 2017, "Attention Is All You Need"): from features to features, without
/// embeddings, positions and output layer. Matches torch.nn.Transformer.
/// </summary>
public sealed partial class Transformer : Module
{
    /// <summary>A new transformer. All matrices begin Xavier-uniform.</summary>
    /// <param name="dModel">The features of a position, E.</param>
    /// <param name="nHead">The number of attention heads, which divides E.</param>
    /// <param name="numEncoderLayers">Layers of the encoder.</param>
    /// <param name="numDecoderLayers">Layers of the decoder.</param>
    /// <param name="dimFeedforward">The width of the feed-forward networks.</param>
    /// <param name="dropout">As in <see cref="TransformerEncoderLayer"/>.</param>
    /// <param name="activation">What is inside the feed-forward networks.</param>
    /// <param name="layerNormEps">Added to variances.</param>
    /// <param name="batchFirst">True for [N, T, E] instead of [T, N, E].</param>
    /// <param name="normFirst">True to normalise before each part instead of behind its shortcut.</param>
    public Transformer(
        int dModel = 512, int nHead = 8, int numEncoderLayers = 6, int numDecoderLayers = 6, int dimFeedforward = 2048, double dropout = 0.1,
        FeedForwardActivation activation = FeedForwardActivation.ReLU, double layerNormEps = 1e-5, bool batchFirst = false, bool normFirst = false)
    {
        Encoder = new(new(dModel, nHead, dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst), numEncoderLayers, new([dModel], layerNormEps));
        Decoder = new(new(dModel, nHead, dimFeedforward, dropout, activation, layerNormEps, batchFirst, normFirst), numDecoderLayers, new([dModel], layerNormEps));
        foreach (Parameter parameter in Parameters())
        {
            if (parameter.Rank > 1) parameter.Detach().CopyFrom(Init.XavierUniform(parameter.Shape).Detach());
        }
    }

    /// <summary>Reads.</summary>
    public TransformerEncoder Encoder { get; set; }

    /// <summary>Writes.</summary>
    public TransformerDecoder Decoder { get; set; }

    /// <summary>Maps a source and a target sequence to one in the target's shape.</summary>
    /// <param name="src">[S, N, E], [N, S, E] if batch first, or [S, E].</param>
    /// <param name="tgt">[T, N, E], [N, T, E] if batch first, or [T, E].</param>
    /// <param name="srcMask">As attnMask of <see cref="MultiheadAttention.Forward"/>, for the encoder.</param>
    /// <param name="tgtMask">The same for the decoder's self-attention.</param>
    /// <param name="memoryMask">The same for the decoder's attention to the encoder.</param>
    /// <param name="srcKeyPaddingMask">As keyPaddingMask of <see cref="MultiheadAttention.Forward"/>, for the encoder.</param>
    /// <param name="tgtKeyPaddingMask">The same for the decoder's self-attention.</param>
    /// <param name="memoryKeyPaddingMask">The same for the decoder's attention to the encoder.</param>
    /// <param name="tgtIsCausal">True to let each target position see those up to itself only, without a mask.</param>
    /// <exception cref="ShapeException">An input or a mask does not fit.</exception>
    /// <exception cref="DTypeException">The types differ.</exception>
    public Tensor Forward(
        Tensor src, Tensor tgt, Tensor? srcMask = null, Tensor? tgtMask = null, Tensor? memoryMask = null, Tensor? srcKeyPaddingMask = null, Tensor? tgtKeyPaddingMask = null,
        Tensor? memoryKeyPaddingMask = null, bool tgtIsCausal = false) =>
        Decoder.Forward(tgt, Encoder.Forward(src, srcMask, srcKeyPaddingMask), tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, tgtIsCausal);

    /// <summary>A mask that hides what comes later, [size, size]: 0 where a position may look, −∞ elsewhere. Matches torch.nn.Transformer.generate_square_subsequent_mask.</summary>
    /// <param name="size">The length of the sequence.</param>
    /// <param name="dtype">Of the inputs that it is for.</param>
    public static Tensor GenerateSquareSubsequentMask(int size, DType dtype = DType.Float32) => Tensor.Full([size, size], double.NegativeInfinity, dtype).Triu(1);
}
