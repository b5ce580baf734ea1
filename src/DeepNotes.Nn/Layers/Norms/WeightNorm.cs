namespace DeepNotes.Nn;

/// <summary>
/// Runs a layer with the weight g·v/‖v‖: its length and its direction are trained apart (Salimans and Kingma 2016, "Weight
/// Normalization"). Has the state dict that torch.nn.utils.weight_norm gives the layer: <c>bias</c>, <c>weight_g</c>, <c>weight_v</c>.
/// </summary>
public sealed partial class WeightNorm : Layer
{
    [NotVisited]
    private readonly IWeightedLayer layer;
    private readonly int[] over;

    /// <summary>Takes over a layer's weight and bias: what it computes stays the same at first.</summary>
    /// <param name="layer">A linear layer or a convolution. It gives the formula from now on; use it only through this one.</param>
    /// <param name="dim">The dimension of the weight whose every slice has a length of its own; null for one length of the whole.</param>
    /// <exception cref="ShapeException">The weight has no such dimension.</exception>
    public WeightNorm(IWeightedLayer layer, int? dim = 0)
    {
        ArgumentNullException.ThrowIfNull(layer);
        this.layer = layer;
        int rank = layer.Weight.Rank, kept = dim is { } d ? (d < 0 ? d + rank : d) : -1;
        if (dim is not null && (kept < 0 || kept >= rank)) throw new ShapeException($"WeightNorm: the weight {layer.Weight.Shape} has no dimension {dim}.");
        over = [.. Enumerable.Range(0, rank).Where(i => i != kept)];
        Bias = layer.Bias;
        WeightV = layer.Weight;
        using (Grad.Off()) WeightG = new Parameter(Lengths(WeightV, keepDim: dim is not null));
    }

    /// <summary>The layer's own bias; null for none.</summary>
    public Parameter? Bias { get; set; }

    /// <summary>g: the lengths, of the weight's shape with 1 in every dimension but one, or a scalar; those of the weight at first.</summary>
    public Parameter WeightG { get; set; }

    /// <summary>v: the direction, of the weight's shape; the weight at first.</summary>
    public Parameter WeightV { get; set; }

    /// <summary>The weight that the layer computes with.</summary>
    public Tensor Weight() => WeightV * (WeightG / Lengths(WeightV, keepDim: true));

    /// <summary>Maps what the layer maps.</summary>
    /// <param name="x">The layer's input.</param>
    protected override Tensor Compute(Tensor x) => layer.Forward(x, Weight(), Bias);

    private Tensor Lengths(Tensor weight, bool keepDim) => weight.Norm(2, over, keepDim);
}
