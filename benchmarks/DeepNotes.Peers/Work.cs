namespace DeepNotes.Peers;

/// <summary>What limits a row on a perfect machine, so that a time can be given as a percentage of it.</summary>
enum Limit
{
    /// <summary>Multiply-adds: the measured peak of fused multiply-adds.</summary>
    Arithmetic,

    /// <summary>Traffic: the measured rate of a triad over as much memory.</summary>
    Memory,

    /// <summary>The cost of calls: no limit to compare with.</summary>
    Calls,
}

/// <summary>The least work that a row can be done with.</summary>
readonly record struct Work(Limit Limit, double Amount, double Footprint)
{
    /// <summary>Additions and multiplications, each counted as one.</summary>
    public static Work Flops(double count) => new(Limit.Arithmetic, count, 0);

    /// <summary>Bytes read and written; <paramref name="footprint"/> is the memory that they lie in, where some are both.</summary>
    public static Work Bytes(double moved, double? footprint = null) => new(Limit.Memory, moved, footprint ?? moved);

    /// <summary>Work too small to count.</summary>
    public static Work Calls => new(Limit.Calls, 0, 0);

    /// <summary>Floating-point operations of [m, k] × [k, n].</summary>
    public static double Product(double m, double k, double n) => 2 * m * k * n;
}
