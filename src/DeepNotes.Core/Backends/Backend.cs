using DeepNotes.Backends.Cpu;
using DeepNotes.Ops;

namespace DeepNotes.Backends;

/// <summary>
/// The seam between operations and a device: everything that touches numbers. Arguments have been checked; inputs may
/// have any strides, results are new and contiguous, nothing is recorded.
/// </summary>
internal abstract class Backend
{
    // Memory
    public abstract Storage Allocate(long bytes);
    public abstract void Fill(Tensor target, double value);
    public abstract void Copy(Tensor source, Tensor target);
    public abstract void Random<TDraw>(TDraw draw, Tensor target, ulong seed, ulong offset) where TDraw : unmanaged, IDraw;

    // Elementwise families
    public abstract Tensor Map<TOp>(TOp op, Tensor x) where TOp : unmanaged, IUnaryOp;
    public abstract Tensor MapGradient<TOp>(TOp op, Tensor g, Tensor x, Tensor y) where TOp : unmanaged, IUnaryOp;
    public abstract Tensor Zip<TOp>(TOp op, Tensor a, Tensor b, Shape shape) where TOp : unmanaged, IBinaryOp;
    public abstract Tensor ZipGradient<TOp>(TOp op, bool left, Tensor g, Tensor a, Tensor b, Tensor y) where TOp : unmanaged, IBinaryOp;
    public abstract Tensor Compare<TOp>(TOp op, Tensor a, Tensor b, Shape shape) where TOp : unmanaged, ICompareOp;
    public abstract Tensor Where(Tensor mask, Tensor a, Tensor b, Shape shape);
    public abstract void ZipInto<TOp>(TOp op, Tensor target, Tensor b) where TOp : unmanaged, IBinaryOp;
    public abstract void Update<TOp>(TOp op, Tensor parameter, Tensor gradient, Tensor? s0, Tensor? s1, Tensor? s2) where TOp : unmanaged, IUpdateOp;

    // Reductions over the last dimension of [rows, length] or, with inner > 1, the middle one of [rows, length, inner]
    public abstract Tensor Reduce<TOp>(TOp op, Tensor x, int rows, int length, int inner, Shape shape) where TOp : unmanaged, IReduceOp;
    public abstract (Tensor Values, Tensor Indices) Extreme(Tensor x, bool largest, int rows, int length, int inner, Shape shape);

