using DeepNotes.Ops;

namespace DeepNotes.OpTable;

/// <summary>The checks that a row is put through, on any device.</summary>
public static class OpChecks
{
    /// <summary>Results, their types, and gradients for a random cotangent are PyTorch's.</summary>
    public static void Golden(Row row, DType type, Device device)
    {
        var golden = Goldens.Of(row);
        double tolerance = row.Tolerance.Of(type);
        for (int c = 0; c < row.Cases.Length; c++)
        {
            string what = $"{row.Name}, case {c} ({row.Cases[c].Torch}), {type}";
            var x = new Tensor[row.Cases[c].Inputs.Length];
            for (int i = 0; i < x.Length; i++) x[i] = Leaf(Input(golden[$"{c}.x{i}"], type, device), row.HasGradient);
            var y = row.Cases[c].Run(x);
            Tensor? total = null;
            for (int k = 0; k < y.Length; k++)
            {
                var expected = golden[$"{c}.y{k}"];
                var expectedType = type == DType.Float32 ? golden.Type(c, k) : expected.DType;
                Assert.True(y[k].DType == expectedType, $"{what}: result {k} is {y[k].DType} instead of {expectedType}.");
                Same.Close(expected, y[k], tolerance, $"{what}: result {k}");
                if (golden.Find($"{c}.g{k}") is { } g) total = Add(total, (y[k] * g.To(y[k].DType).To(device)).Sum().To(type));
            }
            Assert.False(golden.Has($"{c}.y{y.Length}"), $"{what}: there are only {y.Length} results.");
            if (total is null) continue;
            var leaves = x.Where(t => t.RequiresGrad).ToArray();
            var gradients = Grad.Of(total, leaves, allowUnused: true);
            for (int i = 0, at = 0; i < x.Length; i++)
            {
                if (!x[i].RequiresGrad) continue;
                Assert.True(gradients[at].DType == type, $"{what}: the gradient of input {i} is {gradients[at].DType}.");
                Same.Close(golden[$"{c}.d{i}"], gradients[at++], tolerance, $"{what}: the gradient of input {i}");
            }
        }
    }

    /// <summary>±0, ±∞, NaN, subnormal and extreme numbers give what PyTorch gives, gradients too.</summary>
    public static void Specials(Row row, DType type, Device device)
    {
        var golden = Goldens.Of(row);
        string prefix = type == DType.Float32 ? "s32" : "s64";
        if (!golden.Has($"{prefix}.y")) return;
        var values = golden[$"{prefix}.x"].To(device);
        int count = row.Cases[0].Inputs.Length, n = values.Count;
        Tensor[] x = count == 1 ? [values] : [values.Unsqueeze(1).Expand(n, n).Contiguous(), values.Unsqueeze(0).Expand(n, n).Contiguous()];
        for (int i = 0; i < count; i++) x[i] = Leaf(x[i], row.HasGradient);
        var y = row.Cases[0].Run(x)[0];
        Compare("y", y, row.HasSignedZero);
        if (!row.HasGradient) return;
        var gradients = Grad.Of(y, x, Tensor.OnesLike(y), allowUnused: true);
        for (int i = 0; i < count; i++) Compare(i == 0 ? "da" : "db", gradients[i], signOfZero: false);

        void Compare(string name, Tensor actual, bool signOfZero)
        {
            var (expected, numbers, inputs) = (Same.Numbers(golden[$"{prefix}.{name}"]), Same.Numbers(actual), x.Select(Same.Numbers).ToArray());
            var wrong = new List<string>();
            for (int i = 0; i < expected.Length; i++)
            {
                if (row.Differs.Any(d => d.Result == name && d.Where(inputs[0][i], count == 1 ? double.NaN : inputs[1][i]))) continue;
                bool same = double.IsFinite(expected[i]) && double.IsFinite(numbers[i])
                    ? Math.Abs(expected[i] - numbers[i]) <= row.Tolerance.Of(type) * Math.Abs(expected[i]) + (type == DType.Float64 ? 5e-324 : 1.5e-45) && !(signOfZero && expected[i] == 0 && numbers[i] == 0 && double.IsNegative(expected[i]) != double.IsNegative(numbers[i]))
                    : expected[i].Equals(numbers[i]);
                if (!same) wrong.Add($"{name} at ({string.Join(", ", inputs.Select(v => v[i].ToString("g9", System.Globalization.CultureInfo.InvariantCulture)))}) is {numbers[i]:r} instead of {expected[i]:r}");
            }
            Assert.True(wrong.Count == 0, $"{row.Name} {type}: {wrong.Count} special values differ: {string.Join("; ", wrong.Take(12))}.");
        }
    }

