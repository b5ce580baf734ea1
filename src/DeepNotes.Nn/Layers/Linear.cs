using DeepNotes.Ops;

namespace DeepNotes.Nn;

/// <summary>y = x·Wᵀ + b on the last dimension. Matches torch.nn.Linear.</summary>
/// <param name="inFeatures">The length of the input's last dimension.</param>
/// <param name="outFeatures">The length of the output's last dimension.</param>
/// <param name="bias">False for a layer without <see cref="Bias"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">A number of features is below 1.</exception>
public sealed partial class Linear(int inFeatures, int outFeatures, bool bias = true) : Layer, IWeightedLayer, IQuantizableLayer
{
    /// <summary>The matrix, <c>[outFeatures, inFeatures]</c>; uniform in ±1/√inFeatures at first. Settable, so that it can be tied.</summary>
    public Parameter Weight { get; set; } = Init.KaimingUniform(
        [LayerArguments.Positive(nameof(Linear), nameof(outFeatures), outFeatures), LayerArguments.Positive(nameof(Linear), nameof(inFeatures), inFeatures)], negativeSlope: Math.Sqrt(5));

    /// <summary>What is added, <c>[outFeatures]</c>; uniform in ±1/√inFeatures at first.</summary>
    public Parameter? Bias { get; set; } = bias ? Init.Uniform([outFeatures], fanIn: inFeatures) : null;

    /// <summary>What each row of <see cref="Weight"/> is multiplied by, Float32 <c>[outFeatures]</c>, once it is quantized to Int8; null before.</summary>
    [Buffer]
    public Tensor? Scale { get; set; }

    int IWeightedLayer.OutputDimension => 0;

    int IQuantizableLayer.OutputDimension => 0;

    /// <summary>Maps <c>[…, inFeatures]</c> to <c>[…, outFeatures]</c>.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The last dimension is not inFeatures long.</exception>
    protected override Tensor Compute(Tensor x) => Quantization.Linear(x, Weight, Scale, Bias);

    /// <inheritdoc/>
    public Tensor Forward(Tensor x, Tensor weight, Tensor? bias) => x.Linear(weight, bias);

    /// <summary>Whether this layer and an activation give the same in one pass as in two: nothing is rounded or scaled between them.</summary>
    internal bool CanFinish(Tensor x) => Scale is null && x is { DType: DType.Float32 or DType.Float64 } && Weight.DType == x.DType;

    /// <summary>The layer and an activation in one pass; hooks are not called.</summary>
    internal Tensor Forward<TOp>(Tensor x, TOp activation) where TOp : unmanaged, IUnaryOp
    {
        try
        {
            return x.Linear(Weight, Bias, activation);
        }
        catch (Exception e) when (NamedErrors.IsNameless(e, this))
        {
            throw NamedErrors.With(e, this);
        }
    }
}
