using DeepNotes.Ops;

namespace DeepNotes;

/// <content>In-place forms of operations by name: each gives this tensor what the operation without InPlace would return.</content>
public partial class Tensor
{
    /// <summary>Overwrites every element with 0. Matches torch.Tensor.zero_.</summary>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void ZeroInPlace()
    {
        BeforeWrite(nameof(ZeroInPlace));
        Backend.Fill(this, 0);
    }

    /// <summary>Adds a multiple of another tensor, which broadcasts, to the elements. Matches torch.Tensor.add_ with alpha.</summary>
    /// <param name="other">What is added.</param>
    /// <param name="scale">What it is multiplied by first.</param>
    /// <inheritdoc cref="AddInPlace(Tensor)"/>
    public void AddInPlace(Tensor other, double scale)
    {
        if (!DType.IsFloatingPoint() && scale != Math.Floor(scale)) throw new DTypeException($"AddInPlace: a {DType} tensor cannot hold {scale} times another.");
        Write(nameof(AddInPlace), x => x + (x.DType.IsFloatingPoint() ? other.Detach() * scale : other.Detach() * (long)scale));
    }

    /// <summary>Moves the elements towards those of another tensor by a part of the way. Matches torch.Tensor.lerp_, the step of a moving average.</summary>
    /// <param name="end">Where to; of this shape or one that broadcasts to it.</param>
    /// <param name="weight">The part of the way.</param>
    /// <inheritdoc cref="AddInPlace(Tensor)"/>
    public void LerpInPlace(Tensor end, double weight) => Write(nameof(LerpInPlace), x => x.Lerp(end.Detach(), weight));

    /// <summary>Limits every element to [<paramref name="minimum"/>, <paramref name="maximum"/>]. Matches torch.Tensor.clamp_.</summary>
    /// <param name="minimum">The lower bound; −∞ for none.</param>
    /// <param name="maximum">The upper bound; ∞ for none.</param>
    /// <exception cref="DTypeException">The elements are integers and the bounds are not.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void ClampInPlace(double minimum = double.NegativeInfinity, double maximum = double.PositiveInfinity) => Write(nameof(ClampInPlace), x => x.Clamp(minimum, maximum));

    /// <summary>Replaces every element by a power of it. Matches torch.Tensor.pow_ with a floating-point exponent.</summary>
    /// <param name="exponent">The power.</param>
    /// <exception cref="DTypeException">The elements are integers.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void PowInPlace(double exponent) => Write(nameof(PowInPlace), x => x.Pow(exponent));

    /// <summary>Replaces every element by a whole power of it. Matches torch.Tensor.pow_ with an integer exponent.</summary>
    /// <param name="exponent">The power.</param>
    /// <exception cref="DTypeException">The elements are integers and the exponent is negative, or they are Bool.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void PowInPlace(long exponent) => Write(nameof(PowInPlace), x => x.Pow(exponent));

    /// <summary>Replaces every element by its magnitude. Matches torch.Tensor.abs_.</summary>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void AbsInPlace() => Write(nameof(AbsInPlace), x => x.Abs());

    /// <summary>Replaces every element by its negative. Matches torch.Tensor.neg_.</summary>
    /// <exception cref="DTypeException">The elements are Bool.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void NegateInPlace() => Write(nameof(NegateInPlace), x => -x);

    /// <summary>Replaces every element by e to its power. Matches torch.Tensor.exp_.</summary>
    /// <exception cref="DTypeException">The elements are integers.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void ExpInPlace() => Write(nameof(ExpInPlace), x => x.Exp());

    /// <summary>Replaces every element by its natural logarithm. Matches torch.Tensor.log_.</summary>
    /// <inheritdoc cref="ExpInPlace"/>
    public void LogInPlace() => Write(nameof(LogInPlace), x => x.Log());

    /// <summary>Replaces every element by its square root. Matches torch.Tensor.sqrt_.</summary>
    /// <inheritdoc cref="ExpInPlace"/>
    public void SqrtInPlace() => Write(nameof(SqrtInPlace), x => x.Sqrt());

    /// <summary>Replaces every element by its sigmoid. Matches torch.Tensor.sigmoid_.</summary>
    /// <inheritdoc cref="ExpInPlace"/>
    public void SigmoidInPlace() => Write(nameof(SigmoidInPlace), x => x.Sigmoid());

    /// <summary>Replaces every element by its hyperbolic tangent. Matches torch.Tensor.tanh_.</summary>
    /// <inheritdoc cref="ExpInPlace"/>
    public void TanhInPlace() => Write(nameof(TanhInPlace), x => x.Tanh());

    /// <summary>Replaces negative elements by 0. Matches torch.Tensor.relu_.</summary>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void ReluInPlace() => Write(nameof(ReluInPlace), x => x.Relu());

    /// <summary>Replaces every element by the largest whole number that is not above it. Matches torch.Tensor.floor_.</summary>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void FloorInPlace() => Write(nameof(FloorInPlace), x => x.Floor());

    /// <summary>Replaces every element by the nearest whole number, ties to even. Matches torch.Tensor.round_.</summary>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void RoundInPlace() => Write(nameof(RoundInPlace), x => x.Round());

