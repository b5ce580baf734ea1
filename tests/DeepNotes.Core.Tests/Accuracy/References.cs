namespace DeepNotes.Core.Tests.Accuracy;

/// <summary>Functions in double precision that .NET's Math does not have, by other ways than the formulas under test.</summary>
internal static class References
{
    public static double Sigmoid(double x) => x < 0 ? Math.Exp(x) / (1 + Math.Exp(x)) : 1 / (1 + Math.Exp(-x));

    public static double Erf(double x)
    {
        if (double.IsNaN(x)) return x;
        double a = Math.Abs(x);
        double y = a < 2.5 ? ErfSeries(a) : 1 - ErfcFraction(a);
        return Math.CopySign(y, x);
    }

    public static double Erfc(double x) => double.IsNaN(x) ? x : x < 0 ? 1 + Erf(-x) : x < 1 ? 1 - ErfSeries(x) : ErfcFraction(x);

    public static double Sinc(double x)
    {
        double size = Math.Abs(x), whole = Math.Round(size), sine = Math.Sin(Math.PI * (size - whole));
        return size == 0 ? 1 : double.IsInfinity(size) ? double.NaN : (whole % 2 == 0 ? sine : 0 - sine) / (Math.PI * size);
    }

    public static double NormalCdf(double x) => 0.5 * Erfc(-x * 0.70710678118654752440);

    // Kahan's forms: the rounding errors of u cancel.
    public static double Log1p(double x)
    {
        double u = 1 + x;
        return u == 1 || double.IsPositiveInfinity(x) ? x : Math.Log(u) * (x / (u - 1));
    }

    public static double Expm1(double x)
    {
        double u = Math.Exp(x);
        return u == 1 ? x : u - 1 == -1 || double.IsPositiveInfinity(u) ? u - 1 : (u - 1) * (x / Math.Log(u));
    }

    // 2/√π·exp(−a²)·Σ 2ⁿ a²ⁿ⁺¹ / (1·3·…·(2n + 1)): no term is negative.
    private static double ErfSeries(double a)
    {
        double term = a, sum = a;
        for (int n = 1; term > 1e-18 * sum; n++)
        {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        return 1.1283791670955126 * Math.Exp(-a * a) * sum;
    }

    // The continued fraction of erfc from its far end; a² is split so that its rounding does not grow in the exponential.
    private static double ErfcFraction(double a)
    {
        if (a > 30) return 0;
        double tail = 0;
        for (int n = a < 2 ? 400 : 120; n > 0; n--) tail = n / 2.0 / (a + tail);
        double head = (double)(float)a;
        return Math.Exp(-head * head) * Math.Exp((head - a) * (head + a)) / (1.7724538509055160273 * (a + tail));
    }
}
