namespace DeepNotes.Models;

/// <summary>The sizes of a <see cref="Llama"/>.</summary>
/// <param name="VocabSize">The number of tokens.</param>
/// <param name="HiddenSize">The features of a position.</param>
/// <param name="IntermediateSize">The width of the feed-forward networks.</param>
/// <param name="Layers">The number of layers.</param>
/// <param name="Heads">The number of heads of queries, which divides the features.</param>
public sealed record LlamaConfig(int VocabSize, int HiddenSize, int IntermediateSize, int Layers, int Heads)
{
    /// <summary>The number of heads of keys and values, which divides that of queries; as many as those by default.</summary>
    public int KvHeads { get; init; } = Heads;

    /// <summary>The longest sequence.</summary>
    public int MaxPositions { get; init; } = 2048;

    /// <summary>Added to mean squares.</summary>
    public double NormEpsilon { get; init; } = 1e-5;

    /// <summary>The base of the rotary positions.</summary>
    public double RopeTheta { get; init; } = 10000;

    /// <summary>
    /// How the weights of queries and keys pair features: true for neighbours, as in Meta's and llama2.c's files, false for pairs half a head apart, as in
    /// Hugging Face's.
    /// </summary>
    public bool InterleavedRope { get; init; }

    /// <summary>True if the output layer has the embedding's weights.</summary>
    public bool TieEmbeddings { get; init; }

    /// <summary>The features of one head.</summary>
    public int HeadSize => HiddenSize / Heads;
}
