using DeepNotes.Training;

namespace DeepNotes.Tests.Training;

public sealed class TensorDatasetTests
{
    /// <summary>Sample i has the inputs (10 i, 10 i + 1) and the target i.</summary>
    private static TensorDataset Numbers(int count) => new(
        Tensor.From(Enumerable.Range(0, count).SelectMany(i => new[] { 10f * i, 10f * i + 1 }).ToArray()).Reshape([count, 2]),
        Tensor.From(Enumerable.Range(0, count).Select(i => (long)i).ToArray()));

    private static long[] Order(IEnumerable<(Tensor Inputs, Tensor Targets)> batches) => [.. batches.SelectMany(batch => batch.Targets.ToArray<long>())];

    [Fact]
    public void In_order_every_sample_comes_once_and_the_last_batch_is_smaller()
    {
        var batches = Numbers(10).Batches(4).ToArray();
        Assert.Equal(["[4, 2]", "[4, 2]", "[2, 2]"], batches.Select(batch => batch.Inputs.Shape.ToString()));
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), Order(batches));
        Assert.Equal([80f, 81, 90, 91], batches[2].Inputs.ToArray<float>());
        Assert.Equal(2, Numbers(10).Batches(4, dropLast: true).Count());
        Assert.Single(Numbers(3).Batches(int.MaxValue));
    }

    [Fact]
    public void Shuffled_every_sample_comes_once_with_its_own_target()
    {
        var batches = Numbers(100).Batches(7, shuffle: true, seed: 5).ToArray();
        Assert.NotEqual(Enumerable.Range(0, 100).Select(i => (long)i), Order(batches));
        Assert.Equal(Enumerable.Range(0, 100).Select(i => (long)i), Order(batches).Order());
        foreach (var (inputs, targets) in batches)
        {
            Assert.Equal(targets.ToArray<long>().SelectMany(i => new[] { 10f * i, 10f * i + 1 }), inputs.ToArray<float>());
        }
    }

    [Fact]
    public void The_seed_decides_the_order()
    {
        var data = Numbers(50);
        Assert.Equal(Order(data.Batches(8, true, seed: 1)), Order(data.Batches(8, true, seed: 1)));
        Assert.NotEqual(Order(data.Batches(8, true, seed: 1)), Order(data.Batches(8, true, seed: 2)));

        Rng.Seed(9);
        long[] first = Order(data.Batches(8, true)), second = Order(data.Batches(8, true));
        Assert.NotEqual(first, second);
        Rng.Seed(9);
        Assert.Equal(first, Order(data.Batches(8, true)));
    }

    [Fact]
    public void Parts_hold_the_samples_they_say()
    {
        var data = Numbers(10);
        Assert.Equal([0L, 1, 2], data.Take(3).Targets.ToArray<long>());
        Assert.Equal(10, data.Take(99).Count);
        var (first, rest) = data.Split(8);
        Assert.Equal(8, first.Count);
        Assert.Equal([8L, 9], rest.Targets.ToArray<long>());
        Assert.Equal([80f, 81, 90, 91], rest.Inputs.ToArray<float>());
        Assert.Equal([4L, 4, 0], data.Select(Tensor.From(new long[] { 4, 4, 0 })).Targets.ToArray<long>());
        Assert.Equal(Enumerable.Range(0, 10).Select(i => (long)i), data.Shuffle(3).Targets.ToArray<long>().Order());
    }

    [Fact]
    public void Wrong_arguments_are_refused()
    {
        var data = Numbers(4);
        Assert.Throws<ShapeException>(() => new TensorDataset(Tensor.Zeros([3, 2]), Tensor.Zeros([4])));
        Assert.Throws<ShapeException>(() => new TensorDataset(Tensor.Zeros([]), Tensor.Zeros([])));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Batches(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Take(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => data.Split(5));
    }
}
