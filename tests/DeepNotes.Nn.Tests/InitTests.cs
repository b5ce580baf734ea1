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
