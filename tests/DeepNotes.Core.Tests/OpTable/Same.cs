using System.Globalization;

namespace DeepNotes.OpTable;

/// <summary>Comparisons of tensors that name what differs and where.</summary>
public static class Same
{
    /// <summary>Same shape, type and bits; any NaN equals any other.</summary>
    public static void Bits(Tensor expected, Tensor actual, string what)
    {
        if (FirstDifference(expected, actual) is { } difference) Assert.Fail($"{what}: {difference}");
    }

    public static string? FirstDifference(Tensor expected, Tensor actual)
    {
        if (expected.Shape != actual.Shape || expected.DType != actual.DType) return $"{actual.Shape} {actual.DType} instead of {expected.Shape} {expected.DType}";
        var (e, a) = (Numbers(expected), Numbers(actual));
        for (int i = 0; i < e.Length; i++)
        {
            if (BitConverter.DoubleToInt64Bits(e[i]) != BitConverter.DoubleToInt64Bits(a[i]) && !(double.IsNaN(e[i]) && double.IsNaN(a[i]))) return $"element {i} of {expected.Shape} is {Text(a[i])} instead of {Text(e[i])}";
        }
        return null;
    }

    /// <summary>Same shape; |difference| ≤ tolerance·(|expected| + floor); the same infinities and NaN.</summary>
    public static void Close(Tensor expected, Tensor actual, double tolerance, string what, double floor = 1, bool signOfZero = false)
    {
        Assert.True(expected.Shape == actual.Shape, $"{what}: the shape is {actual.Shape} instead of {expected.Shape}.");
        var (e, a) = (Numbers(expected), Numbers(actual));
        for (int i = 0; i < e.Length; i++)
        {
            bool same = double.IsFinite(e[i]) && double.IsFinite(a[i])
                ? Math.Abs(e[i] - a[i]) <= tolerance * (Math.Abs(e[i]) + floor) && !(signOfZero && e[i] == 0 && a[i] == 0 && double.IsNegative(e[i]) != double.IsNegative(a[i]))
                : e[i].Equals(a[i]);
            if (!same) Assert.Fail($"{what}: element {i} of {expected.Shape} is {Text(a[i])} instead of {Text(e[i])} (relative error {(Math.Abs(e[i] - a[i]) / Math.Abs(e[i])).ToString("g3", CultureInfo.InvariantCulture)}, tolerance {tolerance}).");
        }
    }

    public static double[] Numbers(Tensor t)
    {
        using (Grad.Off())
        {
            t = t.Detach().To(Device.Cpu);
            // Large Int64 differ where their doubles are equal; nothing here has any.
            return t.To(DType.Float64).ToArray<double>();
        }
    }

    private static string Text(double x) => x.ToString("r", CultureInfo.InvariantCulture);
}
