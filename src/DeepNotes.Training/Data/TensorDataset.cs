namespace DeepNotes.Training;

/// <summary>A data set that lies in memory as two tensors: sample i is row i of both.</summary>
public sealed class TensorDataset
{
    /// <summary>Pairs inputs with targets.</summary>
    /// <param name="inputs"><c>[N, …]</c>.</param>
    /// <param name="targets"><c>[N, …]</c>.</param>
    /// <exception cref="ShapeException">One of them has no dimension, or they disagree in the first.</exception>
    public TensorDataset(Tensor inputs, Tensor targets)
    {
        if (inputs.Rank == 0 || targets.Rank == 0 || inputs.Shape[0] != targets.Shape[0])
        {
            throw new ShapeException($"TensorDataset: inputs {inputs.Shape} and targets {targets.Shape} must have the same first dimension, the number of samples.");
        }

        Inputs = inputs;
        Targets = targets;
    }

    /// <summary>What goes into a model, <c>[N, …]</c>.</summary>
    public Tensor Inputs { get; }

    /// <summary>What should come out, <c>[N, …]</c>.</summary>
    public Tensor Targets { get; }

    /// <summary>How many samples.</summary>
    public int Count => Inputs.Shape[0];

    /// <summary>Goes once through the data set in batches.</summary>
    /// <param name="batchSize">Samples a batch; the last batch may be smaller.</param>
    /// <param name="shuffle">Whether to go in random order. In order, batches are views; shuffled, they are copies.</param>
    /// <param name="seed">
    /// What decides the order, so give each epoch its own; null draws it from the thread's default generator
    /// (<see cref="Rng.Seed(ulong)"/>), which gives each epoch another order by itself.
    /// </param>
    /// <param name="dropLast">Whether to leave out a last batch that is smaller.</param>
    /// <returns>Inputs <c>[batchSize, …]</c> and targets <c>[batchSize, …]</c> of one batch after another.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The batch size is not positive.</exception>
    public IEnumerable<(Tensor Inputs, Tensor Targets)> Batches(int batchSize, bool shuffle = false, ulong? seed = null, bool dropLast = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        return Iterate(batchSize, shuffle, seed, dropLast);
    }

    /// <summary>The first samples, as views.</summary>
    /// <param name="count">How many; all, where there are fewer.</param>
    /// <returns>A data set that shares this one's memory.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative.</exception>
    public TensorDataset Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Between(0, Math.Min(count, Count));
    }

    /// <summary>Cuts the data set in two, as views: a training part and a validation part, say. Shuffle before where the order means something.</summary>
    /// <param name="firstCount">Samples in the first part.</param>
    /// <returns>The first samples and the others.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative or exceeds <see cref="Count"/>.</exception>
    public (TensorDataset First, TensorDataset Second) Split(int firstCount)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(firstCount);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(firstCount, Count);
        return (Between(0, firstCount), Between(firstCount, Count));
    }

    /// <summary>The same samples in random order, as a copy.</summary>
    /// <param name="seed">What decides the order; null draws it from the thread's default generator.</param>
    /// <returns>A data set with memory of its own.</returns>
    public TensorDataset Shuffle(ulong? seed = null) => Select(Order(seed));

    /// <summary>The samples at some positions, as a copy.</summary>
    /// <param name="indices">Int64 <c>[M]</c>, each from 0 to <see cref="Count"/> − 1, repeats allowed.</param>
    /// <returns>A data set of M samples with memory of its own.</returns>
    public TensorDataset Select(Tensor indices) => new(Inputs.IndexSelect(0, indices), Targets.IndexSelect(0, indices));

    private TensorDataset Between(int start, int stop) => new(Inputs.Slice(0, start, stop), Targets.Slice(0, start, stop));

    private IEnumerable<(Tensor, Tensor)> Iterate(int batchSize, bool shuffle, ulong? seed, bool dropLast)
    {
        var order = shuffle ? Order(seed) : null;
        int last = dropLast ? Count - batchSize : Count - 1;
        for (int start = 0; start <= last; start += batchSize)
        {
            int stop = (int)Math.Min((long)start + batchSize, Count);
            var batch = order is null ? Between(start, stop) : Select(order.Slice(0, start, stop));
            yield return (batch.Inputs, batch.Targets);
        }
    }

    private Tensor Order(ulong? seed) => seed is { } value ? Tensor.RandPerm(Count, new Rng(value)) : Tensor.RandPerm(Count);
}
