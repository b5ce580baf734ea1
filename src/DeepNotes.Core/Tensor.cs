using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using DeepNotes.Autograd;
using DeepNotes.Backends;

namespace DeepNotes;

/// <summary>
/// An array of numbers with any number of dimensions: a strided view over a buffer. Reshaping, transposing, slicing and
/// expanding give views of the same numbers; operations give new tensors and, where a gradient is wanted, record how
/// they were made. Nothing has to be disposed.
/// </summary>
[DebuggerDisplay("{DebuggerDisplay,nq}")]
[SuppressMessage("Naming", "CA1724", Justification = "The field's name for it.")]
public partial class Tensor
{
    internal Storage Storage { get; private set; }

    /// <summary>Elements from one index of a dimension to the next; null means row-major without gaps.</summary>
    private int[]? strides;

    /// <summary>Elements from the storage's first to this view's first.</summary>
    internal int Offset { get; private set; }

    /// <summary>What computed this tensor, or the leaf that collects its gradient; null if no gradient is wanted.</summary>
    internal Node? Node;

    /// <summary>Which of the node's outputs this is.</summary>
    internal int OutputIndex;

    internal Tensor(Storage storage, Shape shape, DType dtype, int[]? strides = null, int offset = 0)
    {
        Storage = storage;
        Shape = shape;
        DType = dtype;
        this.strides = strides;
        Offset = offset;
    }

    /// <summary>The lengths of the dimensions.</summary>
    public Shape Shape { get; }

    /// <summary>The type of the elements.</summary>
    public DType DType { get; private set; }

    /// <summary>Where the numbers are.</summary>
    public Device Device => Storage.Device;

    /// <summary>The number of dimensions.</summary>
    public int Rank => Shape.Rank;

    /// <summary>The number of elements.</summary>
    public int Count => Shape.ElementCount;

    /// <summary>True if the elements follow each other in row-major order without gaps.</summary>
    public bool IsContiguous => strides is null;

    /// <summary>True for what C# numbers become in an expression: it takes on the type of the tensor it meets.</summary>
    internal bool IsWeakScalar { get; init; }

    internal Backend Backend => Storage.Device.Backend;

    /// <summary>In type promotion a tensor with dimensions outranks one without, and that outranks a C# number.</summary>
    internal int Priority => IsWeakScalar ? 0 : Rank == 0 ? 1 : 2;

    /// <summary>The strides in elements, computed for a contiguous tensor.</summary>
    internal int[] Strides => strides ?? RowMajor(Shape);

    private string DebuggerDisplay => $"Tensor {Shape} {DType}{(Device.IsCpu ? "" : " " + Device)}{(Node is null ? "" : ", requires gradient")}";

    /// <summary>A tensor with arbitrary content for a kernel to fill.</summary>
    internal static Tensor Allocate(Shape shape, DType dtype, Device device) =>
        new(device.Backend.Allocate((long)shape.ElementCount * dtype.Size()), shape, dtype);

    /// <summary>Another view of the same storage, not recorded.</summary>
    internal Tensor View(Shape shape, int[]? viewStrides, int offset) =>
        new(Storage, shape, DType, Simplify(shape, viewStrides), offset);

    /// <summary>Takes on another tensor's numbers, type and device for good, as assigning to .data does in PyTorch; a gradient is forgotten.</summary>
    internal void Become(Tensor other)
    {
        if (other.Shape != Shape) throw new ShapeException($"A tensor of shape {Shape} cannot take on the numbers of one of shape {other.Shape}.");
        ClearGradient();
        bool requiresGrad = Node is Leaf;
        if (requiresGrad) RequiresGrad = false;
        Storage = other.Storage;
        strides = other.strides;
        Offset = other.Offset;
        DType = other.DType;
        if (requiresGrad) RequiresGrad = true;
    }

    internal static int[] RowMajor(Shape shape)
    {
        var lengths = shape.AsSpan();
        var result = new int[lengths.Length];
        int step = 1;
        for (int i = lengths.Length - 1; i >= 0; i--)
        {
            result[i] = step;
            step *= Math.Max(lengths[i], 1);
        }
        return result;
    }

    /// <summary>Null if the strides describe row-major order; dimensions of length 1 do not matter.</summary>
    private static int[]? Simplify(Shape shape, int[]? strides)
    {
        if (strides is null) return null;
        var lengths = shape.AsSpan();
        int step = 1;
        for (int i = lengths.Length - 1; i >= 0; i--)
        {
            if (lengths[i] == 0) return null;
            if (lengths[i] != 1 && strides[i] != step) return strides;
            step *= lengths[i];
        }
        return null;
    }
}
