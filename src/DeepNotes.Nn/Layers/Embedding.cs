namespace DeepNotes.Nn;

/// <summary>A table of vectors that are looked up by their number. Matches torch.nn.Embedding.</summary>
public sealed partial class Embedding : Layer
{
    private readonly int? paddingIndex;
    private readonly double? maxNorm;
    private readonly double normType;
    private readonly bool scaleGradByFrequency;
    private readonly bool sparse;

    /// <summary>A table of random vectors.</summary>
    /// <param name="numEmbeddings">How many vectors.</param>
    /// <param name="embeddingDim">Their length.</param>
    /// <param name="paddingIndex">A vector that is zero at first and gets no gradient; negative ones count from the end; none by default.</param>
    /// <param name="maxNorm">Vectors that are looked up and longer than this are shortened to it first, in the table itself; no limit by default.</param>
    /// <param name="normType">Which norm measures the length.</param>
    /// <param name="scaleGradByFrequency">Divides the gradient of each vector by how often it is looked up in one call.</param>
    /// <param name="sparse">
    /// Collects the gradients of the vectors looked up alone, so that a step costs what they do and not what the table does:
    /// <see cref="Tensor.SparseGrad"/>. SGD, Adam and Adagrad can use them.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of its range.</exception>
    public Embedding(int numEmbeddings, int embeddingDim, int? paddingIndex = null, double? maxNorm = null, double normType = 2, bool scaleGradByFrequency = false, bool sparse = false)
        : this(Table.Random(numEmbeddings, embeddingDim, paddingIndex, nameof(Embedding)), paddingIndex, maxNorm, normType, scaleGradByFrequency, sparse) { }

    private Embedding(Parameter weight, int? paddingIndex, double? maxNorm, double normType, bool scaleGradByFrequency, bool sparse)
    {
        Weight = weight;
        this.paddingIndex = Table.Row(weight, paddingIndex, nameof(Embedding));
        this.maxNorm = maxNorm;
        this.normType = normType;
        this.scaleGradByFrequency = scaleGradByFrequency;
        this.sparse = sparse;
    }

    /// <summary>The table, <c>[numEmbeddings, embeddingDim]</c>; standard normal at first. Settable, so that it can be tied.</summary>
    public Parameter Weight { get; set; }

    /// <summary>A layer of vectors that are there already. Matches torch.nn.Embedding.from_pretrained.</summary>
    /// <param name="embeddings">The table, <c>[numEmbeddings, embeddingDim]</c>, which is shared.</param>
    /// <param name="freeze">Whether it stays as it is.</param>
    /// <param name="paddingIndex">A vector that gets no gradient; negative ones count from the end; none by default.</param>
    /// <param name="maxNorm">As in the constructor.</param>
    /// <param name="normType">As in the constructor.</param>
    /// <param name="scaleGradByFrequency">As in the constructor.</param>
    /// <param name="sparse">As in the constructor.</param>
    /// <exception cref="ShapeException">The table has not two dimensions.</exception>
    public static Embedding FromPretrained(Tensor embeddings, bool freeze = true, int? paddingIndex = null, double? maxNorm = null, double normType = 2, bool scaleGradByFrequency = false, bool sparse = false) =>
        new(Table.Pretrained(embeddings, freeze, nameof(Embedding)), paddingIndex, maxNorm, normType, scaleGradByFrequency, sparse);

    /// <summary>Maps numbers of any shape <c>[…]</c>, Int64, to vectors <c>[…, embeddingDim]</c>.</summary>
    /// <param name="x">Which vectors, each from 0 to numEmbeddings − 1.</param>
    /// <exception cref="DTypeException">The numbers are not Int64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is out of range.</exception>
    protected override Tensor Compute(Tensor x)
    {
        Tensor y = x.Embedding(Table.Limited(Weight, x, maxNorm, normType), paddingIndex, sparse);
        return scaleGradByFrequency ? Op.Apply(new GradientFactor(), y, Table.InverseCounts(x, y.DType)) : y;
    }
}
