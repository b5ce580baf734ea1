namespace DeepNotes.Models;

/// <summary>The sizes of a <see cref="Gpt"/>; those of GPT-2's smallest are 50257, 768, 12 and 12.</summary>
/// <param name="VocabSize">The number of tokens.</param>
/// <param name="HiddenSize">The features of a position.</param>
/// <param name="Layers">The number of layers.</param>
/// <param name="Heads">The number of heads, which divides the features.</param>
public sealed record GptConfig(int VocabSize, int HiddenSize, int Layers, int Heads)
{
    /// <summary>The longest sequence.</summary>
    public int MaxPositions { get; init; } = 1024;

    /// <summary>The width of the feed-forward networks; four times the features by default.</summary>
    public int IntermediateSize { get; init; } = 4 * HiddenSize;

    /// <summary>The probability of a zero in training: of the embeddings, of attention weights, and after each part of a layer.</summary>
    public double Dropout { get; init; } = 0.1;

    /// <summary>Added to variances.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>False for an output layer with weights of its own; by default it has the embedding's.</summary>
    public bool TieEmbeddings { get; init; } = true;
}
