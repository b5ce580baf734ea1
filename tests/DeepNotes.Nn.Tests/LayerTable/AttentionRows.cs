using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class AttentionRows
{
    private const string Relative = "restated.RelativePositionBias";
    private static readonly Input X = new(5, 2, 6), First = new(2, 5, 6), Memory = new(4, 2, 6), Numbers = new(5, 5);

    // One that every query may look at, so that PyTorch 1.13 has a number for all of them.
    private static readonly Input Some = new(2, 5) { Low = 0, High = 2, Type = DType.Bool };

    public static LayerRow[] All { get; } =
    [
        new("MultiheadAttention", () => new MultiheadAttention(6, 2), "nn.MultiheadAttention(6, 2)", X) { Run = Weighted, Call = "m(a, a, a)" },
        new("MultiheadAttention.cross", () => new MultiheadAttention(6, 2), "nn.MultiheadAttention(6, 2)", X, Memory, Memory) { Run = (m, x) => [Of(m).Forward(x[0], x[1], x[2])], Call = "m(a, b, c, need_weights=False)[0]" },
        new("MultiheadAttention.dims", () => new MultiheadAttention(6, 3, kdim: 4, vdim: 5, batchFirst: true), "nn.MultiheadAttention(6, 3, kdim=4, vdim=5, batch_first=True)", First, new Input(2, 4, 4), new Input(2, 4, 5))
        {
            Run = (m, x) => Two(Of(m).ForwardWithWeights(x[0], x[1], x[2], averageAttnWeights: false)), Call = "m(a, b, c, average_attn_weights=False)",
        },
        new("MultiheadAttention.no_bias", () => new MultiheadAttention(6, 2, bias: false, batchFirst: true), "nn.MultiheadAttention(6, 2, bias=False, batch_first=True)", First) { Run = (m, x) => [Of(m).Forward(x[0], x[0], x[0])], Call = "m(a, a, a)[0]" },
        new("MultiheadAttention.appended", () => new MultiheadAttention(6, 2, addBiasKv: true, addZeroAttn: true), "nn.MultiheadAttention(6, 2, add_bias_kv=True, add_zero_attn=True)", X, Some)
        {
            Run = (m, x) => Two(Of(m).ForwardWithWeights(x[0], x[0], x[0], keyPaddingMask: x[1], isCausal: true)), Call = "m(a, a, a, b, attn_mask=torch.ones(5, 5, dtype=torch.bool).triu(1))",
        },
        new("MultiheadAttention.causal", () => new MultiheadAttention(6, 2), "nn.MultiheadAttention(6, 2)", X) { Run = (m, x) => [Of(m).Forward(x[0], x[0], x[0], isCausal: true)], Call = "m(a, a, a, attn_mask=torch.ones(5, 5, dtype=torch.bool).triu(1))[0]" },
        new("MultiheadAttention.masks", () => new MultiheadAttention(6, 2, batchFirst: true), "nn.MultiheadAttention(6, 2, batch_first=True)", First, Numbers, Some)
        {
            Run = (m, x) => [Of(m).Forward(x[0], x[0], x[0], Visible(x[2]), x[1])], Call = "m(a, a, a, c & (torch.arange(5) > 0), attn_mask=b)[0]",
        },
        new("MultiheadAttention.bool_masks", () => new MultiheadAttention(6, 2), "nn.MultiheadAttention(6, 2)", X, new Input(4, 5, 5) { Type = DType.Bool }, Some)
        {
            Run = (m, x) => Two(Of(m).ForwardWithWeights(x[0], x[0], x[0], Visible(x[2]), Visible(x[1]))), Call = "m(a, a, a, c & (torch.arange(5) > 0), attn_mask=b & (torch.arange(5) > 0))",
        },
        new("MultiheadAttention.unbatched", () => new MultiheadAttention(6, 2), "nn.MultiheadAttention(6, 2)", new Input(5, 6), new Input(4, 6), new Input(2, 5, 4)) { Run = (m, x) => Two(Of(m).ForwardWithWeights(x[0], x[1], x[1], attnMask: x[2])), Call = "m(a, b, b, attn_mask=c)" },
        new("MultiheadAttention.grouped", () => new MultiheadAttention(8, 4, batchFirst: true, numKvHeads: 2), "restated.GroupedAttention(8, 4, 2)", new Input(2, 5, 8)) { Run = (m, x) => Two(Of(m).ForwardWithWeights(x[0], x[0], x[0], isCausal: true)) },
        new("MultiheadAttention.dropout", () => new MultiheadAttention(6, 2, dropout: 0.3), "nn.MultiheadAttention(6, 2, dropout=0.3)", X) { Run = Weighted, Call = "m(a, a, a)", IsRandom = true },

        new("TransformerEncoderLayer", () => new TransformerEncoderLayer(6, 2, 7), "nn.TransformerEncoderLayer(6, 2, 7)", X) { IsRandom = true },
        new("TransformerEncoderLayer.relu", () => new TransformerEncoderLayer(6, 2, 7, dropout: 0, batchFirst: true), "nn.TransformerEncoderLayer(6, 2, 7, dropout=0, batch_first=True)", First, Numbers) { Run = (m, x) => [Encoder(m).Forward(x[0], x[1])], Call = "m(a, b)" },
        new("TransformerEncoderLayer.gelu", () => new TransformerEncoderLayer(6, 2, 7, dropout: 0, activation: FeedForwardActivation.GELU, normFirst: true), "nn.TransformerEncoderLayer(6, 2, 7, dropout=0, activation='gelu', norm_first=True)", X)
        {
            Run = (m, x) => [Encoder(m).Forward(x[0], isCausal: true)], Call = "m(a, torch.full((5, 5), -torch.inf).triu(1))", Tolerance = 1e-9,
        },
        new("TransformerEncoderLayer.swiglu", () => new TransformerEncoderLayer(6, 2, 7, dropout: 0, activation: FeedForwardActivation.SwiGLU, normFirst: true), "restated.SwiGLUEncoderLayer(6, 2, 7)", X) { Call = "m(a)", Tolerance = 1e-9 },
        new("TransformerEncoder", () => new TransformerEncoder(new(6, 2, 7, 0, FeedForwardActivation.GELU), 2, new([6])), "nn.TransformerEncoder(nn.TransformerEncoderLayer(6, 2, 7, 0, 'gelu'), 2, nn.LayerNorm(6))", X, Some)
        {
            Run = (m, x) => [((TransformerEncoder)m).Forward(x[0], srcKeyPaddingMask: Visible(x[1]))], Call = "m(a, src_key_padding_mask=b & (torch.arange(5) > 0))", Tolerance = 1e-9,
        },
        new("TransformerDecoderLayer", () => new TransformerDecoderLayer(6, 2, 7), "nn.TransformerDecoderLayer(6, 2, 7)", X, Memory) { Run = (m, x) => [((TransformerDecoderLayer)m).Forward(x[0], x[1])], Call = "m(a, b)", IsRandom = true },
        new("TransformerDecoderLayer.pre", () => new TransformerDecoderLayer(6, 2, 7, 0, FeedForwardActivation.GELU, normFirst: true), "nn.TransformerDecoderLayer(6, 2, 7, 0, 'gelu', norm_first=True)", X, Memory, new Input(5, 4))
        {
            Run = (m, x) => [((TransformerDecoderLayer)m).Forward(x[0], x[1], memoryMask: x[2], tgtIsCausal: true)], Call = "m(a, b, torch.full((5, 5), -torch.inf).triu(1), c)", Tolerance = 1e-9,
        },
        new("TransformerDecoder", () => new TransformerDecoder(new(6, 2, 7, 0, FeedForwardActivation.GELU), 2, new([6])), "nn.TransformerDecoder(nn.TransformerDecoderLayer(6, 2, 7, 0, 'gelu'), 2, nn.LayerNorm(6))", X, Memory)
        {
            Run = (m, x) => [((TransformerDecoder)m).Forward(x[0], x[1])], Call = "m(a, b)", Tolerance = 1e-9,
        },
        new("Transformer", () => new Transformer(6, 2, 2, 2, 7, 0, FeedForwardActivation.GELU), "nn.Transformer(6, 2, 2, 2, 7, 0, 'gelu')", Memory, X)
        {
            Run = (m, x) => [((Transformer)m).Forward(x[0], x[1], tgtMask: Transformer.GenerateSquareSubsequentMask(5, x[1].DType))], Call = "m(a, b, tgt_mask=nn.Transformer.generate_square_subsequent_mask(5))", Tolerance = 1e-9,
        },
        new("Transformer.pre", () => new Transformer(6, 2, 1, 1, 7, 0, batchFirst: true, normFirst: true), "nn.Transformer(6, 2, 1, 1, 7, 0, batch_first=True, norm_first=True)", new Input(2, 4, 6), First)
        {
            Run = (m, x) => [((Transformer)m).Forward(x[0], x[1], tgtIsCausal: true)], Call = "m(a, b, tgt_mask=torch.full((5, 5), -torch.inf).triu(1))",
        },

        new("RMSNorm", () => new RMSNorm([6], 1e-6), "restated.RMSNorm([6], 1e-6)", X),
        new("RMSNorm.plain", () => new RMSNorm([2, 6], 1e-3, affine: false), "restated.RMSNorm([2, 6], 1e-3, False)", X),
        new("RotaryEmbedding", () => new RotaryEmbedding(6, 20), "restated.RotaryEmbedding(6)", new Input(2, 3, 5, 6)) { Run = (m, x) => [((RotaryEmbedding)m).Forward(x[0])], Tolerance = 1e-7 },
        new("RotaryEmbedding.interleaved", () => new RotaryEmbedding(4, 20, 500, interleaved: true), "restated.RotaryEmbedding(4, 500, True, 7)", new Input(2, 3, 5, 6)) { Run = (m, x) => [((RotaryEmbedding)m).Forward(x[0], 7)], Tolerance = 1e-6 },
        new("SinusoidalPositions", () => new SinusoidalPositions(6, 20), "restated.SinusoidalPositions(6, 3)", First) { Run = (m, x) => [((SinusoidalPositions)m).Forward(x[0], 3)], Tolerance = 1e-7 },
        new("LearnedPositions", () => new LearnedPositions(9, 6), "restated.LearnedPositions(9, 6, 3)", First) { Run = (m, x) => [((LearnedPositions)m).Forward(x[0], 3)] },
        new("RelativePositionBias", () => new RelativePositionBias(3), $"{Relative}(3)") { Run = (m, _) => [((RelativePositionBias)m).Forward(300, 200)], Call = "m(300, 200)" },
        new("RelativePositionBias.decoder", () => new RelativePositionBias(2, 16, 40, bidirectional: false), $"{Relative}(2, 16, 40, False)") { Run = (m, _) => [((RelativePositionBias)m).Forward(3, 90, 87)], Call = "m(3, 90, 87)" },
        new("AlibiBias", () => new AlibiBias(6), "restated.AlibiBias(6)", new Input(6, 4, 5)) { Run = (m, x) => [((AlibiBias)m).Forward(4, 5, 1).To(x[0].DType) + x[0]], Tolerance = 1e-7 },
    ];

    private static MultiheadAttention Of(Module m) => (MultiheadAttention)m;

    private static TransformerEncoderLayer Encoder(Module m) => (TransformerEncoderLayer)m;

    private static Tensor[] Weighted(Module m, Tensor[] x) => Two(Of(m).ForwardWithWeights(x[0], x[0], x[0]));

    private static Tensor[] Two((Tensor, Tensor) y) => [y.Item1, y.Item2];

    /// <summary>The mask, with the first key seen by all.</summary>
    private static Tensor Visible(Tensor mask) => mask.LogicalAnd(Tensor.Arange(5) > 0);
}
