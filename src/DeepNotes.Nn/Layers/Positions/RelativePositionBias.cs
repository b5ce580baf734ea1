namespace DeepNotes.Nn;

/// <summary>
/// T5's relative positions (Raffel et al. 2020, "Exploring the Limits of Transfer Learning"): a learned number for each head and each bucket of distances, added to the
/// scores. Near distances have buckets of their own, far ones share logarithmically wider ones.
/// </summary>
/// <param name="numHeads">The number of heads.</param>
/// <param name="numBuckets">The number of buckets, T5's 32 by default.</param>
/// <param name="maxDistance">From here on, all distances share one bucket.</param>
/// <param name="bidirectional">True for different buckets before and behind a query, as in an encoder; false if all that comes later is in bucket 0, as in a decoder.</param>
public sealed partial class RelativePositionBias(int numHeads, int numBuckets = 32, int maxDistance = 128, bool bidirectional = true) : Module
{
    /// <summary>The numbers, [numBuckets, numHeads]; normally distributed with deviation 1 at first, as an embedding. T5 calls it relative_attention_bias.weight.</summary>
    public Parameter Weight { get; set; } = Init.Normal([numBuckets, numHeads]);

    /// <summary>The bias for the scores, [numHeads, queries, keys]: hand it to an attention as its mask.</summary>
    /// <param name="queries">How many queries.</param>
    /// <param name="keys">How many keys.</param>
    /// <param name="offset">The position of the first query, counted from the first key.</param>
    public Tensor Forward(int queries, int keys, int offset = 0)
    {
        LayerArguments.NotNegative(nameof(RelativePositionBias), nameof(queries), queries);
        LayerArguments.NotNegative(nameof(RelativePositionBias), nameof(keys), keys);
        var buckets = new long[queries * keys];
        for (int i = 0; i < queries; i++)
        {
            for (int j = 0; j < keys; j++) buckets[i * keys + j] = Bucket(j - i - offset);
        }
        return Tensor.From<long>(buckets, [queries, keys]).To(Weight.Device).Embedding(Weight).Permute(2, 0, 1);
    }

    /// <summary>The bucket of a distance.</summary>
    /// <param name="distance">The key's position less the query's.</param>
    public int Bucket(int distance)
    {
        int buckets = bidirectional ? numBuckets / 2 : numBuckets, first = bidirectional && distance > 0 ? buckets : 0;
        int far = bidirectional ? Math.Abs(distance) : Math.Max(0, -distance), exact = buckets / 2;
        if (far < exact) return first + far;
        // In Float32, as T5's own code: at the edge of a bucket the rounding decides.
        float place = MathF.Log((float)far / exact) / (float)Math.Log((double)maxDistance / exact) * (buckets - exact);
        return first + Math.Min(buckets - 1, exact + (int)place);
    }
}
