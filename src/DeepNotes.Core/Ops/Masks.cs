namespace DeepNotes;

/// <content>Elements by mask or by place. Shapes that depend on numbers are found on the CPU.</content>
public partial class Tensor
{
    /// <summary>A copy with one number wherever a mask holds; the mask broadcasts. Matches torch.masked_fill.</summary>
    /// <param name="mask">Bool.</param>
    /// <param name="value">The number.</param>
    /// <exception cref="DTypeException">The mask is not Bool.</exception>
    /// <exception cref="ShapeException">The mask does not broadcast to this shape.</exception>
    public Tensor MaskedFill(Tensor mask, double value)
    {
        CheckMask(mask, nameof(MaskedFill));
        return Where(mask, Scalar(value, DType).To(Device), this);
    }

    /// <summary>The elements where a mask holds, in row-major order, in one dimension; both broadcast. Matches torch.masked_select.</summary>
    /// <param name="mask">Bool.</param>
    /// <exception cref="DTypeException">The mask is not Bool.</exception>
    public Tensor MaskedSelect(Tensor mask)
    {
        if (mask.DType != DType.Bool) throw new DTypeException($"MaskedSelect: the mask must be Bool, not {mask.DType}.");
        var shape = Shape.Broadcast(Shape, mask.Shape, nameof(MaskedSelect));
        return ExpandTo(shape).Reshape(shape.ElementCount).IndexSelect(0, FlatPlaces(mask.ExpandTo(shape)));
    }

    /// <summary>A copy with the elements of another tensor, in their order, wherever a mask holds. Matches torch.Tensor.masked_scatter.</summary>
    /// <param name="mask">Bool; broadcasts to this shape.</param>
    /// <param name="source">As many elements as the mask has true, or more.</param>
    /// <exception cref="DTypeException">The mask is not Bool, or the elements are of another type.</exception>
    /// <exception cref="ShapeException">The mask does not broadcast, or there are too few elements.</exception>
    public Tensor MaskedScatter(Tensor mask, Tensor source)
    {
        CheckMask(mask, nameof(MaskedScatter));
        if (source.DType != DType) throw new DTypeException($"MaskedScatter: the elements are {source.DType}, the tensor is {DType}.");
        var places = FlatPlaces(mask.ExpandTo(Shape));
        if (source.Count < places.Count) throw new ShapeException($"MaskedScatter: the mask asks for {places.Count} elements; {source.Shape} has {source.Count}.");
        return Reshape(Count).Scatter(0, places, source.Reshape(source.Count).Narrow(0, 0, places.Count)).ReshapeTo(Shape);
    }

    /// <summary>Where the elements are not zero: Int64 [n, rank], in row-major order. Matches torch.nonzero.</summary>
    public Tensor NonZero()
    {
        var flat = FlatPlaces(DType == DType.Bool ? this : Detach().Ne(Scalar(0, DType).To(Device))).ToArray<long>();
        var places = new long[flat.Length * Rank];
        for (int i = 0; i < flat.Length; i++)
        {
            long rest = flat[i];
            for (int d = Rank - 1; d >= 0; d--)
            {
                places[i * Rank + d] = rest % Shape[d];
                rest /= Shape[d];
            }
        }
        return From<long>(places, [flat.Length, Rank]).To(Device);
    }

    /// <summary>The elements at places of the tensor as if it had one dimension, in the shape of the indices. Matches torch.take.</summary>
    /// <param name="indices">Int64; from 0 to the number of elements − 1.</param>
    public Tensor Take(Tensor indices) => Reshape(Count).IndexSelect(0, indices.Reshape(indices.Count)).ReshapeTo(indices.Shape);

    /// <summary>
    /// A copy with elements put in, or added, at places given by one index tensor for each of the first dimensions. Matches
    /// torch.index_put: <c>x[i, j] = values</c>.
    /// </summary>
    /// <param name="indices">Int64, broadcasting against each other; negative ones count from the end.</param>
    /// <param name="values">Broadcasts to the indexed part.</param>
    /// <param name="accumulate">True to add instead of replacing; places that occur twice then get both.</param>
    /// <exception cref="ShapeException">There are more indices than dimensions, or the shapes do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of range.</exception>
    public Tensor IndexPut(ReadOnlySpan<Tensor> indices, Tensor values, bool accumulate = false)
    {
        var (places, shape) = PlacesOf(indices, nameof(IndexPut));
        if (values.DType != DType) throw new DTypeException($"IndexPut: the values are {values.DType}, the tensor is {DType}.");
        if (Shape.Broadcast(values.Shape, shape, nameof(IndexPut)) != shape) throw new ShapeException($"IndexPut: the values {values.Shape} do not broadcast to the indexed part {shape}.");
        values = values.ExpandTo(shape).Reshape(shape.ElementCount);
        var flat = Reshape(Count);
        return (accumulate ? flat.ScatterAdd(0, places, values) : flat.Scatter(0, places, values)).ReshapeTo(Shape);
    }

    /// <summary>The elements at places given by one index tensor for each of the first dimensions: <c>x[i, j]</c> of PyTorch's indexing by tensors.</summary>
    /// <param name="indices">Int64, broadcasting against each other; negative ones count from the end.</param>
    /// <exception cref="ShapeException">There are more indices than dimensions, or the shapes do not broadcast.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An index is out of range.</exception>
    public Tensor Index(params ReadOnlySpan<Tensor> indices)
    {
        var (places, shape) = PlacesOf(indices, nameof(Index));
        return Reshape(Count).IndexSelect(0, places).ReshapeTo(shape);
    }

