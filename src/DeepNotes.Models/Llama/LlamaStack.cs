using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>A <see cref="Llama"/> without its output layer: from tokens to normalised features.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class LlamaStack(LlamaConfig config) : Module
{
    /// <summary>The features of each token.</summary>
    public Embedding EmbedTokens { get; set; } = new(config.VocabSize, config.HiddenSize);

    /// <summary>The layers.</summary>
    public ModuleList<LlamaLayer> Layers { get; } = [.. Enumerable.Range(0, config.Layers).Select(_ => new LlamaLayer(config))];

    /// <summary>What the last layer's output goes through.</summary>
    public RMSNorm Norm { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>The angles of the positions, for all layers.</summary>
    public RotaryEmbedding RotaryEmb { get; set; } = new(config.HeadSize, config.MaxPositions, config.RopeTheta, config.InterleavedRope);

    /// <summary>Maps tokens to features.</summary>
    /// <param name="tokens">[N, T], Int64.</param>
    /// <param name="cache">As in <see cref="Llama.Forward"/>.</param>
    /// <returns>[N, T, features].</returns>
    public Tensor Forward(Tensor tokens, DecodingCache? cache = null)
    {
        Tensor x = EmbedTokens.Forward(tokens);
        for (int i = 0; i < Layers.Count; i++) x = Layers[i].Forward(x, RotaryEmb, cache?.Self(i));
        return Norm.Forward(x);
    }
}

/// <summary>One layer of a <see cref="Llama"/>: attention and a feed-forward network, each normalised before and with a shortcut around it.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class LlamaLayer(LlamaConfig config) : Module
{
    /// <summary>The attention.</summary>
    public LlamaAttention SelfAttn { get; set; } = new(config);

    /// <summary>The feed-forward network.</summary>
    public LlamaFeedForward Mlp { get; set; } = new(config.HiddenSize, config.IntermediateSize);

    /// <summary>The normalisation before the attention.</summary>
    public RMSNorm InputLayernorm { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>The normalisation before the feed-forward network.</summary>
    public RMSNorm PostAttentionLayernorm { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>Maps [N, T, features] to the same.</summary>
    /// <param name="x">The input.</param>
    /// <param name="positions">Turns queries and keys.</param>
    /// <param name="cache">Keys and values of earlier positions.</param>
    public Tensor Forward(Tensor x, RotaryEmbedding positions, KeyValueCache? cache = null)
    {
        x += SelfAttn.Forward(InputLayernorm.Forward(x), positions, cache);
        return x + Mlp.Forward(PostAttentionLayernorm.Forward(x));
    }
}

/// <summary>Causal self-attention with rotary positions, several heads of queries to one of keys and values.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class LlamaAttention(LlamaConfig config) : Module
{
    private readonly int heads = config.Heads, kvHeads = config.KvHeads, size = config.HeadSize;

    /// <summary>To queries.</summary>
    public Linear QProj { get; set; } = new(config.HiddenSize, config.HiddenSize, bias: false);

    /// <summary>To keys.</summary>
    public Linear KProj { get; set; } = new(config.HiddenSize, config.KvHeads * config.HeadSize, bias: false);

    /// <summary>To values.</summary>
    public Linear VProj { get; set; } = new(config.HiddenSize, config.KvHeads * config.HeadSize, bias: false);

    /// <summary>From all heads together.</summary>
    public Linear OProj { get; set; } = new(config.HiddenSize, config.HiddenSize, bias: false);

    /// <summary>Maps [N, T, features] to the same.</summary>
    /// <param name="x">The input.</param>
    /// <param name="positions">Turns queries and keys.</param>
    /// <param name="cache">Keys and values of earlier positions; keys are kept as turned.</param>
    public Tensor Forward(Tensor x, RotaryEmbedding positions, KeyValueCache? cache = null)
    {
        int past = cache?.Length ?? 0;
        Tensor q = positions.Forward(Heads(QProj.Forward(x), heads), past), k = positions.Forward(Heads(KProj.Forward(x), kvHeads), past), v = Heads(VProj.Forward(x), kvHeads);
        if (cache is not null) (k, v) = cache.Append(k, v);
        Tensor y = q.ScaledDotProductAttention(k, v, isCausal: true, enableGqa: heads != kvHeads, causalOffset: past);
        return OProj.Forward(y.Transpose(1, 2).Flatten(2));
    }

    private Tensor Heads(Tensor x, int count) => x.Reshape(x.Shape[0], x.Shape[1], count, size).Transpose(1, 2);
}

/// <summary>W₂(silu(W₁·x)·(W₃·x)): a gated unit (Shazeer 2020, "GLU Variants Improve Transformer").</summary>
/// <param name="hiddenSize">The features of input and output.</param>
/// <param name="intermediateSize">The width between.</param>
public sealed partial class LlamaFeedForward(int hiddenSize, int intermediateSize) : Layer
{
    /// <summary>W₁, to the gate.</summary>
    public Linear GateProj { get; set; } = new(hiddenSize, intermediateSize, bias: false);

    /// <summary>W₃, to what the gate lets through.</summary>
    public Linear UpProj { get; set; } = new(hiddenSize, intermediateSize, bias: false);

    /// <summary>W₂, back.</summary>
    public Linear DownProj { get; set; } = new(intermediateSize, hiddenSize, bias: false);

    /// <summary>Maps […, features] to the same.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => DownProj.Forward(GateProj.Forward(x).Silu() * UpProj.Forward(x));
}
