namespace DeepNotes.Nn;

/// <summary>
/// Attention with linear biases (Press et al. 2022, "Train Short, Test Long"): the farther a key from the query, the lower its score, with a slope of each
/// head's own. Nothing is learned, and nothing is saved.
/// </summary>
public sealed partial class AlibiBias : Module
{
    [Buffer(Persistent = false)]
    private Tensor slopes;

    /// <summary>The slopes of the paper: for 2ⁿ heads a geometric sequence that begins with its ratio, 2^(−8/heads); other numbers of heads take every second one of the next sequence besides.</summary>
    /// <param name="numHeads">The number of heads.</param>
    public AlibiBias(int numHeads)
    {
        LayerArguments.Positive(nameof(AlibiBias), nameof(numHeads), numHeads);
        int power = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)numHeads);
        if (power > numHeads) power /= 2;
        double[] all = [.. Enumerable.Range(1, power).Select(i => Math.Pow(2, -8.0 * i / power)), .. Enumerable.Range(0, numHeads - power).Select(i => Math.Pow(2, -4.0 * (2 * i + 1) / power))];
        slopes = Tensor.From<double>(all, [numHeads]).To(DType.Float32);
    }

    /// <summary>The slope of each head, [numHeads].</summary>
    public Tensor Slopes => slopes;

    /// <summary>The bias for the scores, −slope·|distance|, [numHeads, queries, keys]: hand it to an attention as its mask, beside causality where that is wanted.</summary>
    /// <param name="queries">How many queries.</param>
    /// <param name="keys">How many keys.</param>
    /// <param name="offset">The position of the first query, counted from the first key.</param>
    public Tensor Forward(int queries, int keys, int offset = 0)
    {
        Tensor distance = (Tensor.Arange(keys) - Tensor.Arange(queries).Unsqueeze(1) - offset).Abs().To(slopes.DType).To(slopes.Device);
        return -slopes.Reshape(-1, 1, 1) * distance;
    }
}
