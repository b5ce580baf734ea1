namespace DeepNotes.Nn;

/// <summary>Encoder layers one after the other, each a copy of one, so that all begin with the same numbers. Matches torch.nn.TransformerEncoder.</summary>
public sealed partial class TransformerEncoder : Layer
{
    /// <summary>A stack of copies of a layer.</summary>
    /// <param name="encoderLayer">What is copied; it does not become part of the stack itself.</param>
    /// <param name="numLayers">How many copies.</param>
    /// <param name="norm">What the last layer's output goes through; nothing by default.</param>
    public TransformerEncoder(TransformerEncoderLayer encoderLayer, int numLayers, LayerNorm? norm = null)
    {
        ArgumentNullException.ThrowIfNull(encoderLayer);
        LayerArguments.Positive(nameof(TransformerEncoder), nameof(numLayers), numLayers);
        Layers = [.. Enumerable.Range(0, numLayers).Select(_ => encoderLayer.Clone())];
        Norm = norm;
    }

    /// <summary>The layers.</summary>
    public ModuleList<TransformerEncoderLayer> Layers { get; }

    /// <summary>What the last layer's output goes through.</summary>
    public LayerNorm? Norm { get; set; }

    /// <summary>Maps a sequence to one of the same shape.</summary>
    /// <param name="src">[T, N, E], [N, T, E] if batch first, or [T, E].</param>
    /// <param name="mask">As attnMask of <see cref="MultiheadAttention.Forward"/>.</param>
    /// <param name="srcKeyPaddingMask">As keyPaddingMask of <see cref="MultiheadAttention.Forward"/>.</param>
    /// <param name="isCausal">True to let each position see those up to itself only.</param>
    /// <param name="cache">Keys and values of earlier positions, for as many layers.</param>
    /// <exception cref="ShapeException">The input or a mask does not fit.</exception>
    /// <exception cref="DTypeException">The types differ.</exception>
    public Tensor Forward(Tensor src, Tensor? mask = null, Tensor? srcKeyPaddingMask = null, bool isCausal = false, DecodingCache? cache = null) =>
        Hooked(src, x => Compute(x, mask, srcKeyPaddingMask, isCausal, cache));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Compute(x, null, null, isCausal: false, null);

    private Tensor Compute(Tensor src, Tensor? mask, Tensor? srcKeyPaddingMask, bool isCausal, DecodingCache? cache)
    {
        for (int i = 0; i < Layers.Count; i++) src = Layers[i].Forward(src, mask, srcKeyPaddingMask, isCausal, cache?.Self(i));
        return Norm?.Forward(src) ?? src;
    }
}
