namespace DeepNotes.Core.Tests.Surface;

/// <summary>Creation, indexing and views: what shares memory, what does not, and what is written through a view.</summary>
public sealed class ViewTests
{
    private static Tensor Numbers(params int[] lengths) => Tensor.Arange(Shape.Create(lengths).ElementCount).Reshape(Shape.Create(lengths));

    [Fact]
    public void Creation()
    {
        Assert.Equal([0f, 0f], Tensor.Zeros([2]).ToArray<float>());
        Assert.Equal([1L, 1L], Tensor.Ones([2], DType.Int64).ToArray<long>());
        Assert.Equal([2.5, 2.5], Tensor.Full([2], 2.5, DType.Float64).ToArray<double>());
        Assert.Equal([true, true], Tensor.Ones([2], DType.Bool).ToArray<bool>());
        Assert.Equal([0L, 1L, 2L], Tensor.Arange(3).ToArray<long>());
        Assert.Equal([1f, 1.5f, 2f, 2.5f], Tensor.Arange(1, 3, 0.5).ToArray<float>());
        Assert.Equal([3f, 1f], Tensor.Arange(3, 0, -2).ToArray<float>());
        Assert.Empty(Tensor.Arange(1, 1).ToArray<float>());
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Arange(0, 1, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => Tensor.Arange(0, 1, 0));
        Assert.Equal([1f, 0f, 0f, 1f], Tensor.Eye(2).ToArray<float>());
        Assert.Equal(Shape.Scalar, Tensor.Scalar(3).Shape);
        Assert.Equal(DType.Float64, Tensor.ZerosLike(Tensor.Ones([2], DType.Float64)).DType);
        Assert.Equal([1, 2, 3], Tensor.From(1, 2, 3).ToArray<int>());
        Assert.Equal(Shape.Create([2, 2]), Tensor.From(new[,] { { 1f, 2f }, { 3f, 4f } }).Shape);
        Assert.Equal([1.0, 2, 3, 4], Tensor.From(new[, ,] { { { 1.0, 2 }, { 3, 4 } } }).ToArray<double>());
        Assert.Throws<ShapeException>(() => Tensor.From<float>([1, 2, 3], [2, 2]));
        Assert.Throws<ShapeException>(() => Tensor.Zeros([-1]));
    }

    [Fact]
    public void Indices_and_ranges()
    {
        var x = Numbers(4, 5);
        Assert.Equal([5L, 6, 7, 8, 9], x[1].ToArray<long>());
        Assert.Equal(19, x[-1, -1].Item());
        Assert.Equal(19, x[^1, ^1].Item());
        Assert.Equal([6L, 7, 11, 12], x[1..3, 1..3].ToArray<long>());
        Assert.Equal([1L, 6, 11, 16], x[.., 1].ToArray<long>());
        Assert.Equal([9L, 14], x[1..^1, ^1].ToArray<long>());
        Assert.Equal(Shape.Create([0, 5]), x[2..2].Shape);
        Assert.Same(x, x[..]);
        Assert.Equal([0L, 10], x.Slice(0, 0, step: 2)[.., 0].ToArray<long>());
    }

    [Fact]
    public void Views_share_memory_and_copies_do_not()
    {
        var x = Numbers(3, 4).To(DType.Float32);
        Tensor[] views = [x.Reshape(2, 6), x.Transpose(0, 1), x.Mt, x[1], x[.., 1..3], x.Slice(1, 0, step: 2), x.Unsqueeze(0), x.Flatten(), x.Diagonal(), x.Detach(), x.Expand(2, 3, 4), .. x.Split(2), .. x.Chunk(2, 1)];
        foreach (var view in views) Assert.Same(x.Storage, view.Storage);
        Tensor[] copies = [x.Clone(), x.Mt.Contiguous(), x.Mt.Reshape(12), x.To(DType.Float64), x + 0.0, Tensor.Concatenate([x])];
        foreach (var copy in copies) Assert.NotSame(x.Storage, copy.Storage);
        Assert.Same(x, x.Contiguous());
        Assert.Same(x, x.To(DType.Float32));
        x[1, 2] = 100;
        Assert.Equal(100, x.Mt[2, 1].Item());
        Assert.Equal(100, views[0][1, 0].Item());
        Assert.Equal(6, copies[0][1, 2].Item());
    }

    [Fact]
    public void A_part_is_written_with_broadcasting()
    {
        var x = Tensor.Zeros([3, 4]);
        x[1] = 5;
        x[.., 0] = Tensor.From(1f, 2f, 3f);
        x[0..2, 2..4] = Tensor.From(new[,] { { 7f }, { 8f } });
        Assert.Equal([1f, 0, 7, 7, 2, 5, 8, 8, 3, 0, 0, 0], x.ToArray<float>());
        x.Mt[3].FillInPlace(9);
        Assert.Equal([9f, 9, 9], x[.., 3].ToArray<float>());
        x[0].AddInPlace(x[1]);
        Assert.Equal([3f, 5, 15, 18], x[0].ToArray<float>());
        Assert.Throws<ShapeException>(() => x[0] = Tensor.Ones([3]));
        Assert.Throws<ShapeException>(() => x.AddInPlace(Tensor.Ones([2, 3, 4])));
    }

