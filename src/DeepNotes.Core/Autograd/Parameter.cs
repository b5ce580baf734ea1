namespace DeepNotes;

/// <summary>A tensor that a model learns: a leaf that requires a gradient. Matches torch.nn.Parameter.</summary>
public sealed class Parameter : Tensor
{
    /// <summary>Makes a parameter of the numbers of a tensor, which it shares.</summary>
    /// <param name="data">The initial numbers; floating point, unless the parameter is frozen.</param>
    /// <param name="requiresGrad">False for a frozen parameter, which may have any type, as a quantized weight does.</param>
    /// <exception cref="DTypeException">The numbers are not floating point, and a gradient is required.</exception>
    public Parameter(Tensor data, bool requiresGrad = true)
        : base(data.Storage, data.Shape, data.DType, data.IsContiguous ? null : data.Strides, data.Offset)
    {
        if (requiresGrad && !data.DType.IsFloatingPoint()) throw new DTypeException($"Parameter: the numbers must be floating point, or the parameter frozen; they are {data.DType}.");
        if (requiresGrad) RequiresGrad = true;
    }
}
