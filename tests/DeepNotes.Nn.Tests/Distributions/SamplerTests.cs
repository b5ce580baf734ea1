using System.Globalization;
using DeepNotes.Nn.Distributions;

namespace DeepNotes.Nn.Tests.Distributions;

/// <summary>Draws fall into bins of known probability as often as they should, by chi-squared on a fixed seed.</summary>
public class SamplerTests
{
    private const int Draws = 20_000;

    public static TheoryData<string> Continuous { get; } = [.. Goldens.Distributions.Below("quantiles.").Keys];

    public static TheoryData<string> Counts { get; } = [.. Goldens.Distributions.Below("masses.").Keys];

    [Theory, MemberData(nameof(Continuous))]
    public void Draws_fall_between_the_quantiles_evenly(string name)
    {
        double[] numbers = Numbers(name);
        foreach (DType type in new[] { DType.Float64, DType.Float32 })
        {
            Tensor Of(double x) => Tensor.Full([1], x, type);
            Distribution distribution = name.Split('.')[0] switch
            {
                "Normal" => new Normal(Of(1.5), Of(2)),
                "Laplace" => new Laplace(Of(1.5), Of(2)),
                "Gumbel" => new Gumbel(Of(1.5), Of(2)),
                "Uniform" => new Uniform(Of(1.5), Of(3.5)),
                "Exponential" => new Exponential(Of(1.5)),
                "Gamma" => new Gamma(Of(numbers[0]), Of(2)),
                _ => new Beta(Of(numbers[0]), Of(numbers[1])),
            };
            Tensor draws = distribution.Sample([Draws], new Rng(5));
            Assert.Equal(type, draws.DType);
            Assert.Equal([Draws, 1], draws.Shape.ToArray());
            AssertEven(Goldens.Distributions[$"quantiles.{name}"].ToArray<double>(), draws.To(DType.Float64).ToArray<double>());
            // The values that are drawn are values that can occur.
            Assert.True(distribution.LogProb(draws).IsNaN().LogicalNot().All().Item<bool>());
        }
    }

    [Theory, MemberData(nameof(Counts))]
    public void Poisson_draws_have_their_probabilities(string name)
    {
        double[] masses = Goldens.Distributions[$"masses.{name}"].ToArray<double>();
        double rate = double.Parse(name["Poisson.".Length..], CultureInfo.InvariantCulture);
        double[] draws = new Poisson(Tensor.Scalar(rate, DType.Float64)).Sample([Draws], new Rng(6)).ToArray<double>();
        var counts = new double[masses.Length];
        foreach (double draw in draws) counts[(int)Math.Min(draw, masses.Length - 1)]++;
        AssertChiSquared(counts, masses);
    }

    [Fact]
    public void Classes_and_their_counts_have_their_probabilities()
    {
        Tensor probs = Tensor.From(0.1, 0, 0.6, 0.3, 0.4, 0.3, 0.2, 0.1).Reshape(2, 4);
        long[] classes = new Categorical(probs).Sample([Draws], new Rng(7)).ToArray<long>();
        double[] bits = new Bernoulli(Tensor.From(0.2, 0.9)).Sample([Draws], new Rng(8)).ToArray<double>();
        Tensor counts = new Multinomial(3, probs).Sample([Draws], new Rng(9));
        Assert.Equal([Draws, 2, 4], counts.Shape.ToArray());
        Assert.True(counts.Sum(-1).Eq(3).All().Item<bool>());
        for (int row = 0; row < 2; row++)
        {
            var own = new double[4];
            for (int i = row; i < classes.Length; i += 2) own[classes[i]]++;
            AssertChiSquared(own, probs[row].ToArray<double>());
            AssertChiSquared(counts.Select(1, row).Sum(0).ToArray<double>(), probs[row].ToArray<double>());
            double ones = 0;
            for (int i = row; i < bits.Length; i += 2) ones += bits[i];
            AssertChiSquared([ones, Draws - ones], row == 0 ? [0.2, 0.8] : [0.9, 0.1]);
        }
    }

