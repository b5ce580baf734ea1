using DeepNotes.Autograd;
using DeepNotes.Ops;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>The last two dimensions exchanged: the transposed matrix, or each matrix of a batch. Matches torch.Tensor.mT.</summary>
    /// <exception cref="ShapeException">There are fewer than two dimensions.</exception>
    public Tensor Mt => Rank >= 2 ? Transpose(-2, -1) : throw new ShapeException($"Mt: a matrix has at least two dimensions; the shape is {Shape}.");

    /// <summary>The same elements in another shape; a view where the strides allow it. Matches torch.reshape.</summary>
    /// <param name="lengths">The new lengths; one of them may be −1 and is then worked out.</param>
    /// <exception cref="ShapeException">The number of elements differs, or more than one length is −1.</exception>
    public Tensor Reshape(params ReadOnlySpan<int> lengths) => ReshapeTo(Infer(lengths));

    /// <summary>The same elements in another shape. Matches torch.reshape.</summary>
    /// <param name="shape">The new shape.</param>
    /// <exception cref="ShapeException">The number of elements differs.</exception>
    [System.Runtime.CompilerServices.OverloadResolutionPriority(1)]
    public Tensor Reshape(Shape shape)
    {
        if (shape.ElementCount != Count) throw new ShapeException($"Reshape: {Shape} has {Count} elements and {shape} has {shape.ElementCount}.");
        return ReshapeTo(shape);
    }

    /// <summary>Two dimensions exchanged, as a view. Matches torch.transpose.</summary>
    /// <param name="first">One dimension; negative ones count from the end.</param>
    /// <param name="second">The other.</param>
    public Tensor Transpose(int first, int second)
    {
        (first, second) = (Shape.Dimension(first, nameof(Transpose)), Shape.Dimension(second, nameof(Transpose)));
        if (Rank == 0) return this;
        var order = new int[Rank];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        (order[first], order[second]) = (second, first);
        return Op.Apply(new Permute(order), this);
    }

    /// <summary>The dimensions in another order, as a view. Matches torch.permute.</summary>
    /// <param name="order">Which old dimension stands at each new place.</param>
    /// <exception cref="ShapeException">It is not an order of all dimensions.</exception>
    public Tensor Permute(params ReadOnlySpan<int> order)
    {
        var dimensions = new int[order.Length];
        uint seen = 0;
        for (int i = 0; i < order.Length; i++) seen |= 1u << (dimensions[i] = Shape.Dimension(order[i], nameof(Permute)));
        if (order.Length != Rank || System.Numerics.BitOperations.PopCount(seen) != Rank)
            throw new ShapeException($"Permute: [{string.Join(", ", order.ToArray())}] does not name each of the {Rank} dimensions of {Shape} once.");
        return Op.Apply(new Permute(dimensions), this);
    }

    /// <summary>A part of one dimension, as a view. Matches x[start:stop:step].</summary>
    /// <param name="dimension">Which dimension; negative ones count from the end.</param>
    /// <param name="start">The first place; negative ones count from the end.</param>
    /// <param name="stop">Where to stop, not included; beyond the end means the end.</param>
    /// <param name="step">From one place to the next; at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">The step is below 1.</exception>
    public Tensor Slice(int dimension, int start, int stop = int.MaxValue, int step = 1)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(step, 1);
        dimension = Shape.Dimension(dimension, nameof(Slice));
        if (Rank == 0) throw new ShapeException("Slice: a scalar has no dimension to slice.");
        int length = Shape[dimension];
        start = Math.Clamp(start < 0 ? start + length : start, 0, length);
        stop = Math.Clamp(stop < 0 ? stop + length : stop, start, length);
        return Op.Apply(new Slice(dimension, start, (stop - start + step - 1) / step, step), this);
    }

    /// <summary>A stretch of one dimension, as a view. Matches torch.narrow.</summary>
    /// <param name="dimension">Which dimension; negative ones count from the end.</param>
    /// <param name="start">The first place.</param>
    /// <param name="length">How many.</param>
    /// <exception cref="ShapeException">The stretch does not fit.</exception>
    public Tensor Narrow(int dimension, int start, int length)
    {
        dimension = Shape.Dimension(dimension, nameof(Narrow));
        if (Rank == 0 || start < 0 || length < 0 || start > Shape[dimension] - length) throw new ShapeException($"Narrow: {length} places from {start} do not fit dimension {dimension} of {Shape}.");
        return Op.Apply(new Slice(dimension, start, length, 1), this);
    }

    /// <summary>One place of one dimension, which is dropped, as a view. Matches torch.select.</summary>
    /// <param name="dimension">Which dimension; negative ones count from the end.</param>
    /// <param name="index">The place; negative ones count from the end.</param>
    public Tensor Select(int dimension, int index)
    {
        dimension = Shape.Dimension(dimension, nameof(Select));
        if (Rank == 0) throw new ShapeException("Select: a scalar has no dimension to select from.");
        int length = Shape[dimension], place = index < 0 ? index + length : index;
        if ((uint)place >= (uint)length) throw new ShapeException($"Select: the index {index} is out of range for dimension {dimension} of {Shape}, which has the length {length}.");
        return Narrow(dimension, place, 1).Squeeze(dimension);
    }

    /// <summary>Repeats dimensions of length 1 without a copy. Matches torch.Tensor.expand.</summary>
    /// <param name="lengths">The new lengths; −1 keeps one.</param>
    /// <exception cref="ShapeException">A dimension whose length is not 1 would change.</exception>
    public Tensor Expand(params ReadOnlySpan<int> lengths)
    {
        var to = lengths.ToArray();
        for (int i = 1; i <= to.Length; i++)
        {
            int have = i <= Rank ? Shape[^i] : 1;
            if (to[^i] == -1 && i <= Rank) to[^i] = have;
            if (have != 1 && have != to[^i]) throw new ShapeException($"Expand: {Shape} does not expand to [{string.Join(", ", lengths.ToArray())}]: dimension {-i} is {have}, and only a length of 1 is repeated.");
        }
        if (to.Length < Rank) throw new ShapeException($"Expand: {Shape} has more dimensions than [{string.Join(", ", lengths.ToArray())}].");
        return ExpandTo(Shape.Create(to));
    }

    /// <summary>Drops a dimension of length 1; one of another length stays. Matches torch.squeeze.</summary>
    /// <param name="dimension">Which dimension; negative ones count from the end.</param>
    public Tensor Squeeze(int dimension)
    {
        dimension = Shape.Dimension(dimension, nameof(Squeeze));
        if (Rank == 0 || Shape[dimension] != 1) return this;
        var lengths = Shape.AsSpan();
        return ReshapeTo(Shape.Of([.. lengths[..dimension], .. lengths[(dimension + 1)..]]));
    }

    /// <summary>Drops every dimension of length 1. Matches torch.squeeze.</summary>
    public Tensor Squeeze()
    {
        var lengths = new List<int>();
        foreach (int length in Shape) if (length != 1) lengths.Add(length);
        return ReshapeTo(Shape.Of([.. lengths]));
    }

    /// <summary>Adds a dimension of length 1. Matches torch.unsqueeze.</summary>
    /// <param name="dimension">Where it stands in the result; negative ones count from its end.</param>
    public Tensor Unsqueeze(int dimension)
    {
        int place = dimension < 0 ? dimension + Rank + 1 : dimension;
        if ((uint)place > (uint)Rank) throw new ShapeException($"Unsqueeze: the place {dimension} is out of range for the shape {Shape}.");
        var lengths = Shape.AsSpan();
        return ReshapeTo(Shape.Create([.. lengths[..place], 1, .. lengths[place..]]));
    }

    /// <summary>Joins neighbouring dimensions into one. Matches torch.flatten.</summary>
    /// <param name="start">The first to join; negative ones count from the end.</param>
    /// <param name="end">The last to join.</param>
    public Tensor Flatten(int start = 0, int end = -1)
    {
        if (Rank == 0) return Reshape(1);
        (start, end) = (Shape.Dimension(start, nameof(Flatten)), Shape.Dimension(end, nameof(Flatten)));
        if (start > end) throw new ShapeException($"Flatten: dimension {start} does not stand before {end}.");
        var lengths = Shape.AsSpan();
        int joined = 1;
        foreach (int length in lengths[start..(end + 1)]) joined *= length;
        return ReshapeTo(Shape.Of([.. lengths[..start], joined, .. lengths[(end + 1)..]]));
    }

    /// <summary>The main diagonal of the last two dimensions, as a view. Matches torch.diagonal(dim1=-2, dim2=-1).</summary>
    /// <exception cref="ShapeException">There are fewer than two dimensions.</exception>
    public Tensor Diagonal() => Rank >= 2 ? Op.Apply(new DiagonalOp(), this) : throw new ShapeException($"Diagonal: a matrix has at least two dimensions; the shape is {Shape}.");

    /// <summary>A diagonal of two dimensions as the last one, as a view. Matches torch.diagonal, whose default dimensions are 0 and 1.</summary>
    /// <param name="offset">How far above the main diagonal; a negative one lies below.</param>
    /// <param name="first">The dimension of the rows; negative ones count from the end.</param>
    /// <param name="second">The dimension of the columns.</param>
    /// <exception cref="ShapeException">There are no such two dimensions, or no such diagonal.</exception>
    public Tensor Diagonal(int offset, int first = -2, int second = -1)
    {
        (first, second) = (Shape.Dimension(first, nameof(Diagonal)), Shape.Dimension(second, nameof(Diagonal)));
        if (first == second) throw new ShapeException($"Diagonal: rows and columns must be two dimensions of {Shape}; both are {first}.");
        if (offset > Shape[second] || -offset > Shape[first]) throw new ShapeException($"Diagonal: the offset {offset} lies outside the {Shape[first]} rows and {Shape[second]} columns of {Shape}.");
        var matrices = MoveDim([first, second], [-2, -1]);
        return (offset >= 0 ? matrices.Narrow(-1, offset, Shape[second] - offset) : matrices.Narrow(-2, -offset, Shape[first] + offset)).Diagonal();
    }

    /// <summary>Cuts a dimension into parts of a given length, as views; the last may be shorter. Matches torch.split.</summary>
    /// <param name="length">The length of a part.</param>
    /// <param name="dimension">Which dimension; negative ones count from the end.</param>
    public Tensor[] Split(int length, int dimension = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        dimension = Shape.Dimension(dimension, nameof(Split));
        int total = Shape[dimension];
        var lengths = new int[Math.Max(1, (total + length - 1) / length)];
        Array.Fill(lengths, length);
        lengths[^1] = total - (lengths.Length - 1) * length;
        return Op.ApplyMulti(new Split(dimension, lengths), this);
    }

    /// <summary>Cuts a dimension into parts of given lengths, as views. Matches torch.split.</summary>
    /// <param name="lengths">The lengths of the parts; together the dimension's.</param>
    /// <param name="dimension">Which dimension; negative ones count from the end.</param>
    /// <exception cref="ShapeException">The lengths are not those of the dimension's parts.</exception>
    public Tensor[] Split(ReadOnlySpan<int> lengths, int dimension = 0)
    {
        dimension = Shape.Dimension(dimension, nameof(Split));
        long total = 0;
        foreach (int length in lengths) total += length < 0 ? long.MinValue / 2 : length;
        if (total != Shape[dimension] || lengths.Length == 0) throw new ShapeException($"Split: [{string.Join(", ", lengths.ToArray())}] are not the lengths of parts of dimension {dimension} of {Shape}.");
        return Op.ApplyMulti(new Split(dimension, lengths.ToArray()), this);
    }

    /// <summary>Cuts a dimension into a number of parts, as views. Matches torch.chunk.</summary>
    /// <param name="parts">How many, at most.</param>
    /// <param name="dimension">Which dimension; negative ones count from the end.</param>
    public Tensor[] Chunk(int parts, int dimension = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(parts, 1);
        int total = Shape[Shape.Dimension(dimension, nameof(Chunk))];
        return Split(Math.Max(1, (total + parts - 1) / parts), dimension);
    }

    internal Tensor ReshapeTo(Shape shape) => shape == Shape ? this : Op.Apply(new Reshape(shape), this);

    internal Tensor ExpandTo(Shape shape) => shape == Shape ? this : Op.Apply(new Expand(shape), this);

    private Shape Infer(ReadOnlySpan<int> lengths)
    {
        var to = lengths.ToArray();
        int unknown = Array.IndexOf(to, -1);
        long known = 1;
        foreach (int length in to) known *= length == -1 ? 1 : length;
        if (unknown >= 0)
        {
            if (Array.LastIndexOf(to, -1) != unknown) throw new ShapeException($"Reshape: only one length may be −1: [{string.Join(", ", to)}].");
            if (known == 0 || Count % known != 0) throw new ShapeException($"Reshape: the {Count} elements of {Shape} do not divide into [{string.Join(", ", to)}].");
            to[unknown] = (int)(Count / known);
            known *= to[unknown];
        }
        if (known != Count) throw new ShapeException($"Reshape: {Shape} has {Count} elements and [{string.Join(", ", to)}] has {known}.");
        return Shape.Create(to);
    }
}
