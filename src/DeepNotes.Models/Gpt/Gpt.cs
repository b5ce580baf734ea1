using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>
/// A language model that writes from left to right: pre-norm layers of causal attention and feed-forward networks, with learned positions (Radford et al. 2019,
/// "Language Models are Unsupervised Multitask Learners"). Keys, layouts and initial weights are those of Hugging Face's <c>GPT2LMHeadModel</c>.
/// </summary>
/// <remarks>
/// Matrices are stored as there, [in, out], see <see cref="Conv1D"/>. Files of the model without its output layer have the keys of
/// <see cref="Transformer"/>: load those into it; <c>attn.bias</c> there is a mask and no part of the model, so load with strict: false.
/// </remarks>
public sealed partial class Gpt : Module
{
    /// <summary>A model with random weights.</summary>
    /// <param name="config">Its sizes.</param>
    /// <exception cref="ArgumentException">The number of heads does not divide the features.</exception>
    public Gpt(GptConfig config)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Heads < 1 || config.HiddenSize % config.Heads != 0) throw new ArgumentException($"Gpt: {config.Heads} heads do not divide {config.HiddenSize} features.", nameof(config));
        Config = config;
        Transformer = new(config);
        LmHead = config.TieEmbeddings ? null : new(config.HiddenSize, config.VocabSize, bias: false) { Weight = Init.Normal([config.VocabSize, config.HiddenSize], std: 0.02) };
    }

    /// <summary>The sizes.</summary>
    public GptConfig Config { get; }

    /// <summary>Everything but the output layer.</summary>
    public GptStack Transformer { get; set; }

    /// <summary>From features to logits; null where the embedding's weights serve.</summary>
    public Linear? LmHead { get; set; }

    /// <summary>The logits of each position's next token.</summary>
    /// <param name="tokens">[N, T], Int64.</param>
    /// <param name="cache">What earlier calls have seen of the same sequences, see <see cref="NewCache"/>; none by default.</param>
    /// <returns>[N, T, vocabulary].</returns>
    /// <exception cref="ShapeException">The tokens are not [N, T], or there are more than the model has positions for.</exception>
    public Tensor Forward(Tensor tokens, DecodingCache? cache = null)
    {
        if (tokens.Rank != 2) throw new ShapeException($"Gpt: tokens must be [N, T]; they are {tokens.Shape}.");
        Tensor x = Transformer.Forward(tokens, cache);
        return LmHead?.Forward(x) ?? x.Linear(Transformer.Wte.Weight);
    }

    /// <summary>An empty cache for sequences that are written token by token.</summary>
    public DecodingCache NewCache() => new(Config.Layers);

    /// <summary>The most likely continuation, token by token; for a model in evaluation or a snapshot.</summary>
    /// <param name="prompt">What it begins with; at least one token.</param>
    /// <param name="count">How many tokens to write; with the prompt no more than the model has positions for.</param>
    /// <returns>The tokens after the prompt, each as soon as it is known.</returns>
    /// <exception cref="ArgumentException">The prompt is empty.</exception>
    public IEnumerable<int> Greedy(IReadOnlyList<int> prompt, int count)
    {
        ArgumentNullException.ThrowIfNull(prompt);
        if (prompt.Count == 0) throw new ArgumentException("Gpt: a prompt has at least one token.", nameof(prompt));
        return Models.Greedy.Write(Forward, NewCache(), prompt, count);
    }

    /// <summary>The deviation of weights that end a branch, smaller the more branches are summed up.</summary>
    internal static double ResidualStd(GptConfig config) => 0.02 / Math.Sqrt(2 * config.Layers);
}
