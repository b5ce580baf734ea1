using System.Collections;
using System.Runtime.CompilerServices;

namespace DeepNotes;

/// <summary>The lengths of a tensor's dimensions: a small immutable value, written as <c>[2, 3]</c>.</summary>
[CollectionBuilder(typeof(Shape), nameof(Create))]
public readonly struct Shape : IEquatable<Shape>, IEnumerable<int>
{
    /// <summary>The largest number of dimensions a tensor may have.</summary>
    public const int MaxRank = 8;

    private readonly int[]? lengths;

    private Shape(int[] lengths) => this.lengths = lengths;

    /// <summary>The shape of a tensor without dimensions, which holds one element.</summary>
    public static Shape Scalar => default;

    /// <summary>The number of dimensions.</summary>
    public int Rank => lengths is null ? 0 : lengths.Length;

    /// <summary>The number of elements of a tensor of this shape: the product of the lengths, 1 for a scalar. Not named Count: a spread <c>[.. shape]</c> would take that for the number of lengths.</summary>
    public int ElementCount
    {
        get
        {
            int n = 1;
            foreach (int length in AsSpan()) n *= length;
            return n;
        }
    }

    /// <summary>The length of one dimension; <c>^1</c> is the last.</summary>
    /// <exception cref="ShapeException">There is no such dimension.</exception>
    public int this[Index dimension]
    {
        get
        {
            int i = dimension.GetOffset(Rank);
            return (uint)i < (uint)Rank ? lengths![i] : throw new ShapeException($"{this} has no dimension {dimension}.");
        }
    }

    /// <summary>Makes a shape from lengths.</summary>
    /// <exception cref="ShapeException">A length is negative, there are more than <see cref="MaxRank"/>, or the product is beyond 2³¹−1.</exception>
    public static Shape Create(ReadOnlySpan<int> lengths)
    {
        if (lengths.Length > MaxRank) throw new ShapeException($"A tensor has at most {MaxRank} dimensions; {lengths.Length} were given.");
        long count = lengths.Contains(0) ? 0 : 1;
        foreach (int length in lengths)
        {
            if (length < 0) throw new ShapeException($"A dimension cannot have the length {length}: [{string.Join(", ", lengths.ToArray())}].");
            count *= length;
            if (count > int.MaxValue) throw new ShapeException($"[{string.Join(", ", lengths.ToArray())}] has more than 2³¹−1 elements.");
        }
        return new Shape(lengths.ToArray());
    }

    /// <summary>The lengths.</summary>
    public ReadOnlySpan<int> AsSpan() => lengths;

    /// <summary>The lengths as a new array.</summary>
    public int[] ToArray() => AsSpan().ToArray();

    /// <summary>True if both have the same lengths in the same order.</summary>
    public bool Equals(Shape other) => ReferenceEquals(lengths, other.lengths) || AsSpan().SequenceEqual(other.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is Shape other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (int length in AsSpan()) hash.Add(length);
        return hash.ToHashCode();
    }

    /// <summary>True if both have the same lengths in the same order.</summary>
    public static bool operator ==(Shape left, Shape right) => left.Equals(right);

    /// <summary>True if they differ in rank or in a length.</summary>
    public static bool operator !=(Shape left, Shape right) => !left.Equals(right);

    /// <summary>The lengths in brackets: <c>[2, 3]</c>.</summary>
    public override string ToString() => $"[{string.Join(", ", lengths ?? [])}]";

    /// <inheritdoc/>
    public IEnumerator<int> GetEnumerator() => ((IEnumerable<int>)(lengths ?? [])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Takes ownership of an array whose lengths are known to be valid.</summary>
    internal static Shape Of(int[] lengths) => new(lengths);

    /// <summary>A dimension counted from the front; negative ones count from the back, as in PyTorch.</summary>
    internal int Dimension(int dimension, string operation)
    {
        int i = dimension < 0 ? dimension + Rank : dimension;
        if ((uint)i < (uint)Rank) return i;
        if (Rank == 0 && dimension is 0 or -1) return 0;
        throw new ShapeException($"{operation}: dimension {dimension} is out of range for the shape {this}, which has {Rank}.");
    }

    /// <summary>The shape that both broadcast to, by the rules of NumPy and PyTorch.</summary>
    internal static Shape Broadcast(Shape a, Shape b, string operation)
    {
        if (a.Equals(b)) return a;
        int rank = Math.Max(a.Rank, b.Rank);
        var lengths = new int[rank];
        for (int i = 1; i <= rank; i++)
        {
            int p = i <= a.Rank ? a.lengths![^i] : 1, q = i <= b.Rank ? b.lengths![^i] : 1;
            if (p != q && p != 1 && q != 1)
                throw new ShapeException($"{operation}: the shapes {a} and {b} do not broadcast: dimension {-i} is {p} on one side and {q} on the other (equal lengths or 1 are needed).");
            lengths[^i] = p == 1 ? q : p;
        }
        return Create(lengths);
    }
}
