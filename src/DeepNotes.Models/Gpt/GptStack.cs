using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>A <see cref="Gpt"/> without its output layer: from tokens to normalised features. Hugging Face's <c>GPT2Model</c>.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class GptStack(GptConfig config) : Module
{
    private readonly Dropout drop = new(config.Dropout);

    /// <summary>The features of each token.</summary>
    public Embedding Wte { get; set; } = Embedding.FromPretrained(Init.Normal([config.VocabSize, config.HiddenSize], std: 0.02), freeze: false);

    /// <summary>What is added for each position.</summary>
    public LearnedPositions Wpe { get; set; } = new(config.MaxPositions, config.HiddenSize) { Weight = Init.Normal([config.MaxPositions, config.HiddenSize], std: 0.02) };

    /// <summary>The layers.</summary>
    public ModuleList<GptLayer> H { get; } = [.. Enumerable.Range(0, config.Layers).Select(_ => new GptLayer(config))];

    /// <summary>What the last layer's output goes through.</summary>
    public LayerNorm LnF { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>Maps tokens to features.</summary>
    /// <param name="tokens">[N, T], Int64.</param>
    /// <param name="cache">As in <see cref="Gpt.Forward"/>.</param>
    /// <returns>[N, T, features].</returns>
    /// <exception cref="ShapeException">There are more tokens than positions.</exception>
    public Tensor Forward(Tensor tokens, DecodingCache? cache = null)
    {
        Tensor x = drop.Forward(Wpe.Forward(Wte.Forward(tokens), cache?.Length ?? 0));
        for (int i = 0; i < H.Count; i++) x = H[i].Forward(x, cache?.Self(i));
        return LnF.Forward(x);
    }
}

/// <summary>One layer of a <see cref="Gpt"/>: attention and a feed-forward network, each normalised before and with a shortcut around it.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class GptLayer(GptConfig config) : Module
{
    /// <summary>The normalisation before the attention.</summary>
    [Key("ln_1")]
    public LayerNorm Ln1 { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>The attention.</summary>
    public GptAttention Attn { get; set; } = new(config);

    /// <summary>The normalisation before the feed-forward network.</summary>
    [Key("ln_2")]
    public LayerNorm Ln2 { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>The feed-forward network.</summary>
    public GptFeedForward Mlp { get; set; } = new(config);

    /// <summary>Maps [N, T, features] to the same.</summary>
    /// <param name="x">The input.</param>
    /// <param name="cache">Keys and values of earlier positions.</param>
    public Tensor Forward(Tensor x, KeyValueCache? cache = null)
    {
        x += Attn.Forward(Ln1.Forward(x), cache);
        return x + Mlp.Forward(Ln2.Forward(x));
    }
}

/// <summary>Causal self-attention; one matrix projects to queries, keys and values.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class GptAttention(GptConfig config) : Module
{
    private readonly int heads = config.Heads, size = config.HiddenSize / config.Heads;
    private readonly double dropout = config.Dropout;
    private readonly Dropout drop = new(config.Dropout);

    /// <summary>To queries, keys and values, side by side.</summary>
    public Conv1D CAttn { get; set; } = new(config.HiddenSize, 3 * config.HiddenSize);

    /// <summary>From all heads together.</summary>
    public Conv1D CProj { get; set; } = new(config.HiddenSize, config.HiddenSize, Gpt.ResidualStd(config));

    /// <summary>Maps [N, T, features] to the same.</summary>
    /// <param name="x">The input.</param>
    /// <param name="cache">Keys and values of earlier positions.</param>
    public Tensor Forward(Tensor x, KeyValueCache? cache = null)
    {
        int past = cache?.Length ?? 0;
        Tensor[] parts = CAttn.Forward(x).Chunk(3, -1);
        Tensor q = Heads(parts[0]), k = Heads(parts[1]), v = Heads(parts[2]);
        if (cache is not null) (k, v) = cache.Append(k, v);
        Tensor y = q.ScaledDotProductAttention(k, v, dropoutP: IsTraining ? dropout : 0, isCausal: true, causalOffset: past);
        return drop.Forward(CProj.Forward(y.Transpose(1, 2).Flatten(2)));
    }

    private Tensor Heads(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], heads, size).Transpose(1, 2);
}

/// <summary>W₂·gelu(W₁·x), with tanh's approximation of gelu.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class GptFeedForward(GptConfig config) : Layer
{
    private readonly Dropout drop = new(config.Dropout);

    /// <summary>W₁.</summary>
    public Conv1D CFc { get; set; } = new(config.HiddenSize, config.IntermediateSize);

    /// <summary>W₂, back.</summary>
    public Conv1D CProj { get; set; } = new(config.IntermediateSize, config.HiddenSize, Gpt.ResidualStd(config));

    /// <summary>Maps […, features] to the same.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => drop.Forward(CProj.Forward(CFc.Forward(x).Gelu(tanh: true)));
}
