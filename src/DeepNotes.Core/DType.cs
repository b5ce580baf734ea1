namespace DeepNotes;

/// <summary>The type of a tensor's elements.</summary>
public enum DType
{
    /// <summary>True or false, one byte.</summary>
    Bool,

    /// <summary>Unsigned, 8 bits.</summary>
    UInt8,

    /// <summary>Signed, 8 bits.</summary>
    Int8,

    /// <summary>Signed, 16 bits.</summary>
    Int16,

    /// <summary>Signed, 32 bits.</summary>
    Int32,

    /// <summary>Signed, 64 bits: the type of labels and indices.</summary>
    Int64,

    /// <summary>Floating point, 16 bits: five exponent bits, ten of mantissa. Stored as such, computed with as Float32.</summary>
    Float16,

    /// <summary>Floating point, 16 bits: eight exponent bits, seven of mantissa. Stored as such, computed with as Float32.</summary>
    BFloat16,

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
        DType.Bool or DType.UInt8 or DType.Int8 => 1,
        DType.Int16 or DType.Float16 or DType.BFloat16 => 2,
        DType.Int32 or DType.Float32 => 4,
        DType.Int64 or DType.Float64 => 8,
        _ => throw new DTypeException($"{type} is not a known element type."),
    };

    /// <summary>True for Float16, BFloat16, Float32 and Float64.</summary>
    public static bool IsFloatingPoint(this DType type) => type >= DType.Float16;

    /// <summary>Floating point of 16 bits, which is widened to Float32 for arithmetic.</summary>
    internal static bool IsNarrow(this DType type) => type is DType.Float16 or DType.BFloat16;

    /// <summary>The element type for a .NET type.</summary>
    /// <exception cref="DTypeException">No element type corresponds to it.</exception>
    public static DType Of<T>() where T : unmanaged
    {
        if (typeof(T) == typeof(float)) return DType.Float32;
        if (typeof(T) == typeof(double)) return DType.Float64;
        if (typeof(T) == typeof(long)) return DType.Int64;
        if (typeof(T) == typeof(int)) return DType.Int32;
        if (typeof(T) == typeof(byte)) return DType.UInt8;
        if (typeof(T) == typeof(sbyte)) return DType.Int8;
        if (typeof(T) == typeof(short)) return DType.Int16;
        if (typeof(T) == typeof(Half)) return DType.Float16;
        if (typeof(T) == typeof(BFloat16)) return DType.BFloat16;
        if (typeof(T) == typeof(bool)) return DType.Bool;
        throw new DTypeException($"No element type corresponds to {typeof(T)}; there are float, double, Half, BFloat16, long, int, short, sbyte, byte and bool.");
    }

    /// <summary>The type that holds the result of arithmetic between the two, as torch.promote_types.</summary>
    public static DType Promote(DType a, DType b)
    {
        var (low, high) = a < b ? (a, b) : (b, a);
        // The only pairs that neither side can hold.
        if ((low, high) == (DType.UInt8, DType.Int8)) return DType.Int16;
        if ((low, high) == (DType.Float16, DType.BFloat16)) return DType.Float32;
        return high;
    }

    /// <summary>The smallest and the largest number of an integer type.</summary>
    internal static (double Least, double Most) Range(this DType type) => type switch
    {
        DType.UInt8 => (0, byte.MaxValue),
        DType.Int8 => (sbyte.MinValue, sbyte.MaxValue),
        DType.Int16 => (short.MinValue, short.MaxValue),
        DType.Int32 => (int.MinValue, int.MaxValue),
        _ => (long.MinValue, long.MaxValue),
    };

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