    /// <summary>1 at the place that each number names and 0 elsewhere, in a new last dimension. Matches torch.nn.functional.one_hot.</summary>
    /// <param name="classes">The length of the new dimension; one more than the largest number by default.</param>
    /// <exception cref="DTypeException">The numbers are not Int64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative or not below the number of classes.</exception>
    public Tensor OneHot(int classes = -1)
    {
        if (DType != DType.Int64) throw new DTypeException($"OneHot: the numbers must be Int64, not {DType}.");
        if (classes < 0) classes = Count == 0 ? throw new ShapeException("OneHot: without numbers the number of classes must be given.") : checked((int)Max().Item<long>() + 1);
        CheckPlaces(this, classes, nameof(OneHot));
        return Unsqueeze(-1).Eq(Arange(classes, DType.Int64, Device)).To(DType.Int64);
    }

    /// <summary>The lower triangle of the last two dimensions, zeros above it. Matches torch.tril.</summary>
    /// <param name="diagonal">How far above the main diagonal it reaches; negative below.</param>
    public Tensor Tril(int diagonal = 0) => Triangle(nameof(Tril), (rows, columns) => columns - rows <= diagonal);

    /// <summary>The upper triangle of the last two dimensions, zeros below it. Matches torch.triu.</summary>
    /// <param name="diagonal">How far above the main diagonal it begins; negative below.</param>
    public Tensor Triu(int diagonal = 0) => Triangle(nameof(Triu), (rows, columns) => columns - rows >= diagonal);

    /// <summary>The coordinates of a grid: each of the vectors along its own dimension. Matches torch.meshgrid with indexing "ij".</summary>
    /// <param name="vectors">One dimension each.</param>
    /// <exception cref="ShapeException">One has another number of dimensions.</exception>
    public static Tensor[] MeshGrid(params ReadOnlySpan<Tensor> vectors)
    {
        var lengths = new int[vectors.Length];
        for (int i = 0; i < lengths.Length; i++)
        {
            if (vectors[i].Rank != 1) throw new ShapeException($"MeshGrid: vector {i} has the shape {vectors[i].Shape}; one dimension is needed.");
            lengths[i] = vectors[i].Count;
        }
        var shape = Shape.Create(lengths);
        var grid = new Tensor[lengths.Length];
        for (int i = 0; i < grid.Length; i++)
        {
            var along = new int[lengths.Length];
            Array.Fill(along, 1);
            along[i] = lengths[i];
            grid[i] = vectors[i].ReshapeTo(Shape.Create(along)).ExpandTo(shape);
        }
        return grid;
    }

    private Tensor Triangle(string name, Func<Tensor, Tensor, Tensor> belongs)
    {
        if (Rank < 2) throw new ShapeException($"{name}: a matrix has at least two dimensions; the shape is {Shape}.");
        var mask = belongs(Arange(Shape[^2], DType.Int64, Device).Unsqueeze(1), Arange(Shape[^1], DType.Int64, Device));
        return Where(mask, this, Scalar(0, DType).To(Device));
    }

    private void CheckMask(Tensor mask, string name)
    {
        if (mask.DType != DType.Bool) throw new DTypeException($"{name}: the mask must be Bool, not {mask.DType}.");
        if (Shape.Broadcast(Shape, mask.Shape, name) != Shape) throw new ShapeException($"{name}: the mask {mask.Shape} does not broadcast to {Shape}.");
    }

    /// <summary>The places of true in a mask as if it had one dimension.</summary>
    private static Tensor FlatPlaces(Tensor mask)
    {
        var places = new List<long>();
        var truth = mask.ToArray<bool>();
        for (int i = 0; i < truth.Length; i++) if (truth[i]) places.Add(i);
        return From<long>(places.ToArray()).To(mask.Device);
    }

    private (Tensor Places, Shape Shape) PlacesOf(ReadOnlySpan<Tensor> indices, string name)
    {
        if (indices.Length == 0 || indices.Length > Rank) throw new ShapeException($"{name}: {indices.Length} index tensors for the {Rank} dimensions of {Shape}.");
        var shape = indices[0].Shape;
        foreach (var index in indices) shape = Shape.Broadcast(shape, index.Shape, name);
        Tensor? places = null;
        for (int i = 0; i < indices.Length; i++)
        {
            int length = Shape[i];
            if (indices[i].DType != DType.Int64) throw new DTypeException($"{name}: indices must be Int64, not {indices[i].DType}.");
            var index = Where(indices[i] < 0, indices[i] + length, indices[i]);
            CheckPlaces(index, length, name);
            places = (places is null ? index : places * length + index).ExpandTo(shape);
        }
        var rest = Shape.AsSpan()[indices.Length..];
        Shape whole = [.. shape.AsSpan(), .. rest];
        int inner = 1;
        foreach (int length in rest) inner *= length;
        var flat = (places!.Reshape(shape.ElementCount, 1) * inner + Arange(inner, DType.Int64, Device)).Reshape(shape.ElementCount * inner);
        return (flat, whole);
    }
}
