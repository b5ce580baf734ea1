namespace DeepNotes.Core.Tests.Accuracy;

/// <summary>Errors in units in the last place of the exact result.</summary>
internal static class Ulp
{
    /// <summary>The distance of a Float32 result from a result known to about twice its precision; infinite for a wrong special value.</summary>
    /// <param name="got">The result.</param>
    /// <param name="exact">What it should be.</param>
    /// <param name="floor">Results below it in magnitude are measured by its unit: for functions with zeros that no formula resolves.</param>
    public static double Of(float got, double exact, double floor = 0)
    {
        if (double.IsNaN(exact) || float.IsNaN(got)) return double.IsNaN(exact) && float.IsNaN(got) ? 0 : double.PositiveInfinity;
        // An infinity stands for the first number that Float32 does not hold.
        double value = float.IsInfinity(got) ? Math.CopySign(Math.ScaleB(1, 128), got) : got;
        double limit = Math.Abs(exact) > Math.ScaleB(1, 128) ? Math.CopySign(Math.ScaleB(1, 128), exact) : exact;
        if (value == 0 && exact == 0) return float.IsNegative(got) == double.IsNegative(exact) ? 0 : double.PositiveInfinity;
        int exponent = Math.Max(exact == 0 && floor == 0 ? -126 : Math.ILogB(Math.Max(Math.Abs(limit), floor)), -126);
        return Math.Abs(value - limit) / Math.ScaleB(1, exponent - 23);
    }

    /// <summary>The number of doubles between a result and the exact result rounded; infinite for a wrong special value.</summary>
    /// <param name="got">The result.</param>
    /// <param name="rounded">What it should be, rounded to double.</param>
    /// <param name="floor">Results below it in magnitude are measured by its unit.</param>
    public static double Of(double got, double rounded, double floor = 0)
    {
        if (Math.Abs(rounded) < floor) return Math.Abs(got - rounded) / (Math.BitIncrement(floor) - floor);
        if (double.IsNaN(rounded) || double.IsNaN(got)) return double.IsNaN(rounded) && double.IsNaN(got) ? 0 : double.PositiveInfinity;
        if (got == 0 && rounded == 0) return double.IsNegative(got) == double.IsNegative(rounded) ? 0 : double.PositiveInfinity;
        return Math.Abs((double)(Order(got) - Order(rounded)));
    }

    // Neighbouring doubles have neighbouring numbers, through zero too.
    private static Int128 Order(double x)
    {
        long bits = BitConverter.DoubleToInt64Bits(x);
        return bits >= 0 ? bits : -(Int128)(bits & long.MaxValue);
    }
}
