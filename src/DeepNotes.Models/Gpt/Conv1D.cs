using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>
/// y = x·W + b on the last dimension: a <see cref="Linear"/> whose matrix is stored the other way round, <c>[in, out]</c>, as GPT-2's checkpoints have it.
/// Hugging Face's <c>Conv1D</c>.
/// </summary>
/// <param name="inFeatures">The length of the input's last dimension.</param>
/// <param name="outFeatures">The length of the output's last dimension.</param>
/// <param name="std">The deviation of the weights at first.</param>
public sealed partial class Conv1D(int inFeatures, int outFeatures, double std = 0.02) : Layer, IQuantizableLayer
{
    /// <summary>The matrix, <c>[inFeatures, outFeatures]</c>; normally distributed at first.</summary>
    public Parameter Weight { get; set; } = Init.Normal([inFeatures, outFeatures], std: std);

    /// <summary>What is added, <c>[outFeatures]</c>; zeros at first.</summary>
    public Parameter Bias { get; set; } = Init.Zeros([outFeatures]);

    /// <summary>What each column of <see cref="Weight"/> is multiplied by, Float32 <c>[outFeatures]</c>, once it is quantized to Int8; null before.</summary>
    [Buffer]
    public Tensor? Scale { get; set; }

    int IQuantizableLayer.OutputDimension => 1;

    /// <summary>Maps <c>[…, inFeatures]</c> to <c>[…, outFeatures]</c>.</summary>
    /// <param name="x">The input.</param>
    /// <exception cref="ShapeException">The last dimension is not inFeatures long.</exception>
    protected override Tensor Compute(Tensor x) => Quantization.Linear(x, Weight.Mt, Scale, Bias);
}
