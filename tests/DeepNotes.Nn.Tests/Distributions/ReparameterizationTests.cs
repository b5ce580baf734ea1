using DeepNotes.Nn.Distributions;

namespace DeepNotes.Nn.Tests.Distributions;

public class ReparameterizationTests
{
    [Fact]
    public void Draws_move_with_concentrations_as_their_distributions_say()
    {
        foreach (double[] row in Rows("implicit.gamma"))
        {
            double digamma = Tensor.Scalar(row[0], DType.Float64).Digamma().Item();
            AssertNear(row[2], ImplicitGradients.Gamma(row[0], digamma, row[1]), $"gamma({row[0]}) at {row[1]}");
        }
        foreach (double[] row in Rows("implicit.beta"))
        {
            double digammas = Tensor.Scalar(row[0], DType.Float64).Digamma().Item() - Tensor.Scalar(row[0] + row[1], DType.Float64).Digamma().Item();
            AssertNear(row[3], ImplicitGradients.Beta(row[0], row[1], digammas, row[2]) * (1 - row[2]), $"beta({row[0]}, {row[1]}) at {row[2]}");
        }
    }

    public static TheoryData<string> Names { get; } = ["Normal", "Laplace", "Gumbel", "Uniform", "Exponential", "Gamma", "Beta", "Dirichlet", "MultivariateNormal.tril"];

    /// <summary>The gradient of the mean of x² over draws is that of E[x²] = Var + mean², within six standard errors.</summary>
    [Theory, MemberData(nameof(Names))]
    public void Gradients_through_draws_are_those_of_the_expectation(string name)
    {
        const int Parts = 20, Draws = 500;
        var (distribution, parameters) = DistributionTable.Make(name, name);
        Assert.True(distribution.HasRSample);
        Shape shape = [.. distribution.BatchShape, .. distribution.EventShape];
        Tensor weights = Tensor.Arange(0, shape.ElementCount, dtype: DType.Float64).Cos().Reshape(shape);
        Tensor[] leaves = [.. parameters.Values];
        var rng = new Rng(15);
        double[][][] parts = [.. Enumerable.Range(0, Parts).Select(_ => Numbers((distribution.RSample([Draws], rng).Square().Mean(0) * weights).Sum()))];
        double[][] exact = Numbers(((distribution.Variance + distribution.Mean.Square()) * weights).Sum());
        for (int i = 0; i < leaves.Length; i++)
        {
            for (int k = 0; k < exact[i].Length; k++)
            {
                double[] found = [.. parts.Select(p => p[i][k])];
                double mean = found.Average(), error = Math.Sqrt(found.Sum(f => (f - mean) * (f - mean)) / (Parts - 1) / Parts);
                Assert.True(Math.Abs(mean - exact[i][k]) <= 6 * error + 1e-12, $"element {k} of parameter {i}: {mean} ± {error} instead of {exact[i][k]}");
            }
        }

        double[][] Numbers(Tensor y) => [.. Grad.Of(y, leaves, allowUnused: true).Select(g => g.ToArray<double>())];
    }

    [Fact]
    public void What_has_no_gradient_says_so()
    {
        Distribution[] discrete = [new Bernoulli(0.3), new Categorical(Tensor.Ones([3])), new Multinomial(2, Tensor.Ones([3])), new Poisson(2), new Independent(new Poisson(Tensor.Ones([2])), 1)];
        foreach (Distribution d in discrete)
        {
            Assert.False(d.HasRSample);
            Assert.Throws<NotSupportedException>(() => d.RSample());
        }
        Tensor concentration = DistributionTable.Leaf(Tensor.From(2.0, 3));
        Assert.False(new Gamma(concentration, 1).Sample().RequiresGrad);
        Tensor once = Grad.Of(new Gamma(concentration, 1).RSample(rng: new Rng(1)).Sum(), [concentration], createGraph: true)[0];
        Assert.Throws<GradException>(() => Grad.Of(once.Sum(), [concentration]));
        once = Grad.Of(new Dirichlet(concentration).RSample(rng: new Rng(1)).Square().Sum(), [concentration], createGraph: true)[0];
        Assert.Throws<GradException>(() => Grad.Of(once.Sum(), [concentration]));
    }

    private static IEnumerable<double[]> Rows(string key) => Goldens.Distributions[key].Unbind().Select(r => r.ToArray<double>());

    private static void AssertNear(double expected, double found, string what) => Assert.True(Math.Abs(found - expected) <= 1e-10 * Math.Abs(expected), $"{what}: {found:R} instead of {expected:R}");
}
