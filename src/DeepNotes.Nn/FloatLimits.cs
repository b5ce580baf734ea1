namespace DeepNotes.Nn;

/// <summary>What the floating-point types can hold.</summary>
internal static class FloatLimits
{
    /// <summary>From 1 to the next larger number.</summary>
    public static double Spacing(DType dtype) => Math.Pow(2, dtype switch
    {
        DType.Float64 => -52,
        DType.Float32 => -23,
        DType.Float16 => -10,
        _ => -7,
    });

    /// <summary>The smallest positive number with full precision.</summary>
    public static double Smallest(DType dtype) => Math.Pow(2, dtype switch
    {
        DType.Float64 => -1022,
        DType.Float16 => -14,
        _ => -126,
    });
}
