using DeepNotes.OpTable;

namespace DeepNotes.Core.Tests.OpTable;

/// <summary>What a row of the op table cannot say about neural operations: random numbers, state, and numbers that are none.</summary>
public sealed class NeuralOpTests
{
    [Fact]
    public void A_grid_without_numbers_reads_nothing()
    {
        var grid = Tensor.From<float>([float.NaN, 0, float.PositiveInfinity, 0, 0, float.NegativeInfinity], [1, 1, 3, 2]);
        foreach (var mode in Enum.GetValues<GridSampleMode>())
        {
            Assert.Equal([0, 0, 0], Tensor.Ones([1, 1, 3, 3]).GridSample(grid, mode).ToArray<float>());
            Tensor.Ones([1, 1, 3, 3]).GridSample(grid, mode, GridSamplePadding.Reflection);
        }
    }

    [Fact]
    public void Running_statistics_change_in_training_only()
    {
        Tensor x = Tensor.From<float>([1, 3], [2, 1]), mean = Tensor.Zeros([1]), variance = Tensor.Ones([1]);
        x.BatchNorm(mean, variance);
        Assert.Equal((0, 1), (mean.Item(), variance.Item()));
        x.BatchNorm(mean, variance, training: true, momentum: 0.5);
        Assert.Equal((1, 1.5), (mean.Item(), variance.Item()));
    }

    [Fact]
    public void Labels_that_do_not_count_alone_leave_no_number()
    {
        var logits = Tensor.Randn([2, 3]);
        Assert.True(double.IsNaN(logits.CrossEntropy(Tensor.From<long>(-100, -100)).Item()));
        Assert.Equal(0, logits.CrossEntropy(Tensor.From<long>(-100, -100), Reduction.Sum).Item());
    }

    [Fact]
    public void Pooling_lets_what_is_not_a_number_through_where_it_is_and_no_further()
    {
        var x = Tensor.From<float>([1, 2, 3, float.NaN, 5, 6, float.PositiveInfinity, 8], [1, 1, 8]);
        Assert.Equal([1.5f, float.NaN, 5.5f, float.PositiveInfinity], x.AvgPool1d(2).ToArray<float>());
        Assert.Equal([2, float.NaN, 6, float.PositiveInfinity], x.MaxPool1d(2).ToArray<float>());
        Assert.Equal([2, float.NaN, float.PositiveInfinity], x.AdaptiveAvgPool1d(3).ToArray<float>());
        Assert.Equal([3, float.NaN, float.PositiveInfinity], x.AdaptiveMaxPool1d(3).Values.ToArray<float>());
    }

    [Fact]
    public void A_label_that_no_path_can_spell_costs_infinitely_much_or_nothing()
    {
        var x = Tensor.Randn([2, 1, 4], rng: new Rng(1)).LogSoftmax(2).Detach();
        x.RequiresGrad = true;
        var loss = x.CtcLoss(Tensor.From<long>(1, 1), [2], [2]);
        Assert.Equal(double.PositiveInfinity, loss.Item());
        Assert.True(double.IsNaN(Grad.Of(loss, [x])[0].ToArray<float>()[0]));
        var none = x.CtcLoss(Tensor.From<long>(1, 1), [2], [2], zeroInfinity: true);
        Assert.Equal(0, none.Item());
        Assert.All(Grad.Of(none, [x])[0].ToArray<float>(), d => Assert.Equal(0, d));
        Assert.Equal([0, double.PositiveInfinity], x.Expand(-1, 2, -1).CtcLoss(Tensor.From<long>(1), [0, 0], [0, 1], reduction: Reduction.None).ToArray<float>().Select(y => (double)y));
    }

    [Fact]
    public void Paths_over_hundreds_of_steps_add_up_in_single_precision()
    {
        // With C equal classes each of the C^T paths has the same probability, and the empty label one path.
        const int Times = 600, Classes = 5;
        var x = Tensor.Zeros([Times, 1, Classes]).LogSoftmax(2);
        Assert.Equal(Times * Math.Log(Classes), x.CtcLoss(Tensor.Zeros([1, 0], DType.Int64), [Times], [0]).Item(), 1e-3);
        // A single class is spelled by every run of it: T·(T + 1)/2 paths.
        Assert.Equal(Times * Math.Log(Classes) - Math.Log(Times * (Times + 1) / 2.0), x.CtcLoss(Tensor.From<long>(3), [Times], [1]).Item(), 1e-3);
    }
}
