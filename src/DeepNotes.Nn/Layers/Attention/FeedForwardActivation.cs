namespace DeepNotes.Nn;

/// <summary>What stands between the two linear layers of a transformer's feed-forward part.</summary>
public enum FeedForwardActivation
{
    /// <summary>max(x, 0); Vaswani et al. 2017.</summary>
    ReLU,

    /// <summary>x·Φ(x); BERT and GPT.</summary>
    GELU,

    /// <summary>
    /// silu(x·W)·(x·V) with two matrices, W over V in the first linear layer, which is twice as wide (Shazeer 2020, "GLU Variants Improve Transformer"); Llama.
    /// PyTorch has no such layer.
    /// </summary>
    SwiGLU,
}

/// <summary>The first linear layer and the activation.</summary>
internal static class FeedForward
{
    public static Linear First(int dModel, int dimFeedforward, FeedForwardActivation activation, bool bias) =>
        new(dModel, activation == FeedForwardActivation.SwiGLU ? 2 * dimFeedforward : dimFeedforward, bias);

    public static Tensor Activate(Tensor x, FeedForwardActivation activation)
    {
        if (activation == FeedForwardActivation.ReLU) return x.Relu();
        if (activation == FeedForwardActivation.GELU) return x.Gelu();
        Tensor[] halves = x.Chunk(2, -1);
        return halves[0].Silu() * halves[1];
    }
}
