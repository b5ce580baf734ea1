using DeepNotes.Ops;

namespace DeepNotes;

/// <content>Whole slices that are added to, replaced or filled by their places in a dimension.</content>
public partial class Tensor
{
    /// <summary>A copy with the slices of another tensor added at places of a dimension; to a place named twice both are added. Matches torch.index_add.</summary>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="indices">The places: Int64 [n].</param>
    /// <param name="source">This shape, with n slices in the dimension.</param>
    /// <param name="scale">What the slices are multiplied by; 1 by default.</param>
    /// <exception cref="ShapeException">The shapes do not fit.</exception>
    /// <exception cref="DTypeException">The indices are not Int64, or the slices have another type.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A place is out of range.</exception>
    public Tensor IndexAdd(int dimension, Tensor indices, Tensor source, double scale = 1)
    {
        dimension = CheckSlices(dimension, indices, source, nameof(IndexAdd));
        if (DType.IsNarrow()) return Widened().IndexAdd(dimension, indices, source.Widened(), scale).To(DType);
        if (scale != 1) source = DType.IsFloatingPoint() || scale != Math.Floor(scale) ? source * scale : source * (long)scale;
        if (source.DType != DType) throw new DTypeException($"IndexAdd: {DType} elements cannot be added {scale} times.");
        return this + Op.Apply(new IndexAdd(dimension, Shape), source, indices);
    }

    /// <summary>A copy with the slices of another tensor in place of those at places of a dimension; of several for one place the last stays. Matches torch.index_copy.</summary>
    /// <inheritdoc cref="IndexAdd"/>
    public Tensor IndexCopy(int dimension, Tensor indices, Tensor source)
    {
        dimension = CheckSlices(dimension, indices, source, nameof(IndexCopy));
        return Scatter(dimension, indices.Reshape(Along(dimension, indices.Count)).ExpandTo(source.Shape), source);
    }

    /// <summary>A copy with one number in all slices at places of a dimension. Matches torch.index_fill.</summary>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <param name="indices">The places: Int64 [n].</param>
    /// <param name="value">The number.</param>
    /// <exception cref="ShapeException">The indices are not one-dimensional.</exception>
    /// <exception cref="DTypeException">The indices are not Int64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A place is out of range.</exception>
    public Tensor IndexFill(int dimension, Tensor indices, double value)
    {
        dimension = CheckSlices(dimension, indices, null, nameof(IndexFill));
        var lengths = Shape.ToArray();
        lengths[dimension] = indices.Count;
        return IndexCopy(dimension, indices, Full(Shape.Create(lengths), value, DType, Device));
    }

    private int CheckSlices(int dimension, Tensor indices, Tensor? source, string name)
    {
        dimension = Shape.Dimension(dimension, name);
        if (Rank == 0) throw new ShapeException($"{name}: a scalar has no dimension with places.");
        if (indices.Rank != 1) throw new ShapeException($"{name}: the indices must have one dimension; their shape is {indices.Shape}.");
        CheckPlaces(indices, Shape[dimension], name);
        if (source is null) return dimension;
        var lengths = Shape.ToArray();
        lengths[dimension] = indices.Count;
        if (!source.Shape.AsSpan().SequenceEqual(lengths)) throw new ShapeException($"{name}: for {indices.Count} places in dimension {dimension} of {Shape} the slices must be [{string.Join(", ", lengths)}]; they are {source.Shape}.");
        if (source.DType != DType) throw new DTypeException($"{name}: the slices are {source.DType}, the tensor is {DType}.");
        return dimension;
    }
}
