namespace DeepNotes.Nn;

/// <summary>Decoder layers one after the other, each a copy of one, so that all begin with the same numbers. Matches torch.nn.TransformerDecoder.</summary>
public sealed partial class TransformerDecoder : Module
{
    /// <summary>A stack of copies of a layer.</summary>
    /// <param name="decoderLayer">What is copied; it does not become part of the stack itself.</param>
    /// <param name="numLayers">How many copies.</param>
    /// <param name="norm">What the last layer's output goes through; nothing by default.</param>
    public TransformerDecoder(TransformerDecoderLayer decoderLayer, int numLayers, LayerNorm? norm = null)
    {
        ArgumentNullException.ThrowIfNull(decoderLayer);
        LayerArguments.Positive(nameof(TransformerDecoder), nameof(numLayers), numLayers);
        Layers = [.. Enumerable.Range(0, numLayers).Select(_ => decoderLayer.Clone())];
        Norm = norm;
    }

    /// <summary>The layers.</summary>
    public ModuleList<TransformerDecoderLayer> Layers { get; }

    /// <summary>What the last layer's output goes through.</summary>
    public LayerNorm? Norm { get; set; }

    /// <summary>Maps a sequence, given another, to one of the same shape.</summary>
    /// <param name="tgt">[T, N, E], [N, T, E] if batch first, or [T, E].</param>
    /// <param name="memory">The encoder's output, [S, N, E], [N, S, E] or [S, E].</param>
    /// <param name="tgtMask">As in <see cref="TransformerDecoderLayer.Forward"/>.</param>
    /// <param name="memoryMask">As in <see cref="TransformerDecoderLayer.Forward"/>.</param>
    /// <param name="tgtKeyPaddingMask">As in <see cref="TransformerDecoderLayer.Forward"/>.</param>
    /// <param name="memoryKeyPaddingMask">As in <see cref="TransformerDecoderLayer.Forward"/>.</param>
    /// <param name="tgtIsCausal">True to let each position see those up to itself only.</param>
    /// <param name="cache">Keys and values of earlier positions and of the encoder's output, for as many layers.</param>
    /// <exception cref="ShapeException">An input or a mask does not fit.</exception>
    /// <exception cref="DTypeException">The types differ.</exception>
    public Tensor Forward(
        Tensor tgt, Tensor memory, Tensor? tgtMask = null, Tensor? memoryMask = null, Tensor? tgtKeyPaddingMask = null, Tensor? memoryKeyPaddingMask = null, bool tgtIsCausal = false, DecodingCache? cache = null)
    {
        for (int i = 0; i < Layers.Count; i++) tgt = Layers[i].Forward(tgt, memory, tgtMask, memoryMask, tgtKeyPaddingMask, memoryKeyPaddingMask, tgtIsCausal, cache?.Self(i), cache?.Memory(i));
        return Norm?.Forward(tgt) ?? tgt;
    }
}
