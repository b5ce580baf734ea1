namespace DeepNotes.Models;

/// <summary>The sizes of a <see cref="Bert"/>; those of BERT-base are 30522, 768, 12 and 12.</summary>
/// <param name="VocabSize">The number of tokens.</param>
/// <param name="HiddenSize">The features of a position.</param>
/// <param name="Layers">The number of layers.</param>
/// <param name="Heads">The number of heads, which divides the features.</param>
public sealed record BertConfig(int VocabSize, int HiddenSize, int Layers, int Heads)
{
    /// <summary>The width of the feed-forward networks; four times the features by default.</summary>
    public int IntermediateSize { get; init; } = 4 * HiddenSize;

    /// <summary>The longest sequence.</summary>
    public int MaxPositions { get; init; } = 512;

    /// <summary>The number of token types: first and second sentence.</summary>
    public int TypeVocabSize { get; init; } = 2;

    /// <summary>The token that only fills up, whose embedding is not trained; null for none.</summary>
    public int? PadToken { get; init; } = 0;

    /// <summary>The probability of a zero in training: of the embeddings, of attention weights, and after each part of a layer.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Added to variances.</summary>
    public double NormEpsilon { get; init; } = 1e-12;
}
