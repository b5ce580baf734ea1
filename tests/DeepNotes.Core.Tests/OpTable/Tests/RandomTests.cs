using DeepNotes.Core.Tests.Kernels;
using DeepNotes.OpTable;

namespace DeepNotes.Core.Tests.OpTable;

/// <summary>Random numbers and dropout: the stream is Philox's, the distributions are right, and a seed decides everything.</summary>
public sealed class RandomTests
{
    /// <summary>The generator as its paper describes it, with the whole counter.</summary>
    private static uint[] Philox10(uint[] counter, uint[] key)
    {
        var (c, k) = ((uint[])counter.Clone(), (uint[])key.Clone());
        for (int round = 0; round < 10; round++)
        {
            ulong p = 0xD2511F53UL * c[0], q = 0xCD9E8D57UL * c[2];
            c = [(uint)(q >> 32) ^ c[1] ^ k[0], (uint)q, (uint)(p >> 32) ^ c[3] ^ k[1], (uint)p];
            k = [k[0] + 0x9E3779B9, k[1] + 0xBB67AE85];
        }
        return c;
    }

    [Fact]
    public void The_stream_is_Philox_4x32_10()
    {
        // Known answers of Random123 for the reference, then the reference for ours.
        Assert.Equal([0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u], Philox10([0, 0, 0, 0], [0, 0]));
        Assert.Equal([0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu], Philox10([~0u, ~0u, ~0u, ~0u], [~0u, ~0u]));
        Assert.Equal([0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u], Philox10([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0]));
        foreach (ulong seed in new ulong[] { 0, 1, ulong.MaxValue, 0x243f6a8885a308d3 })
        foreach (ulong position in new ulong[] { 0, 1, uint.MaxValue, 1UL << 32, ulong.MaxValue })
        {
            var words = Philox.Block(seed, position);
            Assert.Equal(Philox10([(uint)position, (uint)(position >> 32), 0, 0], [(uint)seed, (uint)(seed >> 32)]), new[] { words.A, words.B, words.C, words.D });
        }
    }

