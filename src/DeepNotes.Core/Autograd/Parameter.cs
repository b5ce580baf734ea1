namespace DeepNotes;

/// <summary>A tensor that a model learns: a leaf that requires a gradient. Matches torch.nn.Parameter.</summary>
public sealed class Parameter : Tensor
{
    /// <summary>Makes a parameter of the numbers of a tensor, which it shares.</summary>
    /// <param name="data">The initial numbers; floating point.</param>
    /// <param name="requiresGrad">False for a frozen parameter.</param>
    /// <exception cref="DTypeException">The numbers are not floating point.</exception>
    public Parameter(Tensor data, bool requiresGrad = true)
        : base(data.Storage, data.Shape, data.DType, data.IsContiguous ? null : data.Strides, data.Offset)
    {
        if (requiresGrad) RequiresGrad = true;
        else if (!data.DType.IsFloatingPoint()) throw new DTypeException($"Parameter: the numbers must be floating point; they are {data.DType}.");
    }
}
