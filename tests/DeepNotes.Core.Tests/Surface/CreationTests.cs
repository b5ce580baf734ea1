using Xunit;

namespace DeepNotes.Core.Tests.Surface;

public class CreationTests
{
    [Fact]
    public void Linspace_includes_both_ends_and_is_symmetric()
    {
        Assert.Equal([0, 0.25, 0.5, 0.75, 1], Tensor.Linspace(0, 1, 5, DType.Float64).ToArray<double>());
        Assert.Equal([3f], Tensor.Linspace(3, 7, 1).ToArray<float>());
        Assert.Empty(Tensor.Linspace(0, 1, 0).ToArray<float>());
        var x = Tensor.Linspace(-0.1, 0.1, 7, DType.Float64).ToArray<double>();
        for (int i = 0; i < 7; i++) Assert.Equal(-x[i], x[6 - i]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Linspace(0, 1, -1));
    }

    [Fact]
    public void Logspace_gives_powers_of_its_base()
    {
        Assert.Equal([0.1, 1, 10, 100], Tensor.Logspace(-1, 2, 4, dtype: DType.Float64).ToArray<double>());
        Assert.Equal([1f, 2f, 4f], Tensor.Logspace(0, 2, 3, numberBase: 2).ToArray<float>());
    }

    [Theory]
    [InlineData(DType.Bool), InlineData(DType.UInt8), InlineData(DType.Int8), InlineData(DType.Int16), InlineData(DType.Int32), InlineData(DType.Int64)]
    [InlineData(DType.Float16), InlineData(DType.BFloat16), InlineData(DType.Float32), InlineData(DType.Float64)]
    public void Every_type_is_filled_and_read_back(DType type)
    {
        var like = Tensor.FullLike(Tensor.Zeros([2, 3], type), 1);
        Assert.Equal(type, like.DType);
        Assert.Equal([2, 3], like.Shape.ToArray());
        Assert.Equal([1, 1, 1, 1, 1, 1], like.To(DType.Float64).ToArray<double>());
        Assert.Equal(1, like[1, 2].Item());
        Assert.Equal(6, like.Sum().Item());
    }

    [Fact]
    public void Random_tensors_like_another_have_its_shape_and_type()
    {
        var like = Tensor.Zeros([200, 50], DType.Float64);
        var uniform = Tensor.RandLike(like, new Rng(1));
        var normal = Tensor.RandnLike(like, new Rng(1));
        Assert.Equal((DType.Float64, 10_000), (uniform.DType, uniform.Count));
        Assert.InRange(uniform.Mean().Item(), 0.49, 0.51);
        Assert.InRange(normal.Std().Item(), 0.97, 1.03);
        var whole = Tensor.RandIntLike(Tensor.Zeros([10_000], DType.Int32), -2, 3, new Rng(1));
        Assert.Equal([-2, -1, 0, 1, 2], whole.Unique().Values.ToArray<int>());
    }

    [Fact]
    public void Bernoulli_draws_each_element_with_its_own_probability()
    {
        var p = Tensor.Linspace(0, 1, 5).Unsqueeze(1).Expand(5, 20_000);
        var rate = Tensor.Bernoulli(p, new Rng(7)).Mean(1).ToArray<float>();
        Assert.Equal(0f, rate[0]);
        Assert.Equal(1f, rate[4]);
        for (int i = 1; i < 4; i++) Assert.InRange(rate[i], 0.25f * i - 0.015f, 0.25f * i + 0.015f);
    }

    [Fact]
    public void A_shape_spreads_into_its_lengths()
    {
        Shape shape = [2, 3];
        int[] lengths = [.. shape];
        Assert.Equal([2, 3], lengths);
        Shape longer = [.. shape, 4];
        Assert.Equal([2, 3, 4], longer.ToArray());
        Assert.Equal(6, shape.ElementCount);
    }
}
