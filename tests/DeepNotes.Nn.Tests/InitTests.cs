namespace DeepNotes.Nn.Tests;

public class InitTests
{
    [Fact]
    public void Kaiming_uniform_fills_its_bounds()
    {
        double bound = Math.Sqrt(2) * Math.Sqrt(3.0 / (8 * 9));
        AssertUniform(Init.KaimingUniform([64, 8, 3, 3]), bound);
        AssertUniform(Init.KaimingUniform([64, 8, 3, 3], negativeSlope: Math.Sqrt(5)), 1 / Math.Sqrt(8 * 9));
        AssertUniform(Init.KaimingUniform([64, 8, 3, 3], fan: Fan.Out, nonlinearity: Nonlinearity.Tanh), 5.0 / 3 * Math.Sqrt(3.0 / (64 * 9)));
    }

    [Fact]
    public void Xavier_uniform_fills_its_bounds() => AssertUniform(Init.XavierUniform([100, 60], gain: 2), 2 * Math.Sqrt(6.0 / 160));

    [Fact]
    public void Normals_have_their_deviation()
    {
        AssertNormal(Init.KaimingNormal([200, 100], nonlinearity: Nonlinearity.ReLU), 0, Math.Sqrt(2.0 / 100));
        AssertNormal(Init.XavierNormal([200, 100]), 0, Math.Sqrt(2.0 / 300));
        AssertNormal(Init.Normal([20_000], mean: 3, std: 0.5), 3, 0.5);
    }

    [Fact]
    public void Layers_start_within_the_bounds_of_PyTorch()
    {
        var conv = new Conv2d(8, 64, 3, groups: 2);
        AssertUniform(conv.Weight, 1 / Math.Sqrt(4 * 9));
        Assert.All(conv.Bias!.Detach().ToArray<float>(), b => Assert.InRange(Math.Abs(b), 0, 1 / Math.Sqrt(4 * 9)));
        AssertUniform(new Linear(50, 80).Weight, 1 / Math.Sqrt(50));
    }

    [Fact]
    public void Truncated_normals_keep_to_their_bounds()
    {
        // Between −2 and 2 the standard normal distribution has the deviation 0.8796; from 0.5 up, the mean φ(0.5)/(1 − Φ(0.5)) = 1.1411.
        double[] values = [.. Init.TruncatedNormal([200, 100], mean: 1, std: 0.5, low: 0, high: 2).Detach().ToArray<float>().Select(v => (double)v)];
        Assert.All(values, v => Assert.InRange(v, 0, 2));
        Assert.InRange(values.Average(), 0.98, 1.02);
        Assert.InRange(Math.Sqrt(values.Average(v => (v - 1) * (v - 1))), 0.8796 * 0.49, 0.8796 * 0.51);
        Assert.InRange(Init.TruncatedNormal([20_000], low: 0.5, high: double.PositiveInfinity, dtype: DType.Float64).Detach().ToArray<double>().Average(), 1.12, 1.16);
        Assert.Throws<ArgumentOutOfRangeException>(() => Init.TruncatedNormal([2], low: 1, high: 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Init.TruncatedNormal([2], std: 0));
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(3, 8)]
    [InlineData(8, 2)]
    public void Orthogonal_matrices_are_orthonormal_times_their_gain(int rows, int columns)
    {
        Tensor kernels = Init.Orthogonal([rows, 1, columns], 3, DType.Float64).Detach();
        Tensor matrix = kernels.Reshape(rows, -1), product = rows <= columns ? matrix.MatMul(matrix.Mt) : matrix.Mt.MatMul(matrix);
        Goldens.AssertClose(Tensor.Eye(Math.Min(rows, columns), DType.Float64) * 9, product, 1e-12, "the product with its transpose");
    }

    [Fact]
    public void Orthogonal_matrices_have_signs_of_both_kinds()
    {
        // A decomposition's own convention of signs would leave the first entry with one sign only.
        var signs = Enumerable.Range(0, 60).Select(_ => Math.Sign(Init.Orthogonal([2, 2]).Detach()[0, 0].Item())).Distinct();
        Assert.Equal(2, signs.Count());
        Assert.Throws<ShapeException>(() => Init.Orthogonal([3]));
    }

    [Fact]
    public void Identities_pass_their_input_through()
    {
        Assert.Equal([1f, 0f, 0f, 0f, 1f, 0f], Init.Eye(2, 3).Detach().ToArray<float>());
        Tensor x = Tensor.Randn([1, 4, 5, 5]);
        Goldens.AssertClose(x, x.Conv2d(Init.Dirac([4, 4, 3, 3]), padding: (1, 1)), 0, "one group");
        Goldens.AssertClose(x, x.Conv2d(Init.Dirac([4, 2, 3, 3], groups: 2), padding: (1, 1), groups: 2), 0, "two groups");
        Tensor wider = x.Conv2d(Init.Dirac([6, 4, 1, 1]));
        Goldens.AssertClose(x, wider.Narrow(1, 0, 4), 0, "the channels that there are");
        Assert.Equal(0, wider.Narrow(1, 4, 2).Abs().Sum().Item());
        Assert.Throws<ShapeException>(() => Init.Dirac([3, 3]));
        Assert.Throws<ShapeException>(() => Init.Dirac([3, 3, 1], groups: 2));
    }

    [Fact]
    public void Sparse_columns_have_their_share_of_zeros()
    {
        Tensor numbers = Init.Sparse(10, 50, 0.25, std: 2).Detach();
        Assert.All(numbers.Eq(0.0).To(DType.Int64).Sum([0]).ToArray<long>(), zeros => Assert.Equal(3, zeros));
        Assert.Equal(10, numbers.Eq(0.0).To(DType.Int64).Sum([1]).ToArray<long>().Count(zeros => zeros > 0));
        Assert.InRange(numbers.Square().Sum().Item() / (7 * 50), 3, 5);
        Assert.Throws<ArgumentOutOfRangeException>(() => Init.Sparse(2, 2, 1.5));
    }

    [Fact]
    public void Constants_and_types()
    {
        Assert.Equal([0d, 0d], Init.Zeros([2], DType.Float64).Detach().ToArray<double>());
        Assert.Equal([1f], Init.Ones([1]).Detach().ToArray<float>());
        Assert.Equal([2.5f], Init.Constant([1], 2.5).Detach().ToArray<float>());
        Assert.Equal(DType.Float64, Init.KaimingUniform([3, 3], dtype: DType.Float64).DType);
        Assert.True(Init.Uniform([3], 0, 1).RequiresGrad);
        Assert.True(Init.Uniform([3], 0, 1).IsLeaf);
    }

    [Fact]
    public void Fan_needs_two_dimensions() => Assert.Throws<ShapeException>(() => Init.XavierUniform([5]));

    private static void AssertUniform(Parameter p, double bound)
    {
        float[] values = p.Detach().ToArray<float>();
        Assert.All(values, v => Assert.InRange(Math.Abs(v), 0, bound * 1.000001));
        Assert.True(values.Max() > 0.97 * bound && values.Min() < -0.97 * bound);
        Assert.InRange(values.Average(), -0.05 * bound, 0.05 * bound);
    }

    private static void AssertNormal(Parameter p, double mean, double deviation)
    {
        double[] values = [.. p.Detach().ToArray<float>().Select(v => (double)v)];
        double m = values.Average();
        Assert.InRange(m, mean - 0.05 * deviation, mean + 0.05 * deviation);
        Assert.InRange(Math.Sqrt(values.Average(v => (v - m) * (v - m))), 0.96 * deviation, 1.04 * deviation);
    }
}
