using System.Globalization;

namespace DeepNotes.OpTable;

/// <summary>
/// In 16 bits: what Float64 gives for the same numbers, to one unit in the last place. Float64's own results are PyTorch's,
/// as <see cref="OpChecks.Golden"/> shows.
/// </summary>
public static class NarrowChecks
{
    public static void Run(Row row, DType type, Device device)
    {
        foreach (var of in row.Cases)
        {
            var x = of.Draw(type, device, seed: 19);
            var y = OpChecks.Run(of, [.. x.Select(t => OpChecks.Leaf(t, row.HasGradient))], row, out var gradients, Cotangent);
            string what = $"{row.Name} ({of.Torch}) {type}";
            if (row.IsElementwise)
            {
                var single = OpChecks.Run(of, Wide(DType.Float32), row, out _, Cotangent);
                Same.Bits(single[0].DType == DType.Float32 ? single[0].To(type) : single[0], y[0], what);
            }
            var wide = OpChecks.Run(of, Wide(DType.Float64), row, out var wideGradients, Cotangent);
            for (int k = 0; k < y.Length; k++) Compare(wide[k], y[k], row, type, false, $"{what}: result {k}");

            // A formula's gradient reads the output that was kept, in 16 bits as in PyTorch, and is rounded once itself. Where inputs
            // broadcast, or operations are chained, what is rounded is summed: PyTorch's gradients, too, are right to the largest element's digits only, and to two units of those.
            bool isFormula = row.Formula is not null && x.All(t => t.Shape == y[0].Shape);
            if (isFormula && gradients.Length > 0) wideGradients = row.Formula!.Gradients(Cotangent(wide[0]), [.. x.Select(t => t.To(DType.Float64))], y[0].Detach().To(DType.Float64));
            for (int i = 0; i < gradients.Length; i++) Compare(wideGradients[i], gradients[i], row, type, !isFormula, $"{what}: gradient {i}");

            Tensor Cotangent(Tensor g) => Tensor.Randn(g.Shape, type, new Rng(18)).To(g.DType).To(device);

            Tensor[] Wide(DType wider) => [.. x.Select(t => OpChecks.Leaf(t.DType == type ? t.To(wider) : t, row.HasGradient))];
        }
    }

    private static void Compare(Tensor exact, Tensor actual, Row row, DType type, bool toLargest, string what)
    {
        Assert.True(exact.Shape == actual.Shape, $"{what}: the shape is {actual.Shape} instead of {exact.Shape}.");
        if (!exact.DType.IsFloatingPoint() || !actual.DType.IsNarrow())
        {
            Assert.True(exact.DType.IsFloatingPoint() == actual.DType.IsFloatingPoint(), $"{what}: {actual.DType} where Float64 gives {exact.DType}.");
            Same.Close(exact, actual, row.Tolerance.Float32, what);
            return;
        }
        var (e, a, rounded) = (Same.Numbers(exact), Same.Numbers(actual), Same.Numbers(exact.To(type)));
        if (e.Length == 0) return;
        double worst = 0, largest = toLargest ? e.Max(Math.Abs) : 0;
        int where = 0;
        for (int i = 0; i < e.Length; i++)
        {
            // What Float32, in which 16-bit numbers are computed with, may be off by itself.
            double error = Math.Abs(e[i] - a[i]) - row.Tolerance.Float32 * (Math.Abs(e[i]) + 1);
            double ulps = a[i].Equals(rounded[i]) ? 0 : error / UnitInLastPlace(Math.Max(Math.Abs(e[i]), largest), type);
            if (ulps <= worst) continue;
            (worst, where) = (ulps, i);
        }
        Assert.True(worst <= Math.Max(row.NarrowUlps, toLargest ? 2 : 1), string.Create(CultureInfo.InvariantCulture, $"{what}: element {where} of {exact.Shape} is {a[where]:r} instead of {e[where]:r}: {worst:f2} units in the last place of {type}."));
    }

    /// <summary>The distance of the type's numbers around a number.</summary>
    public static double UnitInLastPlace(double x, DType type)
    {
        var (lowest, digits) = type == DType.Float16 ? (-14, 10) : (-126, 7);
        return Math.ScaleB(1, (x == 0 ? lowest : Math.Max(Math.ILogB(x), lowest)) - digits);
    }
}
