using System.Diagnostics.CodeAnalysis;
using System.Numerics.Tensors;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>A copy of rows of one length as a matrix.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16, long, int, short, sbyte, byte or bool: it decides the element type.</typeparam>
    /// <exception cref="ShapeException">The rows are not of one length.</exception>
    public static Tensor From<T>(T[][] rows) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(rows);
        int length = rows.Length == 0 ? 0 : rows[0].Length;
        var result = Allocate([rows.Length, length], DTypes.Of<T>(), Device.Cpu);
        var target = result.Elements<T>();
        for (int i = 0; i < rows.Length; i++)
        {
            if (rows[i].Length != length) throw new ShapeException($"From: row {i} has {rows[i].Length} elements and the first {length}; the rows of a tensor have one length.");
            rows[i].CopyTo(target[(i * length)..]);
        }
        return result;
    }

    /// <summary>A copy of matrices of one shape.</summary>
    /// <inheritdoc cref="From{T}(T[][])"/>
    [SuppressMessage("Design", "CA1002", Justification = "Jagged arrays are what it takes.")]
    public static Tensor From<T>(T[][][] matrices) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(matrices);
        if (matrices.Length == 0) return Allocate([0, 0, 0], DTypes.Of<T>(), Device.Cpu);
        var parts = new Tensor[matrices.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = From(matrices[i]);
            if (parts[i].Shape != parts[0].Shape) throw new ShapeException($"From: matrix {i} is {parts[i].Shape} and the first {parts[0].Shape}; they must have one shape.");
        }
        return Stack(parts);
    }

    /// <summary>A copy of batches of matrices, all of one shape.</summary>
    /// <inheritdoc cref="From{T}(T[][])"/>
    [SuppressMessage("Design", "CA1002", Justification = "Jagged arrays are what it takes.")]
    public static Tensor From<T>(T[][][][] batches) where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(batches);
        if (batches.Length == 0) return Allocate([0, 0, 0, 0], DTypes.Of<T>(), Device.Cpu);
        var parts = new Tensor[batches.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            parts[i] = From(batches[i]);
            if (parts[i].Shape != parts[0].Shape) throw new ShapeException($"From: batch {i} is {parts[i].Shape} and the first {parts[0].Shape}; they must have one shape.");
        }
        return Stack(parts);
    }

    /// <summary>A copy of a tensor span of .NET, of its shape.</summary>
    /// <inheritdoc cref="From{T}(in ReadOnlyTensorSpan{T})"/>
    public static Tensor From<T>(in TensorSpan<T> span) where T : unmanaged => From<T>(span.AsReadOnlyTensorSpan());

    /// <summary>A copy of a tensor span of .NET, of its shape.</summary>
    /// <typeparam name="T">float, double, Half, BFloat16, long, int, short, sbyte, byte or bool: it decides the element type.</typeparam>
    /// <exception cref="ShapeException">It has more than <see cref="Shape.MaxRank"/> dimensions or more than 2³¹−1 elements.</exception>
    public static Tensor From<T>(in ReadOnlyTensorSpan<T> span) where T : unmanaged
    {
        if (span.Rank > Shape.MaxRank) throw new ShapeException($"From: a tensor has at most {Shape.MaxRank} dimensions; the span has {span.Rank}.");
        var lengths = new int[span.Rank];
        for (int i = 0; i < lengths.Length; i++) lengths[i] = span.Lengths[i] <= int.MaxValue ? (int)span.Lengths[i] : throw new ShapeException($"From: dimension {i} of the span has {span.Lengths[i]} elements.");
        var result = Allocate(Shape.Create(lengths), DTypes.Of<T>(), Device.Cpu);
        span.FlattenTo(result.Elements<T>());
        return result;
    }

    /// <summary>A tensor with arbitrary content, for something that writes all of it. Matches torch.empty.</summary>
    /// <param name="shape">The lengths of the dimensions.</param>
    /// <param name="dtype">The element type; Float32 by default.</param>
    /// <param name="device">Where it is; the CPU by default.</param>
    public static Tensor Empty(Shape shape, DType dtype = DType.Float32, Device? device = null) => Allocate(shape, dtype, device ?? Device.Cpu);

    /// <summary>A tensor with arbitrary content in the shape, type and place of another. Matches torch.empty_like.</summary>
    public static Tensor EmptyLike(Tensor other) => Allocate(other.Shape, other.DType, other.Device);
}
