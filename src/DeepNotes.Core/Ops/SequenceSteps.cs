namespace DeepNotes.Ops;

/// <summary>
/// The steps of a batch of sequences whose elements lie step after step, [N, features]: step t has as many rows as sequences that
/// are that long. Sequences stand in order of falling length, so the rows of a step are those of the first sequences.
/// </summary>
internal sealed class SequenceSteps
{
    private readonly int[]? sizes, offsets;

    /// <summary>Steps of equal size.</summary>
    public SequenceSteps(int count, int batch) => (Count, Batch, Rows) = (count, batch, checked(count * batch));

    /// <summary>Steps of given sizes, which do not grow.</summary>
    public SequenceSteps(int[] sizes)
    {
        (Count, Batch, this.sizes) = (sizes.Length, sizes[0], sizes);
        offsets = new int[sizes.Length];
        for (int t = 1; t < sizes.Length; t++) offsets[t] = offsets[t - 1] + sizes[t - 1];
        Rows = offsets[^1] + sizes[^1];
    }

    /// <summary>The number of steps.</summary>
    public int Count { get; }

    /// <summary>The number of sequences.</summary>
    public int Batch { get; }

    /// <summary>The rows of all steps together.</summary>
    public int Rows { get; }

    /// <summary>The first row of a step, and how many it has.</summary>
    public (int First, int Rows) At(int step) => sizes is null ? (step * Batch, Batch) : (offsets![step], sizes[step]);
}
