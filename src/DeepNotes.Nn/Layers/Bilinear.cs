namespace DeepNotes.Nn;

/// <summary>yₒ = aᵀ·Wₒ·b + biasₒ on the last dimensions of two inputs. Matches torch.nn.Bilinear.</summary>
/// <param name="in1Features">The length of the first input's last dimension.</param>
/// <param name="in2Features">The length of the second input's last dimension.</param>
/// <param name="outFeatures">The length of the output's last dimension.</param>
/// <param name="bias">False for a layer without <see cref="Bias"/>.</param>
/// <exception cref="ArgumentOutOfRangeException">A number of features is below 1.</exception>
public sealed partial class Bilinear(int in1Features, int in2Features, int outFeatures, bool bias = true) : Module
{
    /// <summary>A matrix for each output, <c>[outFeatures, in1Features, in2Features]</c>; uniform in ±1/√in1Features at first.</summary>
    public Parameter Weight { get; set; } = Init.Uniform(
        [
            LayerArguments.Positive(nameof(Bilinear), nameof(outFeatures), outFeatures),
            LayerArguments.Positive(nameof(Bilinear), nameof(in1Features), in1Features),
            LayerArguments.Positive(nameof(Bilinear), nameof(in2Features), in2Features),
        ], fanIn: in1Features);

    /// <summary>What is added, <c>[outFeatures]</c>; uniform in ±1/√in1Features at first.</summary>
    public Parameter? Bias { get; set; } = bias ? Init.Uniform([outFeatures], fanIn: in1Features) : null;

    /// <summary>Maps <c>[…, in1Features]</c> and <c>[…, in2Features]</c> to <c>[…, outFeatures]</c>.</summary>
    /// <param name="a">The first input.</param>
    /// <param name="b">The second input; all but its last dimension is as in the first.</param>
    /// <exception cref="ShapeException">A last dimension does not fit the weight, or the others differ.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    public Tensor Forward(Tensor a, Tensor b)
    {
        if (a.Rank == 0 || a.Rank != b.Rank || !a.Shape.AsSpan()[..^1].SequenceEqual(b.Shape.AsSpan()[..^1]) || a.Shape[^1] != in1Features || b.Shape[^1] != in2Features)
            throw new ShapeException($"Bilinear: the inputs must be […, {in1Features}] and […, {in2Features}] with the same dimensions before the last; they are {a.Shape} and {b.Shape}.");
        if (!a.DType.IsFloatingPoint() || a.DType != b.DType || a.DType != Weight.DType) throw new DTypeException($"Bilinear: inputs and weight must have one floating-point type; they are {a.DType}, {b.DType} and {Weight.DType}.");
        Tensor y = Tensor.Einsum("ni,oij,nj->no", a.Reshape(-1, in1Features), Weight, b.Reshape(-1, in2Features));
        if (Bias is not null) y += Bias;
        return y.Reshape([.. a.Shape.AsSpan()[..^1], outFeatures]);
    }
}
