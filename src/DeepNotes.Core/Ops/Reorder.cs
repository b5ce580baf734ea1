namespace DeepNotes;

/// <content>Elements in another order or several times: all are selections by place, so all have that gradient.</content>
public partial class Tensor
{
    /// <summary>Dimensions back to front. Matches torch.flip.</summary>
    /// <param name="dimensions">Which; negative ones count from the end.</param>
    public Tensor Flip(params ReadOnlySpan<int> dimensions)
    {
        var result = this;
        foreach (int dimension in dimensions)
        {
            int d = Shape.Dimension(dimension, nameof(Flip));
            if (Rank > 0) result = result.IndexSelect(d, Places(Shape[d], i => Shape[d] - 1 - i));
        }
        return result;
    }

    /// <summary>A dimension turned: what is shifted out at one end comes in at the other. Matches torch.roll.</summary>
    /// <param name="shift">How far towards the end; negative towards the front.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    public Tensor Roll(int shift, int dimension)
    {
        dimension = Shape.Dimension(dimension, nameof(Roll));
        int length = Rank == 0 ? 0 : Shape[dimension];
        if (length == 0) return this;
        int start = ((-shift % length) + length) % length;
        return start == 0 ? this : Concatenate([Narrow(dimension, start, length - start), Narrow(dimension, 0, start)], dimension);
    }

    /// <summary>All elements turned, as if there were one dimension. Matches torch.roll without dimensions.</summary>
    /// <param name="shift">How far towards the end; negative towards the front.</param>
    public Tensor Roll(int shift) => Reshape(Count).Roll(shift, 0).ReshapeTo(Shape);

    /// <summary>The whole tensor several times along each dimension. Matches torch.Tensor.repeat.</summary>
    /// <param name="times">How often; for the last dimensions, and for new ones in front of them.</param>
    /// <exception cref="ShapeException">There are fewer numbers than dimensions.</exception>
    public Tensor Repeat(params ReadOnlySpan<int> times)
    {
        if (times.Length < Rank) throw new ShapeException($"Repeat: {times.Length} numbers for the {Rank} dimensions of {Shape}; there must be one for each.");
        var lengths = new int[times.Length];
        for (int i = 1; i <= lengths.Length; i++) lengths[^i] = i <= Rank ? Shape[^i] : 1;
        var result = ReshapeTo(Shape.Create(lengths));
        for (int i = 0; i < lengths.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(times[i], nameof(times));
            int length = lengths[i];
            if (times[i] != 1) result = result.IndexSelect(i, Places(length * times[i], k => k % length));
        }
        return result;
    }

    /// <summary>As <see cref="Repeat"/>, for the last dimensions where there are fewer numbers than dimensions. Matches torch.tile.</summary>
    /// <param name="times">How often.</param>
    public Tensor Tile(params ReadOnlySpan<int> times)
    {
        var all = new int[Math.Max(times.Length, Rank)];
        Array.Fill(all, 1);
        times.CopyTo(all.AsSpan(all.Length - times.Length));
        return Repeat(all);
    }

    /// <summary>Each slice of a dimension several times in a row. Matches torch.repeat_interleave.</summary>
    /// <param name="times">How often.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    public Tensor RepeatInterleave(int times, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(times);
        dimension = Shape.Dimension(dimension, nameof(RepeatInterleave));
        return IndexSelect(dimension, Places((Rank == 0 ? 1 : Shape[dimension]) * times, i => i / times));
    }

    /// <summary>Each slice of a dimension as often as a number says. Matches torch.repeat_interleave.</summary>
    /// <param name="times">How often each: Int64, one for each slice.</param>
    /// <param name="dimension">Which; negative ones count from the end.</param>
    /// <exception cref="ShapeException">There is not one number for each slice.</exception>
    /// <exception cref="DTypeException">The numbers are not Int64.</exception>
    public Tensor RepeatInterleave(Tensor times, int dimension)
    {
        dimension = Shape.Dimension(dimension, nameof(RepeatInterleave));
        if (times.DType != DType.Int64) throw new DTypeException($"RepeatInterleave: the numbers must be Int64, not {times.DType}.");
        if (times.Rank != 1 || Rank == 0 || times.Count != Shape[dimension]) throw new ShapeException($"RepeatInterleave: for dimension {dimension} of {Shape} there must be one number a slice; the numbers are {times.Shape}.");
        var places = new List<long>();
        var counts = times.ToArray<long>();
        for (int i = 0; i < counts.Length; i++)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(counts[i], nameof(times));
            for (long k = 0; k < counts[i]; k++) places.Add(i);
        }
        return IndexSelect(dimension, From<long>(places.ToArray()).To(Device));
    }

    /// <summary>A quarter turn of the plane of two dimensions, several times. Matches torch.rot90.</summary>
    /// <param name="times">How often; negative turns the other way.</param>
    /// <param name="first">From this dimension …</param>
    /// <param name="second">… towards this one.</param>
    public Tensor Rot90(int times = 1, int first = 0, int second = 1)
    {
        (first, second) = (Shape.Dimension(first, nameof(Rot90)), Shape.Dimension(second, nameof(Rot90)));
        if (Rank < 2 || first == second) throw new ShapeException($"Rot90: two different dimensions of {Shape} are needed.");
        return (((times % 4) + 4) % 4) switch
        {
            1 => Flip(second).Transpose(first, second),
            2 => Flip(first, second),
            3 => Transpose(first, second).Flip(second),
            _ => this,
        };
    }

    private Tensor Places(int count, Func<int, int> place)
    {
        var places = new long[count];
        for (int i = 0; i < count; i++) places[i] = place(i);
        return From<long>(places).To(Device);
    }
}
