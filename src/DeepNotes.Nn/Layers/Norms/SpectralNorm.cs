namespace DeepNotes.Nn;

/// <summary>
/// Runs a layer with its weight divided by the weight's largest singular value, so that its slope is at most 1 (Miyato et al. 2018,
/// "Spectral Normalization for Generative Adversarial Networks"). The singular vectors are followed by power iterations while training.
/// Has the state dict that torch.nn.utils.spectral_norm gives the layer: <c>bias</c>, <c>weight_orig</c>, <c>weight_u</c>, <c>weight_v</c>.
/// </summary>
public sealed partial class SpectralNorm : Layer
{
    [NotVisited]
    private readonly IWeightedLayer layer;
    private readonly int powerIterations;
    private readonly double epsilon;
    private readonly int dim;

    /// <summary>Takes over a layer's weight and bias.</summary>
    /// <param name="layer">A linear layer or a convolution. It gives the formula from now on; use it only through this one.</param>
    /// <param name="powerIterations">How many iterations each call makes while training.</param>
    /// <param name="epsilon">What a vector's length is at least taken for.</param>
    /// <param name="dim">The dimension of the weight that becomes the rows of a matrix; by default the one that counts the outputs.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer iterations than one.</exception>
    /// <exception cref="ShapeException">The weight has no such dimension.</exception>
    public SpectralNorm(IWeightedLayer layer, int powerIterations = 1, double epsilon = 1e-12, int? dim = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        this.layer = layer;
        this.powerIterations = LayerArguments.Positive(nameof(SpectralNorm), nameof(powerIterations), powerIterations);
        this.epsilon = epsilon;
        int rank = layer.Weight.Rank;
        this.dim = dim is { } d ? (d < 0 ? d + rank : d) : layer.OutputDimension;
        if (this.dim < 0 || this.dim >= rank) throw new ShapeException($"SpectralNorm: the weight {layer.Weight.Shape} has no dimension {dim}.");
        Bias = layer.Bias;
        WeightOrig = layer.Weight;
        using var off = Grad.Off();
        Tensor rows = Rows();
        WeightU = Tensor.Randn([rows.Shape[0]], rows.DType).Normalize(dimension: 0, epsilon: epsilon);
        WeightV = Tensor.Randn([rows.Shape[1]], rows.DType).Normalize(dimension: 0, epsilon: epsilon);
    }

    /// <summary>The layer's own bias; null for none.</summary>
    public Parameter? Bias { get; set; }

    /// <summary>The weight before it is divided.</summary>
    public Parameter WeightOrig { get; set; }

    /// <summary>The left singular vector; random at first.</summary>
    [Buffer]
    public Tensor WeightU { get; set; }

    /// <summary>The right singular vector; random at first.</summary>
    [Buffer]
    public Tensor WeightV { get; set; }

    /// <summary>The weight that the layer computes with, by the singular vectors as they are.</summary>
    public Tensor Weight() => WeightOrig / WeightU.Clone().Dot(Rows().MatMul(WeightV.Clone()));

    /// <summary>Maps what the layer maps.</summary>
    /// <param name="x">The layer's input.</param>
    protected override Tensor Compute(Tensor x)
    {
        if (IsTraining) Iterate();
        return layer.Forward(x, Weight(), Bias);
    }

    private void Iterate()
    {
        using var off = Grad.Off();
        Tensor rows = Rows();
        for (int i = 0; i < powerIterations; i++)
        {
            WeightV.CopyFrom(rows.Mt.MatMul(WeightU).Normalize(dimension: 0, epsilon: epsilon));
            WeightU.CopyFrom(rows.MatMul(WeightV).Normalize(dimension: 0, epsilon: epsilon));
        }
    }

    private Tensor Rows() => WeightOrig.MoveDim(dim, 0).Flatten(1);
}
