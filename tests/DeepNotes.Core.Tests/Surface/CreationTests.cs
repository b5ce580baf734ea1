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

    [Fact]
    public void Jagged_arrays_of_one_length_become_a_tensor()
    {
        var matrix = Tensor.From<int>(new int[][] { [1, 2, 3], [4, 5, 6] });
        Assert.Equal([2, 3], matrix.Shape.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6], matrix.ToArray<int>());
        var cube = Tensor.From<float>(new float[][][] { [[1, 2]], [[3, 4]] });
        Assert.Equal([2, 1, 2], cube.Shape.ToArray());
        Assert.Contains("row 1", Assert.Throws<ShapeException>(() => Tensor.From<int>(new int[][] { [1, 2], [3] })).Message, StringComparison.Ordinal);
        Assert.Contains("matrix 1", Assert.Throws<ShapeException>(() => Tensor.From<float>(new float[][][] { [[1]], [[1], [2]] })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Tensor_spans_come_and_go_with_their_strides()
    {
        var transposed = Tensor.Arange(6, DType.Float32).Reshape(2, 3).Mt;
        var back = Tensor.From(transposed.AsTensorSpan<float>());
        Assert.Equal([3, 2], back.Shape.ToArray());
        Assert.Equal([0f, 3, 1, 4, 2, 5], back.ToArray<float>());
    }

    [Fact]
    public void Arrays_of_four_dimensions_and_writable_tensor_spans_become_tensors()
    {
        var batch = Tensor.From<int>(new int[][][][] { [[[1, 2]], [[3, 4]]], [[[5, 6]], [[7, 8]]] });
        Assert.Equal([2, 2, 1, 2], batch.Shape.ToArray());
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8], batch.ToArray<int>());
        Assert.Contains("batch 1", Assert.Throws<ShapeException>(() => Tensor.From<int>(new int[][][][] { [[[1]]], [[[1, 2]]] })).Message, StringComparison.Ordinal);
        Assert.Equal([2, 1, 1, 3], Tensor.From(new Half[2, 1, 1, 3]).Shape.ToArray());
        var span = new System.Numerics.Tensors.TensorSpan<double>(new double[] { 1, 2, 3, 4 }, [2, 2]);
        var x = Tensor.From(span);
        Assert.Equal([2, 2], x.Shape.ToArray());
        Assert.Equal([1, 2, 3, 4], x.ToArray<double>());
    }

    [Fact]
    public void Identities_may_be_longer_than_wide_and_normal_numbers_have_their_own_means()
    {
        Assert.Equal([1f, 0, 0, 1, 0, 0], Tensor.Eye(3, 2).ToArray<float>());
        var x = Tensor.Normal(Tensor.From<float>(-5, 5), Tensor.From<float>([0.5f, 2], [2, 1]).Unsqueeze(1).Expand(2, 10_000, 2), new Rng(3));
        Assert.Equal([2, 10_000, 2], x.Shape.ToArray());
        Assert.InRange(x[0, .., 0].Mean().Item(), -5.02, -4.98);
        Assert.InRange(x[1, .., 1].Std().Item(), 1.95, 2.05);
        Assert.Throws<DTypeException>(() => Tensor.Normal(Tensor.Zeros([2]), Tensor.Ones([2], DType.Float64)));
    }

    [Fact]
    public void Empty_tensors_have_a_shape_and_wait_for_their_numbers()
    {
        var x = Tensor.EmptyLike(Tensor.Empty([2, 2], DType.Float64));
        x.FillInPlace(3);
        Assert.Equal([3, 3, 3, 3], x.ToArray<double>());
    }

    [Fact]
    public void In_place_forms_write_where_the_tensor_stands()
    {
        var whole = Tensor.From<double>(-4, 1, 9, 16).Reshape(2, 2);
        var row = whole[1];
        row.DivideInPlace(Tensor.From<double>(3, 4));
        Assert.Equal([-4, 1, 3, 4], whole.ToArray<double>());
        whole.MapInPlace(new DeepNotes.Ops.Relu());
        whole[.., 1].MapInPlace(new DeepNotes.Ops.Square());
        Assert.Equal([0, 1, 3, 16], whole.ToArray<double>());
        whole.MaskedFillInPlace(whole > 2.0, -1);
        Assert.Equal([0, 1, -1, -1], whole.ToArray<double>());
        whole[0, ..] = Tensor.From<double>(7);
        Assert.Equal([7, 7, -1, -1], whole.ToArray<double>());
        Assert.Throws<DTypeException>(() => Tensor.Arange(3).DivideInPlace(Tensor.Arange(3)));
        Assert.Throws<DTypeException>(() => Tensor.Arange(3).MapInPlace(new DeepNotes.Ops.Exp()));
        whole.RequiresGrad = true;
        Assert.Throws<GradException>(() => whole.MapInPlace(new DeepNotes.Ops.Exp()));
    }
}
