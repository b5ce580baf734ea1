namespace DeepNotes.Nn;

/// <summary>
/// The keys and values that one attention has seen: a model that writes word by word hands it to every call and computes only the new word's. For
/// inference; run under <see cref="Grad.Off"/>.
/// </summary>
/// <param name="capacity">How many positions to make room for at first; it grows by itself.</param>
public sealed class KeyValueCache(int capacity = 0)
{
    private Tensor? keys, values;

    /// <summary>How many positions it holds.</summary>
    public int Length { get; private set; }

    /// <summary>The keys, [N, H, length, d].</summary>
    /// <exception cref="InvalidOperationException">Nothing has been appended.</exception>
    public Tensor Keys => Seen(keys);

    /// <summary>The values, [N, H, length, d].</summary>
    /// <exception cref="InvalidOperationException">Nothing has been appended.</exception>
    public Tensor Values => Seen(values);

    /// <summary>Adds positions.</summary>
    /// <param name="newKeys">[N, H, T, d].</param>
    /// <param name="newValues">[N, H, T, d].</param>
    /// <returns>All keys and all values, as views of the cache.</returns>
    /// <exception cref="ShapeException">Batch, heads or features are others than before.</exception>
    /// <exception cref="DTypeException">The type is another than before.</exception>
    /// <exception cref="GradException">A gradient is being recorded.</exception>
    public (Tensor Keys, Tensor Values) Append(Tensor newKeys, Tensor newValues)
    {
        if (newKeys.RequiresGrad || newValues.RequiresGrad) throw new GradException("KeyValueCache: a cache is for inference; run the model under using (Grad.Off()).");
        if (newKeys.Rank != 4 || newValues.Rank != 4) throw new ShapeException($"KeyValueCache: keys and values must be [N, H, T, d]; they are {newKeys.Shape} and {newValues.Shape}.");
        int count = newKeys.Shape[2], length = Length + count;
        keys = Room(keys, newKeys, length);
        values = Room(values, newValues, length);
        keys.Narrow(2, Length, count).CopyFrom(newKeys);
        values.Narrow(2, Length, count).CopyFrom(newValues);
        Length = length;
        return (Keys, Values);
    }

    /// <summary>Forgets the positions from some length on, as after trying words out.</summary>
    /// <param name="length">How many positions remain.</param>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many.</exception>
    public void Truncate(int length)
    {
        if (length < 0 || length > Length) throw new ArgumentOutOfRangeException(nameof(length), length, $"KeyValueCache: {length} positions cannot remain of {Length}.");
        Length = length;
    }

    private Tensor Room(Tensor? held, Tensor added, int length)
    {
        if (held is not null)
        {
            if (held.DType != added.DType) throw new DTypeException($"KeyValueCache: the cache holds {held.DType}; {added.DType} was to be appended.");
            if (held.Shape[0] != added.Shape[0] || held.Shape[1] != added.Shape[1] || held.Shape[3] != added.Shape[3])
                throw new ShapeException($"KeyValueCache: the cache holds [{held.Shape[0]}, {held.Shape[1]}, {Length}, {held.Shape[3]}]; {added.Shape} does not go with it.");
            if (held.Shape[2] >= length) return held;
        }
        int room = Math.Max(Math.Max(length, capacity), held is null ? 16 : 2 * held.Shape[2]);
        // It outlives the scope of the step that made it.
        using (TensorScope.Outside())
        {
            Tensor larger = Tensor.Zeros([added.Shape[0], added.Shape[1], room, added.Shape[3]], added.DType).To(added.Device);
            if (held is not null && Length > 0) larger.Narrow(2, 0, Length).CopyFrom(held.Narrow(2, 0, Length));
            return larger;
        }
    }

    private Tensor Seen(Tensor? held) => held?.Narrow(2, 0, Length) ?? throw new InvalidOperationException("KeyValueCache: nothing has been appended yet.");
}

/// <summary>The caches of a stack of layers: each layer's own attention, and its attention to an encoder's output where it has one.</summary>
/// <param name="layers">How many layers.</param>
/// <param name="capacity">How many positions to make room for at first.</param>
public sealed class DecodingCache(int layers, int capacity = 0)
{
    private readonly KeyValueCache[] self = Many(layers, capacity), memory = Many(layers, 0);

    /// <summary>How many layers.</summary>
    public int Layers => self.Length;

    /// <summary>How many positions it holds.</summary>
    public int Length => self.Length == 0 ? 0 : self[0].Length;

    /// <summary>What a layer's attention to its own input has seen.</summary>
    /// <param name="layer">Which layer.</param>
    public KeyValueCache Self(int layer) => self[layer];

    /// <summary>What a layer made of the encoder's output.</summary>
    /// <param name="layer">Which layer.</param>
    public KeyValueCache Memory(int layer) => memory[layer];

    /// <summary>Forgets the positions from some length on.</summary>
    /// <param name="length">How many positions remain.</param>
    public void Truncate(int length)
    {
        foreach (KeyValueCache cache in self) cache.Truncate(length);
    }

    private static KeyValueCache[] Many(int count, int capacity)
    {
        LayerArguments.NotNegative(nameof(DecodingCache), nameof(count), count);
        var caches = new KeyValueCache[count];
        for (int i = 0; i < count; i++) caches[i] = new(capacity);
        return caches;
    }
}
