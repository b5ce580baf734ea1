using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>A <see cref="Bert"/> that classifies sequences. Keys are those of Hugging Face's <c>BertForSequenceClassification</c>.</summary>
/// <param name="config">The sizes.</param>
/// <param name="classes">The number of classes.</param>
public sealed partial class BertClassifier(BertConfig config, int classes) : Module
{
    private readonly Dropout drop = new(config.Dropout);

    /// <summary>The encoder.</summary>
    [Key("bert")]
    public Bert Encoder { get; set; } = new(config);

    /// <summary>From a sequence's vector to the classes.</summary>
    public Linear Classifier { get; set; } = Bert.Dense(config.HiddenSize, classes);

    /// <summary>The logits of each sequence's classes.</summary>
    /// <param name="tokens">As in <see cref="Bert.Forward"/>.</param>
    /// <param name="attentionMask">As in <see cref="Bert.Forward"/>.</param>
    /// <param name="tokenTypes">As in <see cref="Bert.Forward"/>.</param>
    /// <returns>[N, classes].</returns>
    public Tensor Forward(Tensor tokens, Tensor? attentionMask = null, Tensor? tokenTypes = null) =>
        Classifier.Forward(drop.Forward(Encoder.Pooler!.Forward(Encoder.Forward(tokens, attentionMask, tokenTypes))));
}

/// <summary>
/// A <see cref="Bert"/> that fills gaps in texts, as it is trained from raw text. Keys are those of Hugging Face's <c>BertForMaskedLM</c>, whose tied output
/// matrix is the tokens' embedding.
/// </summary>
/// <remarks>Published files also hold what tells whether two sentences follow each other; load them with strict: false.</remarks>
/// <param name="config">The sizes.</param>
public sealed partial class BertMaskedLanguageModel(BertConfig config) : Module
{
    /// <summary>The encoder.</summary>
    [Key("bert")]
    public Bert Encoder { get; set; } = new(config, hasPooler: false);

    /// <summary>The layers before the output matrix.</summary>
    [Key("cls.predictions")]
    public BertPredictions Predictions { get; set; } = new(config);

    /// <summary>The logits of the token at every position.</summary>
    /// <param name="tokens">As in <see cref="Bert.Forward"/>, with gaps where tokens are to be found.</param>
    /// <param name="attentionMask">As in <see cref="Bert.Forward"/>.</param>
    /// <param name="tokenTypes">As in <see cref="Bert.Forward"/>.</param>
    /// <returns>[N, T, vocabulary].</returns>
    public Tensor Forward(Tensor tokens, Tensor? attentionMask = null, Tensor? tokenTypes = null)
    {
        Tensor x = Predictions.Forward(Encoder.Forward(tokens, attentionMask, tokenTypes));
        return x.Linear(Encoder.Embeddings.WordEmbeddings.Weight, Predictions.Bias);
    }
}

/// <summary>What a <see cref="BertMaskedLanguageModel"/> does between its encoder and its output matrix.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class BertPredictions(BertConfig config) : Layer
{
    /// <summary>What is added to the logits, one number a token.</summary>
    public Parameter Bias { get; set; } = Init.Zeros([config.VocabSize]);

    /// <summary>A layer of features.</summary>
    [Key("transform.dense")]
    public Linear Dense { get; set; } = Bert.Dense(config.HiddenSize, config.HiddenSize);

    /// <summary>Its normalisation.</summary>
    [Key("transform.LayerNorm")]
    public LayerNorm Norm { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>norm(gelu(W·x + b)), [N, T, features] for [N, T, features].</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => Norm.Forward(Dense.Forward(x).Gelu());
}
