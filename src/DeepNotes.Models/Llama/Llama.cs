using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>
/// A language model that writes from left to right: pre-norm layers of rotary, grouped-query attention and gated feed-forward networks
/// (Touvron et al. 2023, "LLaMA"). Parameter keys are those of Hugging Face's <c>LlamaForCausalLM</c>.
/// </summary>
public sealed partial class Llama : Module
{
    /// <summary>A model with random weights.</summary>
    /// <param name="config">Its sizes.</param>
    /// <exception cref="ArgumentException">The numbers of heads do not divide.</exception>
    public Llama(LlamaConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Heads < 1 || config.HiddenSize % config.Heads != 0) throw new ArgumentException($"Llama: {config.Heads} heads do not divide {config.HiddenSize} features.", nameof(config));
        if (config.KvHeads < 1 || config.Heads % config.KvHeads != 0) throw new ArgumentException($"Llama: {config.KvHeads} heads of keys do not divide {config.Heads} heads of queries.", nameof(config));
        Config = config;
        Model = new(config);
        LmHead = config.TieEmbeddings ? null : new(config.HiddenSize, config.VocabSize, bias: false);
    }

    /// <summary>The sizes.</summary>
    public LlamaConfig Config { get; }

    /// <summary>Everything but the output layer.</summary>
    public LlamaStack Model { get; set; }

    /// <summary>From features to logits; null where the embedding's weights serve.</summary>
    public Linear? LmHead { get; set; }

    /// <summary>The logits of each position's next token.</summary>
    /// <param name="tokens">[N, T], Int64.</param>
    /// <param name="cache">What earlier calls have seen of the same sequences, see <see cref="NewCache"/>; none by default.</param>
    /// <returns>[N, T, vocabulary].</returns>
    /// <exception cref="ShapeException">The tokens are not [N, T], or there are more than the model has positions for.</exception>
    public Tensor Forward(Tensor tokens, DecodingCache? cache = null)
    {
        if (tokens.Rank != 2) throw new ShapeException($"Llama: tokens must be [N, T]; they are {tokens.Shape}.");
        Tensor x = Model.Forward(tokens, cache);
        return LmHead?.Forward(x) ?? x.Linear(Model.EmbedTokens.Weight);
    }

    /// <summary>An empty cache for sequences that are written token by token.</summary>
    public DecodingCache NewCache() => new(Config.Layers);

    /// <summary>The most likely continuation, token by token.</summary>
    /// <param name="prompt">What it begins with; at least one token.</param>
    /// <param name="count">How many tokens to write.</param>
    /// <returns>The tokens after the prompt, each as soon as it is known.</returns>
    /// <exception cref="ArgumentException">The prompt is empty.</exception>
    public IEnumerable<int> Greedy(IReadOnlyList<int> prompt, int count)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Count == 0) throw new ArgumentException("Llama: a prompt has at least one token.", nameof(prompt));
        return Models.Greedy.Write(Forward, NewCache(), prompt, count);
    }
}
