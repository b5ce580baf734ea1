namespace DeepNotes.Nn;

/// <summary>Sums, means or maxima of the vectors of a table, bag by bag. Matches torch.nn.EmbeddingBag.</summary>
/// <remarks>PyTorch's scale_grad_by_freq is not there.</remarks>
public sealed partial class EmbeddingBag : Layer
{
    private readonly double? maxNorm;
    private readonly double normType;
    private readonly EmbeddingBagMode mode;
    private readonly bool sparse;
    private readonly bool includeLastOffset;
    private readonly int? paddingIndex;

    /// <summary>A table of random vectors.</summary>
    /// <param name="numEmbeddings">How many vectors.</param>
    /// <param name="embeddingDim">Their length.</param>
    /// <param name="maxNorm">Vectors that are looked up and longer than this are shortened to it first, in the table itself; no limit by default.</param>
    /// <param name="normType">Which norm measures the length.</param>
    /// <param name="mode">How the vectors of a bag are put together; an empty bag gives zeros.</param>
    /// <param name="sparse">Collects the gradients of the vectors looked up alone: <see cref="Tensor.SparseGrad"/>.</param>
    /// <param name="includeLastOffset">Whether the last of the offsets is the end of the last bag.</param>
    /// <param name="paddingIndex">A vector that is zero at first and does not count in its bag; negative ones count from the end; none by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public EmbeddingBag(int numEmbeddings, int embeddingDim, double? maxNorm = null, double normType = 2, EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false, bool includeLastOffset = false, int? paddingIndex = null)
        : this(Table.Random(numEmbeddings, embeddingDim, paddingIndex, nameof(EmbeddingBag)), maxNorm, normType, mode, sparse, includeLastOffset, paddingIndex) { }

    private EmbeddingBag(Parameter weight, double? maxNorm, double normType, EmbeddingBagMode mode, bool sparse, bool includeLastOffset, int? paddingIndex)
    {
        Weight = weight;
        this.maxNorm = maxNorm;
        this.normType = normType;
        this.mode = mode;
        this.sparse = sparse;
        this.includeLastOffset = includeLastOffset;
        this.paddingIndex = Table.Row(weight, paddingIndex, nameof(EmbeddingBag));
    }

    /// <summary>The table, <c>[numEmbeddings, embeddingDim]</c>; standard normal at first. Settable, so that it can be tied.</summary>
    public Parameter Weight { get; set; }

    /// <summary>A layer of vectors that are there already. Matches torch.nn.EmbeddingBag.from_pretrained.</summary>
    /// <param name="embeddings">The table, <c>[numEmbeddings, embeddingDim]</c>, which is shared.</param>
    /// <param name="freeze">Whether it stays as it is.</param>
    /// <param name="maxNorm">As in the constructor.</param>
    /// <param name="normType">As in the constructor.</param>
    /// <param name="mode">As in the constructor.</param>
    /// <param name="sparse">As in the constructor.</param>
    /// <param name="includeLastOffset">As in the constructor.</param>
    /// <param name="paddingIndex">A vector that does not count in its bag; negative ones count from the end; none by default.</param>
    /// <exception cref="ShapeException">The table has not two dimensions.</exception>
    public static EmbeddingBag FromPretrained(Tensor embeddings, bool freeze = true, double? maxNorm = null, double normType = 2, EmbeddingBagMode mode = EmbeddingBagMode.Mean, bool sparse = false, bool includeLastOffset = false, int? paddingIndex = null) =>
        new(Table.Pretrained(embeddings, freeze, nameof(EmbeddingBag)), maxNorm, normType, mode, sparse, includeLastOffset, paddingIndex);

    /// <summary>Maps bags of equal length, <c>[B, n]</c>, to <c>[B, embeddingDim]</c>.</summary>
    /// <param name="x">Which vectors, Int64.</param>
    protected override Tensor Compute(Tensor x) => Compute(x, null, null);

    /// <summary>Maps bags to one vector each, <c>[B, embeddingDim]</c>.</summary>
    /// <param name="x">Which vectors, Int64: [n] with offsets, [B, n] without.</param>
    /// <param name="offsets">Where each bag begins: Int64 [B], from 0 upwards.</param>
    /// <param name="perSampleWeights">A factor for each place, of x's shape; only for sums.</param>
    /// <exception cref="ShapeException">Numbers, offsets and weights do not fit.</exception>
    /// <exception cref="DTypeException">Numbers or offsets are not Int64, or the weights have another type than the table.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number or an offset is out of range.</exception>
    public Tensor Forward(Tensor x, Tensor? offsets, Tensor? perSampleWeights = null) => Hooked(x, numbers => Compute(numbers, offsets, perSampleWeights));

    private Tensor Compute(Tensor x, Tensor? offsets, Tensor? perSampleWeights) =>
        x.EmbeddingBag(Table.Limited(Weight, x, maxNorm, normType), offsets, mode, perSampleWeights, includeLastOffset, paddingIndex, sparse);
}
