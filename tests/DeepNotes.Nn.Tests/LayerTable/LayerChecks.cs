namespace DeepNotes.Nn.Tests.LayerTable;

/// <summary>What is held against PyTorch for one row of the layer table.</summary>
internal static class LayerChecks
{
    /// <summary>Keys, shapes and order of the state dict.</summary>
    public static void Keys(LayerRow row) => Assert.Equal(
        LayerGolden.Of(row).Below("state.").Select(t => $"{t.Key} {t.Value.Shape}"),
        row.Make().StateDict().Select(t => $"{t.Key} {t.Value.Shape}"));

    /// <summary>Results, all gradients and what the call did to the buffers, while training and then in evaluation.</summary>
    public static void Values(LayerRow row, DType type, double tolerance)
    {
        LayerGolden golden = LayerGolden.Of(row);
        Module layer = Loaded(row, golden, type);
        if (!row.IsRandom) Pass("train.");
        foreach (var (key, value) in golden.Below("after.")) Goldens.AssertClose(value, layer.StateDict()[key], tolerance, $"{key} after training");
        layer.Eval();
        Pass("eval.");

        void Pass(string mode)
        {
            layer.ZeroGrad();
            Tensor[] inputs = Inputs(golden, type);
            Tensor[] results = row.Run(layer, inputs);
            Tensor[] expected = golden.Several(mode + "y"), cotangents = golden.Several(mode + "g");
            Assert.Equal(expected.Length, results.Length);
            for (int i = 0; i < results.Length; i++) Goldens.AssertClose(expected[i], results[i], tolerance, $"{mode} result {i}");
            Tensor[] differentiable = [.. results.Where(y => y.RequiresGrad)];
            Assert.Equal(cotangents.Length, differentiable.Length);
            if (cotangents.Length == 0) return;
            Tensor loss = differentiable.Select((y, i) => (y * cotangents[i].To(type)).Sum()).Aggregate((a, b) => a + b);
            loss.Backward();
            for (int i = 0; i < inputs.Length; i++)
            {
                if (golden.Find($"{mode}d{i}") is { } gradient) Goldens.AssertClose(gradient, inputs[i].Grad ?? Tensor.ZerosLike(inputs[i]), tolerance, $"{mode} gradient of input {i}");
            }
            foreach (var (key, gradient) in golden.Below(mode + "p."))
            {
                Parameter parameter = layer.NamedParameters().Single(p => p.Key == key).Value;
                Goldens.AssertClose(gradient, parameter.Grad ?? Tensor.ZerosLike(parameter), tolerance, $"{mode} gradient of {key}");
            }
        }
    }

    /// <summary>
    /// The gradient's gradient, by every input and parameter, is that of finite differences. With f the gradient of all of them
    /// along random directions, ∇f along another direction must be what moving there changes f by.
    /// </summary>
    public static void Differences(LayerRow row)
    {
        const double Step = 1e-5;
        LayerGolden golden = LayerGolden.Of(row);
        Module layer = Loaded(row, golden, DType.Float64);
        if (row.IsRandom || !row.IsSmoothInTraining) layer.Eval();
        var frozen = layer.StateDict().ToDictionary(t => t.Key, t => t.Value.Clone());
        Tensor[] inputs = Inputs(golden, DType.Float64);
        Tensor[] leaves = [.. inputs.Where(x => x.RequiresGrad), .. layer.Parameters().Where(p => p.RequiresGrad)];
        var rng = new Rng(7);
        Tensor[] along = [.. leaves.Select(x => Tensor.Randn(x.Shape, DType.Float64, rng))];
        Tensor[]? cotangents = null;
        Tensor first = F();
        // The gradient of what only passes its input through depends on nothing.
        Tensor[] computed = first.RequiresGrad ? Grad.Of(first, leaves, allowUnused: true) : [.. leaves.Select(x => Tensor.ZerosLike(x))];
        for (int i = 0; i < leaves.Length; i++)
        {
            Tensor direction = Tensor.Randn(leaves[i].Shape, DType.Float64, rng), origin = leaves[i].Detach().Clone();
            double Moved(double by)
            {
                using (Grad.Off()) leaves[i].CopyFrom(origin + direction * by);
                return F().Item();
            }
            double expected = (Moved(Step) - Moved(-Step)) / (2 * Step);
            using (Grad.Off()) leaves[i].CopyFrom(origin);
            double found = (computed[i].Detach() * direction).Sum().Item();
            Assert.True(Math.Abs(found - expected) <= 1e-5 * (1 + Math.Abs(expected)), $"second derivative by {(i < inputs.Length ? $"input {i}" : $"parameter {i - inputs.Length}")}: {found} instead of {expected}");
        }

        Tensor F()
        {
            // Running statistics move with every call.
            using (Grad.Off()) layer.LoadStateDict(frozen.Where(t => layer.NamedParameters().All(p => p.Key != t.Key)).ToDictionary(), strict: false);
            Tensor[] results = [.. row.Run(layer, inputs).Where(y => y.RequiresGrad)];
            cotangents ??= [.. results.Select(y => Tensor.Randn(y.Shape, DType.Float64, rng))];
            Tensor loss = results.Select((y, i) => (y * cotangents[i]).Sum()).Aggregate((a, b) => a + b);
            Tensor[] gradients = Grad.Of(loss, leaves, createGraph: true, allowUnused: true);
            // A square, so that what is linear has a second derivative as well.
            return gradients.Select((g, i) => (g * along[i]).Sum().Square() + (g * along[i]).Sum()).Aggregate((a, b) => a + b);
        }
    }

