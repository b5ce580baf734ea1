using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class EmbeddingRows
{
    private static readonly Input Places = Input.Index(6, 2, 5);

    public static LayerRow[] All { get; } =
    [
        new("Embedding", () => new Embedding(6, 3), "nn.Embedding(6, 3)", Places),
        // Not smooth on purpose: a padding vector gets no gradient, a limited norm changes the table while it is read, frequencies scale the gradient alone.
        new("Embedding.padding", () => new Embedding(6, 3, paddingIndex: -2), "nn.Embedding(6, 3, padding_idx=-2)", Places) { IsSmooth = false, HasTorchInit = false },
        new("Embedding.max_norm", () => new Embedding(6, 3, maxNorm: 0.9, normType: 1.5), "nn.Embedding(6, 3, max_norm=0.9, norm_type=1.5)", Places) { IsSmooth = false },
        new("Embedding.frequency", () => new Embedding(6, 3, scaleGradByFrequency: true), "nn.Embedding(6, 3, scale_grad_by_freq=True)", Places) { IsSmooth = false },
        new("EmbeddingBag", () => new EmbeddingBag(6, 3), "nn.EmbeddingBag(6, 3)", Places),
        new("EmbeddingBag.padding", () => new EmbeddingBag(6, 3, paddingIndex: 1, mode: EmbeddingBagMode.Sum), "nn.EmbeddingBag(6, 3, padding_idx=1, mode='sum')", Places) { HasTorchInit = false },
        new("EmbeddingBag.max_norm", () => new EmbeddingBag(6, 3, maxNorm: 0.9, mode: EmbeddingBagMode.Max), "nn.EmbeddingBag(6, 3, max_norm=0.9, mode='max')", Places) { IsSmooth = false },
        new("EmbeddingBag.offsets", () => new EmbeddingBag(6, 3, mode: EmbeddingBagMode.Sum, includeLastOffset: true), "nn.EmbeddingBag(6, 3, mode='sum', include_last_offset=True)", Input.Index(6, 9), new Input(9))
        {
            Run = (layer, x) => [((EmbeddingBag)layer).Forward(x[0], Tensor.From(0L, 3, 3, 9), x[1])],
            Call = "m(a, torch.tensor([0, 3, 3, 9]), b)",
        },
    ];
}