    [Fact]
    public void Draws_of_vectors_have_the_right_margins()
    {
        // The first of three classes is distributed as Beta(5, 2).
        double[] first = new Dirichlet(Tensor.From(5.0, 1.5, 0.5)).Sample([Draws], new Rng(10)).Select(-1, 0).ToArray<double>();
        AssertEven(Goldens.Distributions["quantiles.Beta.5.2"].ToArray<double>(), first);

        Tensor factor = Tensor.From(2.0, 0, 0, -1, 0.5, 0, 0.3, 0.7, 1.5).Reshape(3, 3), loc = Tensor.From(1.0, -2, 3);
        Tensor draws = new MultivariateNormal(loc, scaleTril: factor).Sample([Draws], new Rng(11));
        Tensor white = factor.SolveTriangular((draws - loc).Mt, upper: false) * 2 + 1.5;
        for (int i = 0; i < 3; i++) AssertEven(Goldens.Distributions["quantiles.Normal"].ToArray<double>(), white[i].ToArray<double>());
        for (int i = 0; i < 3; i++) Assert.InRange(((white[i] - 1.5) * (white[(i + 1) % 3] - 1.5)).Mean().Item(), -0.15, 0.15);
    }

    [Fact]
    public void Tiny_concentrations_stay_inside()
    {
        Tensor draws = new Dirichlet(Tensor.Full([200, 3], 1e-3, DType.Float32)).Sample(default, new Rng(12));
        Assert.True(((draws > 0) & (draws < 1)).All().Item<bool>());
        Goldens.AssertClose(Tensor.Ones([200]), draws.Sum(-1), 1e-6, "sum");
        Assert.True((new Gamma(Tensor.Full([200], 1e-3), 1).Sample(default, new Rng(13)) > 0).All().Item<bool>());
    }

    [Theory]
    [InlineData(DType.Float16)]
    [InlineData(DType.BFloat16)]
    public void Draws_of_16_bits_are_finite_and_can_occur(DType type)
    {
        Tensor Of(double x) => Tensor.Full([5000], x, type);
        Distribution[] all = [new Normal(Of(0), Of(1)), new Laplace(Of(0), Of(1)), new Gumbel(Of(0), Of(1)), new Uniform(Of(-1), Of(1)), new Exponential(Of(1)), new Gamma(Of(0.1), Of(1)), new Beta(Of(0.1), Of(0.1)), new Poisson(Of(3)), new Bernoulli(Of(0.5))];
        foreach (Distribution distribution in all)
        {
            Tensor draws = distribution.Sample(default, new Rng(14));
            Assert.Equal(type, draws.DType);
            Assert.True(draws.IsFinite().All().Item<bool>(), distribution.GetType().Name);
            distribution.LogProb(draws);
        }
    }

    private static double[] Numbers(string name)
    {
        string rest = name.Contains('.', StringComparison.Ordinal) ? name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..] : "";
        return rest switch
        {
            "" => [],
            "0.3.0.7" => [0.3, 0.7],
            "5.2" => [5, 2],
            "1.1" => [1, 1],
            _ => [double.Parse(rest, CultureInfo.InvariantCulture)],
        };
    }

    private static void AssertEven(double[] ends, double[] draws)
    {
        var counts = new double[ends.Length + 1];
        foreach (double draw in draws)
        {
            int place = Array.BinarySearch(ends, draw);
            counts[place < 0 ? ~place : place]++;
        }
        AssertChiSquared(counts, [.. counts.Select(_ => 1.0 / counts.Length)]);
    }

    /// <summary>Within six deviations of the statistic's mean; bins that expect less than five draws are put together.</summary>
    private static void AssertChiSquared(double[] counts, double[] probabilities)
    {
        double total = counts.Sum(), statistic = 0, bins = 0, restCount = 0, restExpected = 0;
        for (int i = 0; i < counts.Length; i++)
        {
            double expected = total * probabilities[i];
            if (expected < 5)
            {
                (restCount, restExpected) = (restCount + counts[i], restExpected + expected);
                continue;
            }
            statistic += (counts[i] - expected) * (counts[i] - expected) / expected;
            bins++;
        }
        Assert.True(restCount <= restExpected + 6 * Math.Sqrt(restExpected) + 3, $"{restCount} draws where {restExpected} are expected");
        double freedom = bins - 1;
        Assert.True(statistic <= freedom + 6 * Math.Sqrt(2 * freedom) + 1e-9, $"χ² is {statistic} with {freedom} degrees of freedom");
    }
}