    [Fact]
    public void A_view_that_overlaps_its_target_is_read_before_it_is_written()
    {
        var x = Numbers(3, 3);
        x.CopyFrom(x.Mt);
        Assert.Equal([0L, 3, 6, 1, 4, 7, 2, 5, 8], x.ToArray<long>());
        x.AddInPlace(x.Mt);
        Assert.Equal([0L, 4, 8, 4, 8, 12, 8, 12, 16], x.ToArray<long>());
        var y = Tensor.Arange(5);
        y[1..].CopyFrom(y[..4]);
        Assert.Equal([0L, 0, 1, 2, 3], y.ToArray<long>());
    }

    [Fact]
    public void In_place_arithmetic_keeps_the_type()
    {
        var x = Tensor.Arange(3);
        x.AddInPlace(2);
        x.MultiplyInPlace(Tensor.From(2, 3, 4));
        x.SubtractInPlace(1);
        Assert.Equal([3L, 8, 15], x.ToArray<long>());
        Assert.Throws<DTypeException>(() => x.AddInPlace(0.5));
        var truth = Tensor.From(true, false, true);
        truth.AddInPlace(Tensor.From(true, false, false));
        Assert.Equal([true, false, true], truth.ToArray<bool>());
        Assert.Equal([1, 0, 1], System.Runtime.InteropServices.MemoryMarshal.AsBytes<bool>(truth.ToArray<bool>()).ToArray());
        Assert.Throws<DTypeException>(() => truth.SubtractInPlace(truth.Clone()));
        Assert.Throws<DTypeException>(() => truth - truth);
        Assert.Throws<DTypeException>(() => -truth);
    }

    [Fact]
    public void Spans_of_views()
    {
        var x = Numbers(3, 4);
        Assert.Equal([4L, 5, 6, 7], x[1].AsSpan<long>().ToArray());
        var message = Assert.Throws<InvalidOperationException>(() => { x.Mt.AsSpan<long>(); }).Message;
        Assert.Contains("Contiguous", message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => x.ToArray<float>());
        Assert.Throws<ShapeException>(() => x.Item());
        Assert.Throws<DTypeException>(() => x[0, 0].Item<int>());
        var span = x.Mt.Slice(0, 1, step: 2).AsTensorSpan<long>();
        Assert.Equal(2, span.Lengths[0]);
        Assert.Equal(7, span[1, 1]);
        x.AsWritableSpan<long>()[0] = 42;
        Assert.Equal(42, x[0, 0].Item<long>());
    }

    [Fact]
    public void A_tensor_prints_its_numbers_shape_and_type()
    {
        Assert.Equal("tensor([[0, 1, 2],\n        [3, 4, 5]], shape: [2, 3], Int64)", Numbers(2, 3).ToString().ReplaceLineEndings("\n"));
        Assert.Equal("tensor([1.5000, 2.0000], shape: [2], Float32)", Tensor.From(1.5f, 2f).ToString());
        Assert.Equal("tensor([1., 2.], shape: [2], Float64)", Tensor.From(1.0, 2.0).ToString());
        Assert.Equal("tensor([ true, false], shape: [2], Bool)", Tensor.From(true, false).ToString());
        Assert.Equal("tensor(3., shape: [], Float32)", Tensor.Scalar(3).ToString());
        Assert.Equal("tensor([[[0, 1],\n         [2, 3]],\n\n        [[4, 5],\n         [6, 7]]], shape: [2, 2, 2], Int64)", Numbers(2, 2, 2).ToString());
        string[] lines = Numbers(100).ToString().Split('\n');
        Assert.True(lines.Length == 6 && lines[..^1].All(line => line.Length is > 70 and <= 81), string.Join('\n', lines));
        Assert.Equal("tensor([   0,    1,    2, ..., 1997, 1998, 1999], shape: [2000], Int64)", Numbers(2000).ToString());
        Assert.Equal("tensor([[   0,    1],\n        [   2,    3],\n        [   4,    5],\n        ...,\n        [1994, 1995],\n        [1996, 1997],\n        [1998, 1999]], shape: [1000, 2], Int64)", Numbers(1000, 2).ToString());
        Assert.Equal("tensor([     nan,      inf,     -inf,  -0.2500, 100.5000], shape: [5], Float32)", Tensor.From<float>(float.NaN, float.PositiveInfinity, float.NegativeInfinity, -0.25f, 100.5f).ToString());
        Assert.Equal("tensor([1.0000e-05, 2.5000e+00], shape: [2], Float64)", Tensor.From(1e-5, 2.5).ToString());
        Assert.Equal("tensor([], shape: [0, 3], Float32)", Tensor.Zeros([0, 3]).ToString());
        Assert.Contains("nan", Tensor.From(double.NaN, double.NegativeInfinity).ToString(), StringComparison.Ordinal);
        Assert.Contains("-inf", Tensor.From(double.NaN, double.NegativeInfinity).ToString(), StringComparison.Ordinal);
        Assert.Contains("e", Tensor.From(1e-10, 1).ToString(), StringComparison.Ordinal);
        string large = Numbers(2000).ToString();
        Assert.Contains("...", large, StringComparison.Ordinal);
        Assert.True(large.Length < 120, large);
        var x = Tensor.Ones([1]);
        x.RequiresGrad = true;
        Assert.Contains("requires gradient", x.ToString(), StringComparison.Ordinal);
        Assert.Equal("tensor([[0, 3],\n        [1, 4],\n        [2, 5]], shape: [3, 2], Int64)", Numbers(2, 3).Mt.ToString().ReplaceLineEndings("\n"));
    }
}
