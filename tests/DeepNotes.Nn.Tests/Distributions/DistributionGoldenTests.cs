using DeepNotes.Nn.Distributions;

namespace DeepNotes.Nn.Tests.Distributions;

public class DistributionGoldenTests
{
    private const double Tolerance = 1e-9;

    private static readonly Goldens Golden = Goldens.Distributions;

    public static TheoryData<string> Names { get; } = [.. DistributionTable.All.Keys];

    public static TheoryData<string> Pairs { get; } = [.. Golden.Keys.Where(k => k.StartsWith("kl.", StringComparison.Ordinal) && k.EndsWith(".value", StringComparison.Ordinal)).Select(k => k[3..^6])];

    [Theory, MemberData(nameof(Names))]
    public void Densities_and_their_gradients_are_those_of_PyTorch(string name)
    {
        var (distribution, parameters) = DistributionTable.Make(name, name);
        Tensor value = Golden[$"{name}.value"];
        if (Golden.Find($"{name}.dlog_prob.value") is not null) parameters["value"] = value = DistributionTable.Leaf(value);
        Tensor log = distribution.LogProb(value);
        Goldens.AssertClose(Golden[$"{name}.log_prob"], log, Tolerance, "log density");
        AssertGradients($"{name}.dlog_prob", log, parameters);
    }

    [Theory, MemberData(nameof(Names))]
    public void Moments_and_entropies_and_their_gradients_are_those_of_PyTorch(string name)
    {
        var kinds = new (string Kind, Func<Distribution, Tensor> Of)[] { ("mean", d => d.Mean), ("variance", d => d.Variance), ("entropy", d => d.Entropy()) };
        foreach (var (kind, of) in kinds)
        {
            var (distribution, parameters) = DistributionTable.Make(name, name);
            if (Golden.Find($"{name}.{kind}") is not { } expected)
            {
                Assert.Throws<NotSupportedException>(() => of(distribution));
                continue;
            }
            Tensor y = of(distribution);
            if (name.StartsWith("Categorical", StringComparison.Ordinal) && kind != "entropy")
            {
                Assert.All(y.ToArray<double>(), x => Assert.True(double.IsNaN(x)));
                continue;
            }
            Goldens.AssertClose(expected, y, Tolerance, kind);
            AssertGradients($"{name}.d{kind}", y, parameters);
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Divergences_and_their_gradients_are_those_of_PyTorch(string pair)
    {
        string[] names = pair.Split('|');
        var (p, parametersP) = DistributionTable.Make(names[0], names[0]);
        var (q, parametersQ) = DistributionTable.Make(names[1], $"kl.{pair}");
        Tensor divergence = Distribution.Kl(p, q), expected = Golden[$"kl.{pair}.value"];
        // PyTorch does not broadcast the infinite ones to the second batch.
        Goldens.AssertClose(Broadcast(expected, divergence.Shape), divergence, Tolerance, "divergence");
        AssertGradients($"kl.{pair}.d", divergence, parametersP.Select(e => ("p_" + e.Key, e.Value)).Concat(parametersQ.Select(e => ("q_" + e.Key, e.Value))).ToDictionary(e => e.Item1, e => e.Value));
    }

    [Fact]
    public void Pairs_without_a_formula_say_so_and_formulas_can_be_added()
    {
        Assert.Throws<NotSupportedException>(() => Distribution.Kl(new Normal(0, 1), new Poisson(1)));
        Divergences.Register<Laplace, Poisson>((p, q) => p.Scale + q.Rate);
        Assert.Equal(3, Distribution.Kl(new Laplace(0, 1), new Poisson(2)).Item());
        Assert.Throws<NotSupportedException>(() => Distribution.Kl(new Independent(new Normal(Tensor.Zeros([2]), 1), 1), new Independent(new Normal(Tensor.Zeros([2]), 1), 0)));
    }

    private static Tensor Broadcast(Tensor x, Shape shape) => x.Expand(shape.ToArray());

    private static void AssertGradients(string prefix, Tensor y, Dictionary<string, Tensor> leaves)
    {
        (string Key, Tensor Leaf)[] expected = [.. leaves.Where(e => Golden.Find($"{prefix}.{e.Key}") is not null).Select(e => (e.Key, e.Value))];
        if (expected.Length == 0) return;
        Tensor[] found = DistributionTable.Gradients(y, expected.Select(e => e.Leaf));
        for (int i = 0; i < found.Length; i++) Goldens.AssertClose(Golden[$"{prefix}.{expected[i].Key}"], found[i], Tolerance, $"gradient by {expected[i].Key}");
    }
}
