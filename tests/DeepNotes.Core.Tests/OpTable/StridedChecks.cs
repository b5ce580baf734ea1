namespace DeepNotes.OpTable;

/// <summary>Views with any strides give what contiguous copies of them give, gradients too, and whatever the strides of the cotangent.</summary>
public static class StridedChecks
{
    private static readonly (string Name, Func<Tensor, Tensor> Of)[] Layouts =
    [
        ("transposed", t => t.Rank < 2 ? t : t.Transpose(0, -1).Contiguous().Transpose(0, -1)),
        ("every second", EverySecond),
        ("a part of rows", PartOfRows),
        ("expanded first", t => Expanded(t, 0)),
        ("expanded last", t => Expanded(t, -1)),
    ];

    public static void Run(Row row, DType type, Device device)
    {
        foreach (var of in row.Cases)
        {
            var x = of.Draw(type, device, seed: 21);
            foreach (var (name, layout) in Layouts)
            {
                for (int which = -1; which < (x.Length == 1 ? 0 : x.Length); which++)
                {
                    var views = new Tensor[x.Length];
                    using (Grad.Off())
                    {
                        for (int i = 0; i < x.Length; i++) views[i] = which < 0 || which == i ? layout(x[i]) : x[i];
                    }
                    Compare(row, of, type, views, null, $"{row.Name} ({of.Torch}) {type}, {(which < 0 ? "all inputs" : $"input {which}")} {name}");
                }
                if (row.HasGradient) Compare(row, of, type, x, layout, $"{row.Name} ({of.Torch}) {type}, cotangent {name}");
            }
        }
    }

    private static void Compare(Row row, Case of, DType type, Tensor[] views, Func<Tensor, Tensor>? cotangent, string what)
    {
        var copies = views.Select(v => OpChecks.Leaf(v.Detach().Clone(), row.HasGradient)).ToArray();
        var expected = OpChecks.Run(of, copies, row, out var expectedGradients, cotangent is null ? null : g => cotangent(g).Contiguous());
        var actual = OpChecks.Run(of, [.. views.Select(v => OpChecks.Leaf(v, row.HasGradient))], row, out var gradients, cotangent);
        for (int k = 0; k < expected.Length; k++) Same(expected[k], actual[k], $"result {k}");
        for (int i = 0; i < expectedGradients.Length; i++) Same(expectedGradients[i], gradients[i], $"gradient {i}");

        void Same(Tensor e, Tensor a, string which)
        {
            if (row.StridesKeepBits) OpTable.Same.Bits(e, a, $"{what}: {which}");
            else OpTable.Same.Close(e, a, row.Tolerance.Of(type), $"{what}: {which}");
        }
    }

    /// <summary>What lies between the elements is NaN: reading it would show.</summary>
    private static Tensor EverySecond(Tensor t)
    {
        if (t.Rank == 0) return t;
        int[] lengths = t.Shape.ToArray();
        lengths[^1] = 2 * lengths[^1] + 1;
        var wide = Background(t, lengths);
        var view = wide.Slice(-1, 1, int.MaxValue, 2);
        view.CopyFrom(t);
        return view;
    }

    private static Tensor PartOfRows(Tensor t)
    {
        if (t.Rank == 0) return t;
        int[] lengths = t.Shape.ToArray();
        lengths[0] += 2;
        var view = Background(t, lengths).Narrow(0, 1, t.Shape[0]);
        view.CopyFrom(t);
        return view;
    }

    private static Tensor Background(Tensor t, int[] lengths) => Tensor.Full(Shape.Create(lengths), t.DType.IsFloatingPoint() ? double.NaN : 0, t.DType).To(t.Device);

    private static Tensor Expanded(Tensor t, int dimension) =>
        t.Rank == 0 || t.Count == 0 ? t : t.Narrow(dimension, 0, 1).Expand(t.Shape.ToArray());
}
