namespace DeepNotes;

/// <summary>One position in <c>x[.., 1..^1, 3]</c>: an integer or <see cref="Index"/> takes one place and drops the dimension, a <see cref="Range"/> keeps it.</summary>
public readonly struct TensorIndex
{
    private readonly Index index;
    private readonly Range range;

    private TensorIndex(Index index) => this.index = index;

    private TensorIndex(Range range)
    {
        this.range = range;
        IsRange = true;
    }

    internal bool IsRange { get; }

    /// <summary>One place; negative ones count from the end, as in PyTorch.</summary>
    public static implicit operator TensorIndex(int index) => new(index < 0 ? ^(-index) : index);

    /// <summary>One place; <c>^1</c> is the last.</summary>
    public static implicit operator TensorIndex(Index index) => new(index);

    /// <summary>A range of places; <c>..</c> is all.</summary>
    public static implicit operator TensorIndex(Range range) => new(range);

    /// <summary>The first place and their number in a dimension of a given length.</summary>
    internal (int Start, int Length) Resolve(int length, int dimension, Shape shape)
    {
        int start, end;
        if (IsRange)
        {
            start = range.Start.GetOffset(length);
            end = range.End.GetOffset(length);
            if (start < 0 || end > length || start > end) throw new ShapeException($"The range {range} does not fit dimension {dimension} of {shape}, which has the length {length}.");
            return (start, end - start);
        }
        start = index.GetOffset(length);
        if ((uint)start >= (uint)length) throw new ShapeException($"The index {index} is out of range for dimension {dimension} of {shape}, which has the length {length}.");
        return (start, 1);
    }
}
