namespace DeepNotes.Nn;

/// <summary>
/// Rotary positions (Su et al. 2021, "RoFormer"): turns pairs of a query's or key's features by angles that grow with the position, so that their product
/// depends on the distance of the two. Nothing is learned, and nothing is saved.
/// </summary>
public sealed partial class RotaryEmbedding : Module
{
    [Buffer(Persistent = false)]
    private Tensor cos;

    [Buffer(Persistent = false)]
    private Tensor sin;

    private readonly bool interleaved;

    /// <summary>A table of angles: position·theta^(−2i/dim) for pair i.</summary>
    /// <param name="dim">How many features of a head are turned, an even number: all of them, as a rule; the others stay as they are.</param>
    /// <param name="maxPositions">The longest sequence.</param>
    /// <param name="theta">How slowly the slowest pair turns.</param>
    /// <param name="interleaved">
    /// True for pairs of neighbours, as in the paper and in Meta's Llama files; false for pairs half a head apart, as in GPT-NeoX and Hugging Face's models.
    /// Weights of one kind give nonsense with the other.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The features are no even number above 0, or there are no positions.</exception>
    public RotaryEmbedding(int dim, int maxPositions = 2048, double theta = 10000, bool interleaved = false)
    {
        if (dim < 2 || dim % 2 != 0) throw new ArgumentOutOfRangeException(nameof(dim), dim, "RotaryEmbedding: features are turned in pairs; give an even number of them.");
        LayerArguments.Positive(nameof(RotaryEmbedding), nameof(maxPositions), maxPositions);
        this.interleaved = interleaved;
        Tensor angles = Tensor.Arange(maxPositions, DType.Float64).Unsqueeze(1) * Tensor.From<double>([.. Enumerable.Range(0, dim / 2).Select(i => Math.Pow(theta, -2.0 * i / dim))], [dim / 2]);
        (cos, sin) = (angles.Cos().To(DType.Float32), angles.Sin().To(DType.Float32));
    }

    /// <summary>Turns queries or keys.</summary>
    /// <param name="x">[…, T, E], heads split off: [N, H, T, E], as a rule.</param>
    /// <param name="offset">The position of the first: how many a cache holds already.</param>
    /// <exception cref="ShapeException">There are fewer than two dimensions, too few features, or more positions than the table has.</exception>
    public Tensor Forward(Tensor x, int offset = 0)
    {
        LayerArguments.NotNegative(nameof(RotaryEmbedding), nameof(offset), offset);
        if (x.Rank < 2 || x.Shape[^1] < 2 * cos.Shape[1]) throw new ShapeException($"RotaryEmbedding: the input must be […, T, E] with E of {2 * cos.Shape[1]} or more; it is {x.Shape}.");
        if (offset + (long)x.Shape[^2] > cos.Shape[0]) throw new ShapeException($"RotaryEmbedding: there are angles for {cos.Shape[0]} positions; {offset} and the {x.Shape[^2]} of {x.Shape} are more.");
        return x.Rotary(cos.Narrow(0, offset, x.Shape[^2]).To(x.DType), sin.Narrow(0, offset, x.Shape[^2]).To(x.DType), interleaved);
    }
}