    /// <summary>Integer and Bool inputs give PyTorch's values in PyTorch's type, or are refused where it refuses them.</summary>
    public static void OnIntegers(Row row, Device device)
    {
        var golden = Goldens.Of(row);
        foreach (var type in new[] { DType.Int64, DType.Int32, DType.Int16, DType.Int8, DType.UInt8, DType.Bool })
        {
            // A GPU stores these two and does not compute with them.
            if (!device.IsCpu && type is (DType.Int16 or DType.Int8)) continue;
            string prefix = type.ToString();
            var x = new List<Tensor>();
            for (int i = 0; i < row.Cases[0].Inputs.Length; i++) x.Add(golden[$"{prefix}.x{i}"].To(device));
            if (!golden.Has($"{prefix}.y0"))
            {
                if (row.Integers == Integers.AsTorch) Assert.Throws<DTypeException>(() => row.Cases[0].Run([.. x]));
                continue;
            }
            var y = row.Cases[0].Run([.. x]);
            for (int k = 0; k < y.Length; k++)
            {
                var expected = golden[$"{prefix}.y{k}"];
                Assert.True(y[k].DType == expected.DType, $"{row.Name} of {type} is {y[k].DType} instead of {expected.DType}.");
                Same.Close(expected, y[k], row.Tolerance.Float32, $"{row.Name} of {type}: result {k}");
            }
        }
    }

    /// <summary>The gradient, and the gradient of the gradient, are what finite differences say.</summary>
    public static void Differences(Row row, Device device, bool second)
    {
        for (int c = 0; c < row.Cases.Length; c++)
        {
            var of = row.Cases[c];
            var x = of.Draw(DType.Float64, device, seed: 11);
            if (x.Any(t => t.Count == 0)) continue;
            int[] free = [.. Enumerable.Range(0, x.Length).Where(i => x[i].DType == DType.Float64)];
            int results = of.Run(x).Length;
            for (int k = 0; k < results; k++)
            {
                if (!of.Run(x)[k].DType.IsFloatingPoint()) continue;
                Tensor Function(Tensor[] leaves)
                {
                    var all = (Tensor[])x.Clone();
                    for (int i = 0; i < free.Length; i++) all[free[i]] = leaves[i];
                    return of.Run(all)[k];
                }
                try
                {
                    if (second) GradCheck.Second(Function, [.. free.Select(i => x[i])], tolerance: 1e-5, seed: 7);
                    else GradCheck.First(Function, [.. free.Select(i => x[i])], seed: 7);
                }
                catch (GradException e)
                {
                    Assert.Fail($"{row.Name}, case {c} ({of.Torch}), result {k}: {e.Message}");
                }
            }
        }
    }

    /// <summary>The backward pass that is not recorded, fused where there is such, agrees with the recorded expression.</summary>
    public static void Fused(Row row, DType type, Device device)
    {
        foreach (var of in row.Cases.Concat(row.IsElementwise && row.Cases[0].Inputs.Length == 2 ? Broadcasts(row) : []))
        {
            var x = of.Draw(type, device, seed: 12).Select(t => Leaf(t, true)).ToArray();
            var leaves = x.Where(t => t.RequiresGrad).ToArray();
            foreach (var y in of.Run(x).Where(t => t.RequiresGrad))
            {
                var g = Tensor.Randn(y.Shape, y.DType, new Rng(13)).To(device);
                var composite = Grad.Of(y, leaves, g, createGraph: true, allowUnused: true);
                var fused = Grad.Of(y, leaves, g, retainGraph: true, allowUnused: true);
                for (int i = 0; i < leaves.Length; i++) Same.Close(composite[i], fused[i], row.Tolerance.Of(type), $"{row.Name} ({of.Torch}) {type}, gradient {i}: fused against expression");
            }
        }
    }

    /// <summary>Two tensors that broadcast give, bit for bit, what their expanded copies give; gradients are the sums.</summary>
    public static void Broadcasting(Row row, DType type, Device device)
    {
        foreach (var of in Broadcasts(row))
        {
            var x = of.Draw(type, device, seed: 14);
            var whole = (x[0] + x[1]).Shape;
            string what = $"{row.Name} {x[0].Shape} with {x[1].Shape}";
            var y = Run(of, [Leaf(x[0], row.HasGradient), Leaf(x[1], row.HasGradient)], row, out var small);
            var z = Run(of, [Leaf(x[0].Expand(whole.ToArray()).Contiguous(), row.HasGradient), Leaf(x[1].Expand(whole.ToArray()).Contiguous(), row.HasGradient)], row, out var large);
            Same.Bits(z[0], y[0], what);
            for (int i = 0; i < small.Length; i++) Same.Close(large[i].SumTo(x[i].Shape), small[i], row.Tolerance.Of(type), $"{what}: gradient {i}", floor: 10);
        }
    }