    [Fact]
    public void Uniform_numbers_are_the_high_bits_of_the_stream()
    {
        uint[] words = Philox10([0, 0, 0, 0], [0, 0]);
        Assert.Equal(words.Select(w => (w >> 8) * (1f / (1 << 24))), Tensor.Rand([4], rng: new Rng(0)).ToArray<float>());
        Assert.Equal([(((ulong)words[1] << 32 | words[0]) >> 11) * Math.Pow(2, -53), (((ulong)words[3] << 32 | words[2]) >> 11) * Math.Pow(2, -53)], Tensor.Rand([2], DType.Float64, new Rng(0)).ToArray<double>());
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void A_shorter_draw_is_the_beginning_of_a_longer_one_and_the_stream_goes_on(DType type)
    {
        double[] all = Same.Numbers(Tensor.Randn([1001], type, new Rng(3)));
        Assert.Equal(all[..37], Same.Numbers(Tensor.Randn([37], type, new Rng(3))));
        var rng = new Rng(3);
        double[] first = Same.Numbers(Tensor.Randn([40], type, rng)), second = Same.Numbers(Tensor.Randn([40], type, rng));
        Assert.Equal(all[..80], first.Concat(second));
        Assert.Equal(second, Same.Numbers(Tensor.Randn([40], type, new Rng(3) { Position = type == DType.Float64 ? 20UL : 10UL })));
    }

    [Fact]
    public void The_seed_of_a_thread_decides_what_it_draws()
    {
        Rng.Seed(5);
        var a = Tensor.Randn([100]);
        Rng.Seed(5);
        Same.Bits(a, Tensor.Randn([100]), "the same seed");
        Assert.NotNull(Same.FirstDifference(a, Tensor.Randn([100])));
        Rng.Seed(6);
        Assert.NotNull(Same.FirstDifference(a, Tensor.Randn([100])));
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Moments_are_those_of_the_distribution(DType type)
    {
        const int n = 400_000;
        Moments(Tensor.Rand([n], type, new Rng(1)), 0.5, 1.0 / 12, 0, 1.0 / 80);
        Moments(Tensor.Uniform([n], -3, 5, type, new Rng(2)), 1, 64.0 / 12, 0, 8 * 8 * 8 * 8 / 80.0);
        Moments(Tensor.Randn([n], type, new Rng(3)), 0, 1, 0, 3);
        Moments(Tensor.Normal([n], 10, 0.5, type, new Rng(4)), 10, 0.25, 0, 3 * 0.0625);
        double p = 0.3, q = 1 - p;
        Moments(Tensor.Bernoulli([n], p, type, new Rng(5)), p, p * q, p * q * (q - p), p * q * (1 - 3 * p * q));
    }

    /// <summary>The mean and the central moments of second to fourth order, each within five of its standard deviations (bounded from above).</summary>
    private static void Moments(Tensor draw, double mean, double second, double third, double fourth)
    {
        double[] x = Same.Numbers(draw);
        double Central(int power) => x.Average(v => Math.Pow(v - mean, power));
        double deviation = Math.Sqrt(second), few = 5 / Math.Sqrt(x.Length);
        Assert.InRange(x.Average(), mean - few * deviation, mean + few * deviation);
        Assert.InRange(Central(2), second - few * 2 * second, second + few * 2 * second);
        Assert.InRange(Central(3), third - few * 4 * second * deviation, third + few * 4 * second * deviation);
        Assert.InRange(Central(4), fourth - few * 10 * second * second, fourth + few * 10 * second * second);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Uniform_numbers_stay_below_the_upper_end(DType type)
    {
        // Few Float32 lie between the ends: rounding would reach the upper one.
        double[] x = Same.Numbers(Tensor.Uniform([10_000], 1, 1.000001, type, new Rng(1)));
        double high = type == DType.Float32 ? 1.000001f : 1.000001;
        Assert.All(x, v => Assert.True(v >= 1 && v < high));
    }

    [Fact]
    public void Whole_numbers_are_equally_frequent()
    {
        foreach (var type in new[] { DType.Int64, DType.Int32, DType.Float32 })
        {
            double[] x = Same.Numbers(Tensor.RandInt(-3, 4, [70_000], type, new Rng(7)));
            var counts = x.GroupBy(v => v).ToDictionary(g => g.Key, g => g.Count());
            Assert.Equal([-3, -2, -1, 0, 1, 2, 3], counts.Keys.Order());
            // χ² with six degrees of freedom stays below 22.5 in 999 of 1000 seeds.
            Assert.True(counts.Values.Sum(c => (c - 10_000.0) * (c - 10_000.0) / 10_000) < 22.5);
        }
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.RandInt(3, 3, [1]));
        Assert.Throws<DTypeException>(() => Tensor.Randn([1], DType.Int64));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Bernoulli([1], 1.5));
    }

    [Fact]
    public void A_permutation_holds_each_number_once_and_every_place_gets_any()
    {
        Assert.Equal(Enumerable.Range(0, 1000).Select(i => (long)i), Tensor.RandPerm(1000, new Rng(1)).ToArray<long>().Order());
        var rng = new Rng(2);
        int[,] seen = new int[4, 4];
        for (int i = 0; i < 8000; i++)
        {
            long[] order = Tensor.RandPerm(4, rng).ToArray<long>();
            for (int place = 0; place < 4; place++) seen[place, order[place]]++;
        }
        foreach (int count in seen) Assert.InRange(count, 1800, 2200);
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Dropout_zeroes_and_scales_and_its_gradient_has_the_same_mask(DType type)
    {
        var x = Tensor.Uniform([200, 500], 0.5, 2, type, new Rng(1));
        x.RequiresGrad = true;
        var y = x.Dropout(0.25, new Rng(2));
        double[] before = Same.Numbers(x), after = Same.Numbers(y);
        int zeros = after.Count(v => v == 0);
        // The number of zeros is binomial: 25,000 with a deviation of 137.
        Assert.InRange(zeros, 25_000 - 5 * 137, 25_000 + 5 * 137);
        double scale = type == DType.Float32 ? (float)(1 / 0.75) : 1 / 0.75;
        for (int i = 0; i < after.Length; i++) Assert.True(after[i] == 0 || Math.Abs(after[i] - before[i] * scale) <= 1e-7 * after[i]);

        var g = Tensor.Uniform([200, 500], 1, 2, type, new Rng(3));
        double[] incoming = Same.Numbers(g), gradient = Same.Numbers(Grad.Of(y, [x], g)[0]);
        for (int i = 0; i < after.Length; i++) Assert.Equal(after[i] == 0 ? 0 : incoming[i] * scale, gradient[i], incoming[i] * 1e-6);

        Same.Bits(y, x.Dropout(0.25, new Rng(2)), "the same seed");
        Assert.NotNull(Same.FirstDifference(y, x.Dropout(0.25, new Rng(9))));
        var view = x.Detach().Mt.Contiguous().Mt;
        Same.Bits(y, view.Dropout(0.25, new Rng(2)), "a strided input");
    }

    [Theory]
    [InlineData(DType.Float32)]
    [InlineData(DType.Float64)]
    public void Random_slopes_are_uniform_and_those_of_the_gradient(DType type)
    {
        var x = Tensor.Randn([200, 500], type, new Rng(1));
        x.RequiresGrad = true;
        var y = x.RRelu(0.2, 0.4, true, new Rng(2));
        double[] before = Same.Numbers(x), after = Same.Numbers(y), slopes = Same.Numbers(Grad.Of(y, [x], Tensor.OnesLike(y))[0]);
        for (int i = 0; i < after.Length; i++) Assert.Equal(before[i] * slopes[i], after[i], 1e-6);
        Assert.All(before.Zip(slopes).Where(p => p.First > 0), p => Assert.Equal(1, p.Second));
        double[] below = [.. before.Zip(slopes).Where(p => p.First <= 0).Select(p => p.Second)];
        Assert.All(below, slope => Assert.InRange(slope, 0.2 - 1e-7, 0.4 + 1e-7));
        // The mean of some 50,000 uniform numbers of width 0.2 has the deviation 0.00026.
        Assert.InRange(below.Average(), 0.3 - 5 * 0.00026, 0.3 + 5 * 0.00026);
        Same.Bits(y, x.RRelu(0.2, 0.4, true, new Rng(2)), "the same seed");
        if (type == DType.Float64) GradCheck.Second(t => t[0].RRelu(0.2, 0.4, true, new Rng(8)).Square(), [Tensor.Randn([4, 5], type, new Rng(3))], tolerance: 1e-5);
    }

    [Fact]
    public void Softened_classes_are_drawn_with_their_probabilities_and_have_gradients()
    {
        const int Draws = 40_000;
        double[] probabilities = [0.1, 0.6, 0.3];
        Tensor logits = Tensor.From<double>(probabilities, [1, 3]).Log().Expand(Draws, 3);
        Tensor soft = logits.GumbelSoftmax(0.7, rng: new Rng(1)), hard = logits.GumbelSoftmax(0.7, hard: true, rng: new Rng(1));
        Assert.Equal(soft.ArgMax(1).ToArray<long>(), hard.ArgMax(1).ToArray<long>());
        Assert.All(hard.ToArray<double>(), x => Assert.True(Math.Abs(x) < 1e-12 || Math.Abs(x - 1) < 1e-12));
        double[] sums = soft.Sum([1]).ToArray<double>(), counts = hard.Sum([0]).ToArray<double>();
        Assert.All(sums, sum => Assert.Equal(1, sum, 1e-12));
        for (int i = 0; i < 3; i++) Assert.InRange(counts[i] / Draws, probabilities[i] - 5 * 0.0025, probabilities[i] + 5 * 0.0025);

        var x = Tensor.Randn([4, 5], DType.Float64, new Rng(2));
        GradCheck.Second(t => t[0].GumbelSoftmax(0.7, dimension: 0, rng: new Rng(8)).Square(), [x], tolerance: 1e-5);
        x.RequiresGrad = true;
        Tensor along = Tensor.Randn([4, 5], DType.Float64, new Rng(3));
        Same.Bits(Grad.Of(x.GumbelSoftmax(0.7, rng: new Rng(8)), [x], along)[0], Grad.Of(x.GumbelSoftmax(0.7, hard: true, rng: new Rng(8)), [x], along)[0], "the gradient of the hard one");
        Assert.Throws<ArgumentOutOfRangeException>(() => x.GumbelSoftmax(0));
        Assert.Throws<ShapeException>(() => x.GumbelSoftmax(dimension: 2));
        Assert.Throws<DTypeException>(() => Tensor.Arange(3).GumbelSoftmax());
    }

    [Fact]
    public void Dropout_passes_finite_differences_and_its_ends_are_all_and_nothing()
    {
        var x = Tensor.Randn([4, 5], DType.Float64, new Rng(1));
        GradCheck.First(t => t[0].Dropout(0.4, new Rng(8)), [x]);
        GradCheck.Second(t => t[0].Dropout(0.4, new Rng(8)).Square(), [x], tolerance: 1e-5);
        Same.Bits(x, x.Dropout(0), "probability 0");
        Assert.All(Same.Numbers(x.Dropout(1)), v => Assert.Equal(0, v));
        Assert.Empty(Same.Numbers(Tensor.Ones([0, 3]).Dropout(0.5)));
        Assert.Throws<ArgumentOutOfRangeException>(() => x.Dropout(1.1));
        Assert.Throws<DTypeException>(() => Tensor.Arange(3).Dropout(0.5));
    }
}

[Collection(nameof(ThreadCount))]
public sealed class RandomThreadTests
{
    [Fact]
    public void The_number_of_threads_changes_no_random_number()
    {
        Tensor[] Draw(int threads)
        {
            using var scope = ThreadCount.Of(threads);
            var rng = new Rng(1);
            return [Tensor.Randn([300_001], rng: rng), Tensor.Rand([300_001], DType.Float64, rng), Tensor.RandInt(0, 1000, [300_001], rng: rng), Tensor.Bernoulli([300_001], 0.5, rng: rng), Tensor.Ones([300_001]).Dropout(0.5, rng)];
        }
        foreach (var (one, two) in Draw(1).Zip(Draw(2))) Same.Bits(one, two, "one and two threads");
    }
}