    /// <summary>Mean, spread and largest magnitude of the initial parameters over many layers.</summary>
    public static void Initialisation(LayerRow row)
    {
        const int Layers = 400;
        Rng.Seed(16);
        var samples = new OrderedDictionary<string, List<double>>();
        for (int i = 0; i < Layers; i++)
        {
            foreach (var (key, parameter) in row.Make().NamedParameters())
            {
                if (!samples.TryGetValue(key, out List<double>? list)) samples.Add(key, list = []);
                list.AddRange(parameter.Detach().To(DType.Float64).ToArray<double>());
            }
        }
        foreach (var (key, expected) in LayerGolden.Of(row).Below("init."))
        {
            double[] e = expected.ToArray<double>();
            List<double> values = samples[key];
            double mean = values.Average(), spread = Math.Sqrt(values.Average(v => (v - mean) * (v - mean))), largest = values.Max(Math.Abs);
            double error = 6 / Math.Sqrt(2.0 * values.Count);
            Assert.True(Math.Abs(mean - e[0]) <= 2 * error * e[1] + 1e-7, $"{key}: mean {mean} instead of {e[0]}");
            Assert.True(Math.Abs(spread - e[1]) <= 2 * error * e[1] + 1e-7, $"{key}: spread {spread} instead of {e[1]}");
            Assert.True(Math.Abs(largest - e[2]) <= 0.25 * e[2], $"{key}: largest magnitude {largest} instead of {e[2]}");
        }
    }

    /// <summary>A clone computes the same bits and shares no memory; a snapshot computes what evaluation does and refuses to be written.</summary>
    public static void Copies(LayerRow row)
    {
        LayerGolden golden = LayerGolden.Of(row);
        Module layer = Loaded(row, golden, DType.Float32);
        layer.Eval();
        using var off = Grad.Off();
        Tensor[] expected = row.Run(layer, Inputs(golden, DType.Float32));
        Module clone = layer.Clone(), snapshot = layer.Snapshot();
        foreach (Parameter parameter in layer.Parameters()) parameter.FillInPlace(0);
        Assert.Equal(layer.StateDict().Keys, clone.StateDict().Keys);
        foreach (Module copy in new[] { clone, snapshot })
        {
            Tensor[] results = row.Run(copy, Inputs(golden, DType.Float32));
            for (int i = 0; i < expected.Length; i++) Goldens.AssertClose(expected[i], results[i], copy == clone ? 0 : 1e-6, $"result {i} of {(copy == clone ? "the clone" : "the snapshot")}");
        }
        foreach (Parameter parameter in snapshot.Parameters()) Assert.Throws<InvalidOperationException>(() => parameter.FillInPlace(0));
        Assert.Throws<InvalidOperationException>(snapshot.Train);
    }

    private static Module Loaded(LayerRow row, LayerGolden golden, DType type)
    {
        Module layer = row.Make().To(type);
        layer.LoadStateDict(golden.Below("state."));
        return layer;
    }

    private static Tensor[] Inputs(LayerGolden golden, DType type) => [.. golden.Several("x").Select(x =>
    {
        if (!x.DType.IsFloatingPoint()) return x;
        Tensor leaf = x.To(type).Clone();
        leaf.RequiresGrad = golden.Below("train.d").Count + golden.Below("eval.d").Count > 0;
        return leaf;
    })];
}