    /// <summary>A scalar, one element and no elements: shapes, types and gradients follow.</summary>
    public static void ScalarAndEmpty(Row row, DType type, Device device)
    {
        foreach (int[] lengths in new int[][] { [], [1], [1, 1, 1], [0], [2, 0, 3] })
        {
            var of = new Case(row.Cases[0].Run, row.Cases[0].Torch, [.. row.Cases[0].Inputs.Select(i => i.In(lengths))]);
            var x = of.Draw(type, device, seed: 15).Select(t => Leaf(t, row.HasGradient)).ToArray();
            var y = Run(of, x, row, out var gradients);
            Assert.True(y[0].Shape == Shape.Create(lengths), $"{row.Name} of {Shape.Create(lengths)} has the shape {y[0].Shape}.");
            foreach (var d in gradients) Assert.True(d.Shape == Shape.Create(lengths) && d.DType == type, $"{row.Name} of {Shape.Create(lengths)}: a gradient is {d.Shape} {d.DType}.");
            if (y[0].Count == 0) continue;
            var one = new Case(of.Run, of.Torch, [.. of.Inputs.Select(i => i.In(1))]).Run([.. x.Select(t => t.Detach().Reshape(1))]);
            Same.Bits(one[0], y[0].Detach().Reshape(1), $"{row.Name} of {Shape.Create(lengths)}");
        }
    }

    /// <summary>Results and gradients do not depend on the number of threads.</summary>
    public static void Threads(Row row, DType type, Device device)
    {
        int before = DeepNotesThreads.Count;
        try
        {
            foreach (var of in row.Large)
            {
                DeepNotesThreads.Count = 1;
                var one = Run(of, [.. of.Draw(type, device, seed: 16).Select(t => Leaf(t, row.HasGradient))], row, out var gradientsOfOne);
                DeepNotesThreads.Count = 2;
                var two = Run(of, [.. of.Draw(type, device, seed: 16).Select(t => Leaf(t, row.HasGradient))], row, out var gradientsOfTwo);
                for (int k = 0; k < one.Length; k++) Same.Bits(one[k], two[k], $"{row.Name} ({of.Torch}) {type}, result {k} with one and with two threads");
                for (int i = 0; i < gradientsOfOne.Length; i++) Same.Bits(gradientsOfOne[i], gradientsOfTwo[i], $"{row.Name} ({of.Torch}) {type}, gradient {i} with one and with two threads");
            }
        }
        finally
        {
            DeepNotesThreads.Count = before;
        }
    }

    /// <summary>What Keep says is what the gradient reads.</summary>
    public static void Kept(Row row) => row.Formula!.Run(row.Cases[0].Draw(DType.Float64, Device.Cpu, seed: 17), row.Name);

    /// <summary>Calls that cannot be are refused with an exception of the right type that says why.</summary>
    public static void Refused(Row row)
    {
        foreach (var wrong in row.Wrong)
        {
            var exception = Assert.Throws(wrong.Exception, wrong.Call);
            foreach (string part in wrong.Says) Assert.True(exception.Message.Contains(part, StringComparison.Ordinal), $"{row.Name}: \"{exception.Message}\" does not say \"{part}\".");
        }
    }

    /// <summary>Results, and the gradients of the floating-point inputs for one cotangent a result.</summary>
    internal static Tensor[] Run(Case of, Tensor[] x, Row row, out Tensor[] gradients, Func<Tensor, Tensor>? layout = null)
    {
        var y = of.Run(x);
        var leaves = x.Where(t => t.RequiresGrad).ToArray();
        gradients = [];
        if (!row.HasGradient) return y;
        Tensor? total = null;
        var sums = new Tensor?[leaves.Length];
        for (int k = 0; k < y.Length; k++)
        {
            if (!y[k].RequiresGrad) continue;
            var g = Tensor.Randn(y[k].Shape, y[k].DType, new Rng(18 + (ulong)k)).To(y[k].Device);
            if (layout is not null) g = layout(g);
            if (y.Length == 1)
            {
                gradients = Grad.Of(y[k], leaves, g, allowUnused: true);
                return y;
            }
            total = Add(total, (y[k] * g).Sum());
        }
        if (total is not null) gradients = Grad.Of(total, leaves, allowUnused: true);
        return y;
    }

    internal static Tensor Leaf(Tensor t, bool needsGradient)
    {
        t = t.Detach();
        if (needsGradient && t.DType.IsFloatingPoint()) t.RequiresGrad = true;
        return t;
    }

    private static IEnumerable<Case> Broadcasts(Row row)
    {
        var first = row.Cases[0];
        int[][][] pairs = [[[3, 1], [1, 4]], [[2, 3, 4], [4]], [[], [2, 3]], [[2, 3], []], [[1], [3, 2]], [[2, 1, 3], [4, 1]], [[5, 1, 40], [3, 40]], [[2, 0], [1]]];
        foreach (var pair in pairs) yield return new Case(first.Run, first.Torch, first.Inputs[0].In(pair[0]), first.Inputs[1].In(pair[1]));
    }

    private static Tensor Add(Tensor? total, Tensor term) => total is null ? term : total + term;

    private static Tensor Input(Tensor stored, DType type, Device device) => (stored.DType.IsFloatingPoint() ? stored.To(type) : stored).To(device);
}
