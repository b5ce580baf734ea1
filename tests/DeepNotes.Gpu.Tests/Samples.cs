using System.Numerics;

namespace DeepNotes.Gpu.Tests;

/// <summary>Inputs that reach every branch: special values first, then magnitudes from subnormal to huge.</summary>
internal static class Samples
{
    public static T[] Of<T>(int count, int seed) where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] special = [T.Zero, T.NegativeZero, T.One, -T.One, T.PositiveInfinity, T.NegativeInfinity, T.NaN, T.Epsilon, -T.Epsilon, T.CreateChecked(0.5), T.CreateChecked(-2.5), T.CreateChecked(88.5), T.CreateChecked(-104)];
        var random = new Random(seed);
        T[] values = new T[count];
        for (int i = 0; i < count; i++)
        {
            // Every pairing of special values turns up when seeds differ.
            if (i < special.Length * special.Length) values[i] = special[(seed % 2 == 0 ? i : i / special.Length) % special.Length];
            else if (i % 3 == 0) values[i] = T.CreateChecked((random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-30, 30)));
            else values[i] = T.CreateChecked((random.NextDouble() - 0.5) * 20);
        }
        return values;
    }

    /// <summary>The same bits, or NaN both: a NaN's bits are the machine's business.</summary>
    public static bool Same<T>(T a, T b) where T : unmanaged, IBinaryFloatingPointIeee754<T>
        => T.IsNaN(a) ? T.IsNaN(b) : a.Equals(b) && T.IsNegative(a) == T.IsNegative(b);
}