    /// <summary>Puts elements of another tensor where a mask holds, in order. Matches torch.Tensor.masked_scatter_.</summary>
    /// <inheritdoc cref="MaskedScatter"/>
    public void MaskedScatterInPlace(Tensor mask, Tensor source) => Write(nameof(MaskedScatterInPlace), x => x.MaskedScatter(mask, source.Detach()));

    /// <summary>Puts elements of another tensor in at places of a dimension. Matches torch.Tensor.scatter_.</summary>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)"/>
    public void ScatterInPlace(int dimension, Tensor indices, Tensor source) => Write(nameof(ScatterInPlace), x => x.Scatter(dimension, indices, source.Detach()));

    /// <summary>Puts one number in at places of a dimension. Matches torch.Tensor.scatter_ with a value.</summary>
    /// <inheritdoc cref="Scatter(int, Tensor, double)"/>
    public void ScatterInPlace(int dimension, Tensor indices, double value) => Write(nameof(ScatterInPlace), x => x.Scatter(dimension, indices, value));

    /// <summary>Adds elements of another tensor at places of a dimension. Matches torch.Tensor.scatter_add_.</summary>
    /// <inheritdoc cref="Scatter(int, Tensor, Tensor)"/>
    public void ScatterAddInPlace(int dimension, Tensor indices, Tensor source) => Write(nameof(ScatterAddInPlace), x => x.ScatterAdd(dimension, indices, source.Detach()));

    /// <summary>Combines with elements of another tensor at places of a dimension. Matches torch.Tensor.scatter_reduce_ with include_self=True.</summary>
    /// <inheritdoc cref="ScatterReduce"/>
    public void ScatterReduceInPlace(int dimension, Tensor indices, Tensor source, ScatterReduction reduction) => Write(nameof(ScatterReduceInPlace), x => x.ScatterReduce(dimension, indices, source.Detach(), reduction));

    /// <summary>Adds the slices of another tensor at places of a dimension. Matches torch.Tensor.index_add_.</summary>
    /// <inheritdoc cref="IndexAdd"/>
    public void IndexAddInPlace(int dimension, Tensor indices, Tensor source, double scale = 1) => Write(nameof(IndexAddInPlace), x => x.IndexAdd(dimension, indices, source.Detach(), scale));

    /// <summary>Replaces slices at places of a dimension by those of another tensor. Matches torch.Tensor.index_copy_.</summary>
    /// <inheritdoc cref="IndexCopy"/>
    public void IndexCopyInPlace(int dimension, Tensor indices, Tensor source) => Write(nameof(IndexCopyInPlace), x => x.IndexCopy(dimension, indices, source.Detach()));

    /// <summary>Fills slices at places of a dimension with one number. Matches torch.Tensor.index_fill_.</summary>
    /// <inheritdoc cref="IndexFill"/>
    public void IndexFillInPlace(int dimension, Tensor indices, double value) => Write(nameof(IndexFillInPlace), x => x.IndexFill(dimension, indices, value));

    /// <summary>Puts in, or adds, values at places given by one index tensor for each of the first dimensions: <c>x[i, j] = values</c>. Matches torch.Tensor.index_put_.</summary>
    /// <inheritdoc cref="IndexPut"/>
    public void IndexPutInPlace(ReadOnlySpan<Tensor> indices, Tensor values, bool accumulate = false)
    {
        var places = indices.ToArray();
        Write(nameof(IndexPutInPlace), x => x.IndexPut(places, values.Detach(), accumulate));
    }

    /// <summary>Overwrites the elements with uniform random numbers from low to high, high not included. Matches torch.Tensor.uniform_.</summary>
    /// <param name="low">The lower end.</param>
    /// <param name="high">The upper end.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void UniformInPlace(double low = 0, double high = 1, Rng? rng = null) => Write(nameof(UniformInPlace), x => Uniform(x.Shape, low, high, x.DType, rng).To(x.Device));

    /// <summary>Overwrites the elements with normally distributed random numbers. Matches torch.Tensor.normal_.</summary>
    /// <param name="mean">Their mean.</param>
    /// <param name="deviation">Their standard deviation.</param>
    /// <param name="rng">The stream to draw from; the calling thread's own by default.</param>
    /// <exception cref="DTypeException">The elements are not floating point.</exception>
    /// <exception cref="GradException">This tensor is part of a graph that is being recorded.</exception>
    public void NormalInPlace(double mean = 0, double deviation = 1, Rng? rng = null) => Write(nameof(NormalInPlace), x => Normal(x.Shape, mean, deviation, x.DType, rng).To(x.Device));

    /// <summary>Writes what an operation makes of this tensor over it: refused where a gradient is recorded, counted as a new version, and only in a type that can hold the result.</summary>
    private void Write(string name, Func<Tensor, Tensor> operation)
    {
        CheckWritable(name);
        Tensor result;
        using (DeepNotes.Grad.Off()) result = operation(Detach());
        if (result.DType.Category() > DType.Category()) throw new DTypeException($"{name}: a {DType} tensor cannot hold a {result.DType} result.");
        if (result.Shape != Shape) throw new ShapeException($"{name}: the result is {result.Shape}; an in-place operation cannot change the shape {Shape}.");
        BeforeWrite(name);
        // An operation may hand this very memory back; then nothing is to be copied.
        if (!ReferenceEquals(result.Storage, Storage)) Backend.Copy(result, this);
    }
}
