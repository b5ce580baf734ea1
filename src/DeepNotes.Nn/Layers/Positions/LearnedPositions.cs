namespace DeepNotes.Nn;

/// <summary>Adds to each position a vector that is learned, as BERT and GPT-2 do; what torch.nn.Embedding of the positions gives.</summary>
/// <param name="maxPositions">The longest sequence.</param>
/// <param name="dim">The features of a position.</param>
public sealed partial class LearnedPositions(int maxPositions, int dim) : Layer
{
    /// <summary>The vectors, [maxPositions, dim]; normally distributed with deviation 1 at first, as an embedding.</summary>
    public Parameter Weight { get; set; } = Init.Normal([maxPositions, dim]);

    /// <summary>Adds positions.</summary>
    /// <param name="x">[…, T, dim].</param>
    /// <param name="offset">The position of the first.</param>
    /// <exception cref="ShapeException">The features are others, or there are more positions than vectors.</exception>
    public Tensor Forward(Tensor x, int offset = 0) => Hooked(x, sequence => Compute(sequence, offset));

    /// <inheritdoc/>
    protected override Tensor Compute(Tensor x) => Compute(x, 0);

    private Tensor Compute(Tensor x, int offset) => x + PositionTable.Rows(nameof(LearnedPositions), Weight, x, offset);
}
