using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>
/// A text encoder that looks both ways: embeddings and post-norm layers of attention and feed-forward networks (Devlin et al. 2018, "BERT: Pre-training of
/// Deep Bidirectional Transformers"). Keys and initial weights are those of Hugging Face's <c>BertModel</c>.
/// </summary>
/// <remarks>With the prefix <c>bert.</c> they are the keys of whole models: see <see cref="BertClassifier"/> and <see cref="BertMaskedLanguageModel"/>.</remarks>
public sealed partial class Bert : Module
{
    /// <summary>An encoder with random weights.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="hasPooler">False for an encoder without <see cref="Pooler"/>.</param>
    /// <exception cref="ArgumentException">The number of heads does not divide the features.</exception>
    public Bert(BertConfig config, bool hasPooler = true)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.Heads < 1 || config.HiddenSize % config.Heads != 0) throw new ArgumentException($"Bert: {config.Heads} heads do not divide {config.HiddenSize} features.", nameof(config));
        Config = config;
        Embeddings = new(config);
        Encoder = new(config);
        Pooler = hasPooler ? new(config.HiddenSize) : null;
    }

    /// <summary>The sizes.</summary>
    public BertConfig Config { get; }

    /// <summary>From tokens to features.</summary>
    public BertEmbeddings Embeddings { get; set; }

    /// <summary>The layers.</summary>
    public BertEncoder Encoder { get; set; }

    /// <summary>What makes one vector of a sequence; null where none is wanted.</summary>
    public BertPooler? Pooler { get; set; }

    /// <summary>The features of every token in its context.</summary>
    /// <param name="tokens">[N, T], Int64.</param>
    /// <param name="attentionMask">[N, T], true or other than 0 where there is a token, false or 0 where the sequence is filled up; all tokens by default.</param>
    /// <param name="tokenTypes">[N, T], Int64, which sentence a token belongs to; the first by default.</param>
    /// <returns>[N, T, features].</returns>
    /// <exception cref="ShapeException">The tokens are not [N, T], mask or types are not of their shape, or there are more than the model has positions for.</exception>
    public Tensor Forward(Tensor tokens, Tensor? attentionMask = null, Tensor? tokenTypes = null)
    {
        if (tokens.Rank != 2) throw new ShapeException($"Bert: tokens must be [N, T]; they are {tokens.Shape}.");
        if (attentionMask is not null && attentionMask.Shape != tokens.Shape) throw new ShapeException($"Bert: the attention mask must be {tokens.Shape} as the tokens; it is {attentionMask.Shape}.");
        if (tokenTypes is not null && tokenTypes.Shape != tokens.Shape) throw new ShapeException($"Bert: the token types must be {tokens.Shape} as the tokens; they are {tokenTypes.Shape}.");
        Tensor? mask = attentionMask?.To(DType.Bool).Reshape(tokens.Shape[0], 1, 1, tokens.Shape[1]);
        return Encoder.Forward(Embeddings.Forward(tokens, tokenTypes), mask);
    }

    internal static Linear Dense(int inFeatures, int outFeatures) =>
        new(inFeatures, outFeatures) { Weight = Init.Normal([outFeatures, inFeatures], std: 0.02), Bias = Init.Zeros([outFeatures]) };
}

/// <summary>The sum of a token's, its type's and its position's vectors, normalised.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class BertEmbeddings(BertConfig config) : Module
{
    private readonly Dropout drop = new(config.Dropout);

    /// <summary>The tokens' vectors.</summary>
    public Embedding WordEmbeddings { get; set; } = Words(config);

    /// <summary>The positions' vectors.</summary>
    public LearnedPositions PositionEmbeddings { get; set; } = new(config.MaxPositions, config.HiddenSize) { Weight = Init.Normal([config.MaxPositions, config.HiddenSize], std: 0.02) };

    /// <summary>The types' vectors.</summary>
    public Embedding TokenTypeEmbeddings { get; set; } = Embedding.FromPretrained(Init.Normal([config.TypeVocabSize, config.HiddenSize], std: 0.02), freeze: false);

    /// <summary>The normalisation of the sum.</summary>
    [Key("LayerNorm")]
    public LayerNorm Norm { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>Maps tokens [N, T] to [N, T, features].</summary>
    /// <param name="tokens">The tokens, Int64.</param>
    /// <param name="tokenTypes">Their types, Int64; the first by default.</param>
    public Tensor Forward(Tensor tokens, Tensor? tokenTypes = null)
    {
        Tensor x = WordEmbeddings.Forward(tokens);
        // The first type's vector serves all tokens alike.
        x += tokenTypes is null ? TokenTypeEmbeddings.Weight.Select(0, 0) : TokenTypeEmbeddings.Forward(tokenTypes);
        return drop.Forward(Norm.Forward(PositionEmbeddings.Forward(x)));
    }

    private static Embedding Words(BertConfig config)
    {
        Tensor table = Tensor.Normal([config.VocabSize, config.HiddenSize], 0, 0.02);
        if (config.PadToken is { } pad) table.Select(0, pad).FillInPlace(0);
        return Embedding.FromPretrained(table, freeze: false, config.PadToken);
    }
}

/// <summary>tanh(W·x + b) of the first token's features, which stand for the sequence.</summary>
/// <param name="hiddenSize">The features.</param>
public sealed partial class BertPooler(int hiddenSize) : Layer
{
    /// <summary>W and b.</summary>
    public Linear Dense { get; set; } = Bert.Dense(hiddenSize, hiddenSize);

    /// <summary>Maps [N, T, features] to [N, features].</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => Dense.Forward(x.Select(1, 0)).Tanh();
}
