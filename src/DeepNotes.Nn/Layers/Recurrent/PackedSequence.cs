namespace DeepNotes.Nn;

/// <summary>
/// A batch of sequences of different lengths without padding: step after step, each with as many rows as sequences reach it, the longest sequence
/// first. Matches torch.nn.utils.rnn.PackedSequence.
/// </summary>
public sealed class PackedSequence
{
    private readonly Tensor? sorted, unsorted;

    private PackedSequence(Tensor data, int[] sizes, int[] lengths, Tensor? sorted, Tensor? unsorted) => (Data, Sizes, Lengths, this.sorted, this.unsorted) = (data, sizes, lengths, sorted, unsorted);

    /// <summary>[sum of all lengths, …]: the steps one after the other.</summary>
    public Tensor Data { get; }

    /// <summary>How many sequences reach each step; does not grow.</summary>
    public IReadOnlyList<int> BatchSizes => Sizes;

    /// <summary>The length of each sequence, in the order in which they were given.</summary>
    public IReadOnlyList<int> Lengths { get; }

    /// <summary>The number of sequences.</summary>
    public int Count => Lengths.Count;

    internal int[] Sizes { get; }

    /// <summary>Packs sequences that were padded to one length. Matches torch.nn.utils.rnn.pack_padded_sequence.</summary>
    /// <param name="x">[steps, batch, …], or [batch, steps, …] if batch first.</param>
    /// <param name="lengths">The length of each sequence, at least 1.</param>
    /// <param name="batchFirst">How the input is laid out.</param>
    /// <param name="enforceSorted">True to insist that the longest sequence comes first and so on; false to sort them here, and results back.</param>
    /// <exception cref="ShapeException">The input has fewer than two dimensions, or there is not one length a sequence.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A length is below 1 or beyond the padded length.</exception>
    /// <exception cref="ArgumentException">The lengths grow although they must not.</exception>
    public static PackedSequence Pack(Tensor x, ReadOnlySpan<int> lengths, bool batchFirst = false, bool enforceSorted = true)
    {
        if (x.Rank < 2) throw new ShapeException($"PackedSequence: the input must be {(batchFirst ? "[batch, steps, …]" : "[steps, batch, …]")}; it is {x.Shape}.");
        int batch = x.Shape[batchFirst ? 0 : 1], steps = x.Shape[batchFirst ? 1 : 0];
        if (lengths.Length != batch || batch == 0) throw new ShapeException($"PackedSequence: the input {x.Shape} has {batch} sequences; there are {lengths.Length} lengths.");
        int[] all = lengths.ToArray();
        foreach (int length in all) if (length < 1 || length > steps) throw new ArgumentOutOfRangeException(nameof(lengths), length, $"PackedSequence: a length lies between 1 and {steps}, the padded length of {x.Shape}.");
        int[] order = [.. Enumerable.Range(0, batch)];
        bool isSorted = all.Zip(all.Skip(1), (a, b) => a >= b).All(falls => falls);
        if (!isSorted && enforceSorted) throw new ArgumentException($"PackedSequence: the lengths [{string.Join(", ", all)}] grow; sort the sequences, or pass enforceSorted: false.", nameof(lengths));
        if (!isSorted) order = [.. order.OrderByDescending(b => all[b])];
        int[] sizes = [.. Enumerable.Range(0, all.Max()).Select(t => all.Count(length => length > t))];
        var rows = new List<long>();
        for (int t = 0; t < sizes.Length; t++)
            for (int b = 0; b < sizes[t]; b++) rows.Add(batchFirst ? (long)order[b] * steps + t : (long)t * batch + order[b]);
        var data = x.Flatten(0, 1).IndexSelect(0, On(x.Device, [.. rows]));
        if (isSorted) return new(data, sizes, all, null, null);
        var back = new long[batch];
        for (int b = 0; b < batch; b++) back[order[b]] = b;
        return new(data, sizes, all, On(x.Device, [.. order.Select(b => (long)b)]), On(x.Device, back));
    }

