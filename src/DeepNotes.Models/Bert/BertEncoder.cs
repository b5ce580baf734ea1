using DeepNotes.Nn;

namespace DeepNotes.Models;

/// <summary>The layers of a <see cref="Bert"/>.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class BertEncoder(BertConfig config) : Module
{
    /// <summary>The layers.</summary>
    public ModuleList<BertLayer> Layer { get; } = [.. Enumerable.Range(0, config.Layers).Select(_ => new BertLayer(config))];

    /// <summary>Maps [N, T, features] to the same.</summary>
    /// <param name="x">The input.</param>
    /// <param name="mask">Broadcasts to [N, heads, T, T], true where a position may look; none by default.</param>
    public Tensor Forward(Tensor x, Tensor? mask = null)
    {
        foreach (BertLayer layer in Layer) x = layer.Forward(x, mask);
        return x;
    }
}

/// <summary>One layer: attention and a feed-forward network, each with a shortcut around it and a normalisation behind.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class BertLayer(BertConfig config) : Module
{
    /// <summary>The attention's heads.</summary>
    [Key("attention.self")]
    public BertSelfAttention SelfAttention { get; set; } = new(config);

    /// <summary>What follows the heads.</summary>
    [Key("attention.output")]
    public BertOutput AttentionOutput { get; set; } = new(config, config.HiddenSize);

    /// <summary>The feed-forward network's first matrix.</summary>
    [Key("intermediate.dense")]
    public Linear Intermediate { get; set; } = Bert.Dense(config.HiddenSize, config.IntermediateSize);

    /// <summary>Its second matrix, and what follows.</summary>
    public BertOutput Output { get; set; } = new(config, config.IntermediateSize);

    /// <summary>Maps [N, T, features] to the same.</summary>
    /// <param name="x">The input.</param>
    /// <param name="mask">As in <see cref="BertEncoder.Forward"/>.</param>
    public Tensor Forward(Tensor x, Tensor? mask = null)
    {
        x = AttentionOutput.Forward(SelfAttention.Forward(x, mask), x);
        return Output.Forward(Intermediate.Forward(x).Gelu(), x);
    }
}

/// <summary>Attention of all positions to all, by heads.</summary>
/// <param name="config">The sizes.</param>
public sealed partial class BertSelfAttention(BertConfig config) : Module
{
    private readonly int heads = config.Heads, size = config.HiddenSize / config.Heads;
    private readonly double dropout = config.Dropout;

    /// <summary>To queries.</summary>
    public Linear Query { get; set; } = Bert.Dense(config.HiddenSize, config.HiddenSize);

    /// <summary>To keys.</summary>
    public Linear Key { get; set; } = Bert.Dense(config.HiddenSize, config.HiddenSize);

    /// <summary>To values.</summary>
    public Linear Value { get; set; } = Bert.Dense(config.HiddenSize, config.HiddenSize);

    /// <summary>Maps [N, T, features] to the same.</summary>
    /// <param name="x">The input.</param>
    /// <param name="mask">As in <see cref="BertEncoder.Forward"/>.</param>
    public Tensor Forward(Tensor x, Tensor? mask = null)
    {
        Tensor q = Heads(Query.Forward(x)), k = Heads(Key.Forward(x)), v = Heads(Value.Forward(x));
        return q.ScaledDotProductAttention(k, v, mask, dropoutP: IsTraining ? dropout : 0).Transpose(1, 2).Flatten(2);
    }

    private Tensor Heads(Tensor x) => x.Reshape(x.Shape[0], x.Shape[1], heads, size).Transpose(1, 2);
}

/// <summary>norm(W·x + b + shortcut): how both parts of a layer end.</summary>
/// <param name="config">The sizes.</param>
/// <param name="inFeatures">The features of x.</param>
public sealed partial class BertOutput(BertConfig config, int inFeatures) : Module
{
    private readonly Dropout drop = new(config.Dropout);

    /// <summary>W and b.</summary>
    public Linear Dense { get; set; } = Bert.Dense(inFeatures, config.HiddenSize);

    /// <summary>The normalisation.</summary>
    [Key("LayerNorm")]
    public LayerNorm Norm { get; set; } = new([config.HiddenSize], config.NormEpsilon);

    /// <summary>Maps [N, T, inFeatures] to [N, T, features].</summary>
    /// <param name="x">The input.</param>
    /// <param name="shortcut">What is added, [N, T, features].</param>
    public Tensor Forward(Tensor x, Tensor shortcut) => Norm.Forward(drop.Forward(Dense.Forward(x)) + shortcut);
}
