using DeepNotes.Backends.Cpu;
using DeepNotes.Ops;

namespace DeepNotes.Gpu.Backends;

/// <summary>What the CPU has and the GPU does not have yet: it says so.</summary>
internal sealed partial class GpuBackend
{
    public override void Random<TDraw>(TDraw draw, Tensor target, ulong seed, ulong offset) => throw Missing("Drawing random numbers");
    public override (Tensor Values, Tensor Indices) Extreme(Tensor x, bool largest, int rows, int length, int inner, Shape shape) => throw Missing("Max or Min over a dimension");
    public override Tensor Softmax(Tensor x, bool log) => throw Missing("Softmax");
    public override Tensor SoftmaxGradient(Tensor g, Tensor y, bool log) => throw Missing("The gradient of Softmax");
    public override (Tensor Loss, Tensor LogSumExp) CrossEntropy(Tensor logits, Tensor labels) => throw Missing("CrossEntropy");
    public override Tensor CrossEntropyGradient(Tensor g, Tensor logits, Tensor labels, Tensor logSumExp) => throw Missing("The gradient of CrossEntropy");
    public override (Tensor Y, Tensor Mean, Tensor InverseDeviation) LayerNorm(Tensor x, Tensor? weight, Tensor? bias, double epsilon) => throw Missing("LayerNorm");
    public override (Tensor? X, Tensor? Weight, Tensor? Bias) LayerNormGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight, bool needsX, bool needsWeight, bool needsBias) => throw Missing("The gradient of LayerNorm");
    public override Tensor MatMul(Tensor a, Tensor b, Shape shape) => throw Missing("MatMul");
    public override Tensor Linear<TOp>(TOp activation, Tensor x, Tensor weight, Tensor? bias) => throw Missing("Linear");
    public override Tensor Convolution(Tensor x, Tensor weight, Tensor? bias, Conv2dShape shape) => throw Missing("Conv2d");
    public override Tensor ConvolutionInput(Tensor g, Tensor weight, Conv2dShape shape) => throw Missing("The gradient of Conv2d");
    public override Tensor ConvolutionWeight(Tensor g, Tensor x, Conv2dShape shape) => throw Missing("The gradient of Conv2d");
    public override (Tensor Values, Tensor Indices) MaxPool(Tensor x, Pool2dShape shape) => throw Missing("MaxPool2d");
    public override Tensor MaxPoolGradient(Tensor g, Tensor indices, Pool2dShape shape, Shape input) => throw Missing("The gradient of MaxPool2d");
    public override Tensor Gather(Tensor x, Tensor flatIndices, Shape shape) => throw Missing("Gather");
    public override Tensor ScatterAdd(Tensor g, Tensor flatIndices, Shape shape) => throw Missing("ScatterAdd");
    public override Tensor IndexSelect(Tensor x, Tensor indices, int outer, int length, int inner, Shape shape) => throw Missing("IndexSelect");
    public override Tensor IndexAdd(Tensor g, Tensor indices, int outer, int length, int inner, Shape shape) => throw Missing("The gradient of IndexSelect");

    private static NotSupportedException Missing(string operation) => new($"{operation} is not available on the GPU yet; move the tensors to the CPU with To(Device.Cpu).");
}