    /// <summary>Packs sequences as they are. Matches torch.nn.utils.rnn.pack_sequence.</summary>
    /// <param name="sequences">Each [steps, …], alike in all but the steps.</param>
    /// <param name="enforceSorted">As in <see cref="Pack(Tensor, ReadOnlySpan{int}, bool, bool)"/>.</param>
    /// <exception cref="ArgumentException">There is no sequence, one has no step, or the lengths grow although they must not.</exception>
    /// <exception cref="ShapeException">The shapes differ in more than the steps.</exception>
    public static PackedSequence Pack(IReadOnlyList<Tensor> sequences, bool enforceSorted = true)
    {
        ArgumentNullException.ThrowIfNull(sequences);
        if (sequences.Count == 0) throw new ArgumentException("PackedSequence: there is no sequence.", nameof(sequences));
        int[] lengths = [.. sequences.Select(s => s.Rank > 0 ? s.Shape[0] : 0)];
        int longest = lengths.Max();
        var padded = sequences.Select((s, i) => lengths[i] == longest ? s : Tensor.Concatenate([s, Tensor.Zeros([longest - lengths[i], .. s.Shape.AsSpan()[1..]], s.DType, s.Device)]));
        return Pack(Tensor.Stack([.. padded]), lengths, batchFirst: true, enforceSorted);
    }

    /// <summary>Pads the sequences to one length, in the order in which they were given. Matches torch.nn.utils.rnn.pad_packed_sequence.</summary>
    /// <param name="batchFirst">True for [batch, steps, …] instead of [steps, batch, …].</param>
    /// <param name="paddingValue">What stands behind a sequence's end.</param>
    /// <param name="totalLength">How long the result is; as long as the longest sequence by default.</param>
    /// <returns>The sequences and their lengths.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The total length is below that of the longest sequence.</exception>
    public (Tensor Padded, int[] Lengths) Unpack(bool batchFirst = false, double paddingValue = 0, int? totalLength = null)
    {
        int steps = totalLength ?? Sizes.Length;
        if (steps < Sizes.Length) throw new ArgumentOutOfRangeException(nameof(totalLength), steps, $"PackedSequence: the longest sequence has {Sizes.Length} steps; they do not fit {steps}.");
        long[] place = unsorted?.ToArray<long>() ?? [.. Enumerable.Range(0, Count).Select(b => (long)b)];
        int padding = Data.Shape[0], first = 0;
        var rows = new long[steps * Count];
        Array.Fill(rows, padding);
        for (int t = 0; t < Sizes.Length; first += Sizes[t++])
            for (int b = 0; b < Count; b++)
                if (place[b] < Sizes[t]) rows[batchFirst ? b * steps + t : t * Count + b] = first + place[b];
        Shape one = [1, .. Data.Shape.AsSpan()[1..]], shape = batchFirst ? [Count, steps, .. Data.Shape.AsSpan()[1..]] : [steps, Count, .. Data.Shape.AsSpan()[1..]];
        var all = Tensor.Concatenate([Data, Tensor.Full(one, paddingValue, Data.DType, Data.Device)]);
        return (all.IndexSelect(0, On(Data.Device, rows)).Reshape(shape), [.. Lengths]);
    }

    /// <summary>Other numbers for the same steps, such as what a layer made of these.</summary>
    /// <param name="data">[sum of all lengths, …].</param>
    /// <exception cref="ShapeException">The number of rows differs.</exception>
    public PackedSequence With(Tensor data)
    {
        ArgumentNullException.ThrowIfNull(data);
        if (data.Rank == 0 || data.Shape[0] != Data.Shape[0]) throw new ShapeException($"PackedSequence: these sequences have {Data.Shape[0]} steps together; the new numbers are {data.Shape}.");
        return new(data, Sizes, [.. Lengths], sorted, unsorted);
    }

    /// <summary>A state [layers, batch, …] from the order given to that of the steps.</summary>
    internal Tensor Sorted(Tensor state) => sorted is null ? state : state.IndexSelect(1, sorted);

    /// <summary>The way back.</summary>
    internal Tensor Unsorted(Tensor state) => unsorted is null ? state : state.IndexSelect(1, unsorted);

    private static Tensor On(Device device, long[] values) => Tensor.From(values).To(device);
}
