namespace DeepNotes;

/// <summary>The type of a tensor's elements.</summary>
public enum DType
{
    /// <summary>True or false, one byte.</summary>
    Bool,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Signed, 64 bits: the type of labels and indices.</summary>
    Int64,

    /// <summary>Floating point, 32 bits: the default.</summary>
    Float32,

    /// <summary>Floating point, 64 bits.</summary>
    Float64,
}

/// <summary>Facts about element types.</summary>
public static class DTypes
{
    /// <summary>The bytes of one element.</summary>
    public static int Size(this DType type) => type switch
    {
        DType.Bool or DType.UInt8 => 1,
        DType.Int32 or DType.Float32 => 4,
        DType.Int64 or DType.Float64 => 8,
        _ => throw new DTypeException($"{type} is not a known element type."),
    };

    /// <summary>True for Float32 and Float64.</summary>
    public static bool IsFloatingPoint(this DType type) => type >= DType.Float32;

    /// <summary>The element type for a .NET type.</summary>
    /// <exception cref="DTypeException">No element type corresponds to it.</exception>
    public static DType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return DType.Float32;
        if (typeof(T) == typeof(double)) return DType.Float64;
        if (typeof(T) == typeof(long)) return DType.Int64;
        if (typeof(T) == typeof(int)) return DType.Int32;
        if (typeof(T) == typeof(byte)) return DType.UInt8;
        if (typeof(T) == typeof(bool)) return DType.Bool;
        throw new DTypeException($"No element type corresponds to {typeof(T)}; there are float, double, long, int, byte and bool.");
    }

    /// <summary>The type that holds the result of arithmetic between the two, as torch.promote_types.</summary>
    public static DType Promote(DType a, DType b) => a == b ? a : a > b ? a : b;

    /// <summary>Bool, integer or floating point: scalars do not promote a tensor within its category.</summary>
    internal static int Category(this DType type) => type == DType.Bool ? 0 : type.IsFloatingPoint() ? 2 : 1;

    /// <summary>The type of an operation's result on these two tensors, by PyTorch's rule for tensors with and without dimensions.</summary>
    internal static DType Promote(Tensor a, Tensor b)
    {
        if (a.DType == b.DType) return a.DType;
        int p = a.Priority, q = b.Priority;
        if (p == q) return Promote(a.DType, b.DType);
        var (strong, weak) = p > q ? (a, b) : (b, a);
        if (weak.DType.Category() <= strong.DType.Category()) return strong.DType;
        // A C# number of a higher category lifts to the default type of it, not to the number's own.
        if (weak.IsWeakScalar && weak.DType == DType.Float64) return DType.Float32;
        return weak.DType;
    }
}