    // Rows: contiguous [rows, length]
    public abstract Tensor Softmax(Tensor x, bool log);
    public abstract Tensor SoftmaxGradient(Tensor g, Tensor y, bool log);
    public abstract (Tensor Loss, Tensor LogSumExp) CrossEntropy(Tensor logits, Tensor labels);
    public abstract Tensor CrossEntropyGradient(Tensor g, Tensor logits, Tensor labels, Tensor logSumExp);
    public abstract (Tensor Y, Tensor Mean, Tensor InverseDeviation) LayerNorm(Tensor x, Tensor? weight, Tensor? bias, double epsilon);
    public abstract (Tensor? X, Tensor? Weight, Tensor? Bias) LayerNormGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight, bool needsX, bool needsWeight, bool needsBias);

    public virtual (Tensor Y, Tensor Mean, Tensor InverseRoot) RmsNorm(Tensor x, Tensor? weight, double epsilon)
    {
        var inverse = (x.Square().Mean(-1, keepDim: true) + epsilon).Pow(-0.5);
        return (weight is null ? x * inverse : x * inverse * weight, inverse, inverse);
    }

    public virtual (Tensor? X, Tensor? Weight) RmsNormGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseRoot, Tensor? weight, bool needsX, bool needsWeight)
    {
        Tensor z = x * inverseRoot, h = weight is null ? g : g * weight;
        return ((h - z * (h * z).Mean(-1, keepDim: true)) * inverseRoot, needsWeight ? (g * z).Sum(0) : null);
    }

    // Channels: contiguous [N, C, …], with statistics and parameters [C]
    public virtual Tensor ChannelVariance(Tensor x, Tensor mean)
    {
        var (shape, over) = Channels(x);
        return (x - mean.Reshape(shape)).Square().Mean(over);
    }

    public virtual Tensor BatchNorm(Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight, Tensor? bias)
    {
        var (shape, _) = Channels(x);
        var y = (x - mean.Reshape(shape)) * inverseDeviation.Reshape(shape);
        if (weight is not null) y *= weight.Reshape(shape);
        return bias is null ? y : y + bias.Reshape(shape);
    }

    public virtual (Tensor X, Tensor Weight, Tensor Bias) BatchNormGradient(Tensor g, Tensor x, Tensor mean, Tensor inverseDeviation, Tensor? weight)
    {
        var (shape, over) = Channels(x);
        var inverse = inverseDeviation.Reshape(shape);
        var z = (x - mean.Reshape(shape)) * inverse;
        Tensor sum = g.Sum(over, keepDim: true), product = (g * z).Sum(over, keepDim: true);
        double count = x.Count / (double)x.Shape[1];
        var d = (g - sum / count - z * (product / count)) * inverse;
        return (weight is null ? d : d * weight.Reshape(shape), product.Reshape(x.Shape[1]), sum.Reshape(x.Shape[1]));
    }

    /// <summary>The shape of one number a channel, and all dimensions but the channels'.</summary>
    protected static (Shape Shape, int[] Over) Channels(Tensor x)
    {
        var lengths = new int[x.Rank];
        Array.Fill(lengths, 1);
        lengths[1] = x.Shape[1];
        return (Shape.Of(lengths), [0, .. Enumerable.Range(2, x.Rank - 2)]);
    }

    // Products
    public abstract Tensor MatMul(Tensor a, Tensor b, Shape shape);
    public abstract Tensor Linear<TOp>(TOp activation, Tensor x, Tensor weight, Tensor? bias) where TOp : unmanaged, IUnaryOp;
    public virtual Tensor NarrowLinear(Tensor x, Tensor weight, Tensor? scale, Tensor? bias) => throw new NotSupportedException($"Products with quantized weights are computed on the CPU only; this one is on {x.Device}.");
    public abstract Tensor Convolution(Tensor x, Tensor weight, Tensor? bias, Conv2dShape shape);
    public abstract Tensor ConvolutionInput(Tensor g, Tensor weight, Conv2dShape shape);
    public abstract Tensor ConvolutionWeight(Tensor g, Tensor x, Conv2dShape shape);

    // Attention: inputs as in Tensor.ScaledDotProductAttention
    public virtual (Tensor Y, Tensor LogSumExp) Attention(AttentionSettings settings, Tensor q, Tensor k, Tensor v, Tensor? mask)
    {
        var y = AttentionExpression.Forward(settings, q, k, v, mask);
        return (y, y);
    }

    public virtual (Tensor? Q, Tensor? K, Tensor? V, Tensor? Mask) AttentionGradient(
        AttentionSettings settings, Tensor g, Tensor q, Tensor k, Tensor v, Tensor? mask, Tensor y, Tensor logSumExp, bool needsQ, bool needsKv, bool needsMask) =>
        AttentionExpression.Gradient(settings, g, q, k, v, mask);

    public virtual Tensor Rotary(RotarySettings settings, Tensor x, Tensor cos, Tensor sin) => RotaryExpression.Forward(settings, x, cos, sin);

    // Places
    public abstract (Tensor Values, Tensor Indices) MaxPool(Tensor x, Pool2dShape shape);
    public abstract Tensor MaxPoolGradient(Tensor g, Tensor indices, Pool2dShape shape, Shape input);
    public abstract Tensor Gather(Tensor x, Tensor flatIndices, Shape shape);
    public abstract Tensor ScatterAdd(Tensor g, Tensor flatIndices, Shape shape);
    public abstract Tensor IndexSelect(Tensor x, Tensor indices, int outer, int length, int inner, Shape shape);
    public abstract Tensor IndexAdd(Tensor g, Tensor indices, int outer, int length, int inner, Shape shape);

    public virtual void CopyRows(Tensor source, Tensor rows, Tensor target) => throw new NotSupportedException($"Writing single rows is not there on {target.Device} yet; move the tensor with To(Device.Cpu).");

    // Orders: scans of the middle of [outer, length, inner], and the order of each row
    public virtual Tensor Scan<TOp>(TOp op, Tensor x, int outer, int length, int inner) where TOp : unmanaged, IReduceOp => throw new NotSupportedException($"Running sums and products are not there on {x.Device} yet; move the tensor with To(Device.Cpu).");
    public virtual Tensor ArgSort(Tensor x, bool descending) => throw new NotSupportedException($"Sorting is not there on {x.Device} yet; move the tensor with To(Device.Cpu).");
    public virtual Tensor Scatter(ScatterMode mode, Tensor x, Tensor indices, Tensor source) => throw new NotSupportedException($"Scatter is not there on {x.Device} yet; move the tensor with To(Device.Cpu).");

    // Recurrent networks: all steps of a sequence at once; without it they are composed of other operations
    public virtual bool HasRecurrence => false;
    public virtual RecurrentResult Recurrence(Recurrence op, RecurrentInputs inputs, bool keep) => throw new NotSupportedException("Recurrent networks have no kernel of their own on this device.");
    public virtual RecurrentGradients RecurrenceGradient(Recurrence op, RecurrentInputs inputs, RecurrentResult result, Tensor? dOutput, Tensor? dHidden, Tensor? dCell, bool needsX) => throw new NotSupportedException("Recurrent networks have no kernel of their own on this device.");

    // Sequences: log-probabilities [T, N, C], labels [N, S], lengths [N]
    public virtual (Tensor Losses, Tensor Alpha) Ctc(Tensor logs, Tensor labels, Tensor inputLengths, Tensor labelLengths, int blank) => throw new NotSupportedException($"Connectionist temporal classification is not there on {logs.Device} yet; move the tensors with To(Device.Cpu).");
    public virtual Tensor CtcGradient(Tensor g, Tensor logs, Tensor labels, Tensor inputLengths, Tensor labelLengths, Tensor losses, Tensor alpha, int blank, bool zeroInfinity) => throw new NotSupportedException($"Connectionist temporal classification is not there on {logs.Device} yet; move the tensors with To(Device.Cpu).");

    /// <summary>The elements in row-major order in storage of their own.</summary>
    public Tensor Contiguous(Tensor x)
    {
        var result = Tensor.Allocate(x.Shape, x.DType, x.Device);
        Copy(x, result);
        return result;
    }
}
