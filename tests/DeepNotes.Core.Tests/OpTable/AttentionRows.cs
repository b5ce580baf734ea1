namespace DeepNotes.OpTable;

/// <summary>Attention and tables of embeddings.</summary>
public static class AttentionRows
{
    private static readonly Input A = new(4, 3);

    public static IEnumerable<Row> All =>
    [
        new("scaled_dot_product_attention",
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2]), "(a @ b.mT / 2).softmax(-1) @ c", A.In(2, 3, 5, 4), A.In(2, 3, 6, 4), A.In(2, 3, 6, 3)),
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], scale: 0.7), "(a @ b.mT * 0.7).softmax(-1) @ c", A.In(5, 4), A.In(6, 4), A.In(6, 3)),
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], isCausal: true), "(a @ b.mT / 2 + torch.full((5, 6), -torch.inf).triu(1)).softmax(-1) @ c", A.In(2, 5, 4), A.In(2, 6, 4), A.In(2, 6, 3)),
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], x[3]), "(a @ b.mT / 2 + d).softmax(-1) @ c", A.In(2, 5, 4), A.In(2, 6, 4), A.In(2, 6, 3), A.In(5, 6)),
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], x[3]), "(a @ b.mT / 2 + d).softmax(-1) @ c", A.In(2, 3, 5, 4), A.In(2, 3, 6, 4), A.In(2, 3, 6, 3), A.In(3, 1, 6)),
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], x[3], isCausal: true, causalOffset: 1), "(a @ b.mT / 2 + d + torch.full((5, 6), -torch.inf).triu(2)).softmax(-1) @ c", A.In(2, 5, 4), A.In(2, 6, 4), A.In(2, 6, 3), A.In(2, 5, 1)),
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], enableGqa: true), "(a @ b.repeat_interleave(2, 1).mT / 2).softmax(-1) @ c.repeat_interleave(2, 1)", A.In(2, 4, 5, 4), A.In(2, 2, 6, 4), A.In(2, 2, 6, 3)),
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], enableGqa: true), "(a @ b.repeat_interleave(2, 1).mT / 2).softmax(-1) @ c.repeat_interleave(2, 1)", A.In(2, 4, 1, 4), A.In(1, 2, 6, 4), A.In(2, 2, 6, 3)),
            new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], x[3].LogicalOr(Tensor.Eye(5, DType.Bool).To(x[0].Device))), "(a @ b.mT / 2).masked_fill(~(d | torch.eye(5, dtype=torch.bool)), -torch.inf).softmax(-1) @ c", A.In(2, 5, 4), A.In(2, 5, 4), A.In(2, 5, 3), Input.Mask(2, 1, 5)))
        {
            StridesKeepBits = false,
            Tolerance = new(2e-5, 1e-12),
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4]).ScaledDotProductAttention(Tensor.Ones([5, 3]), Tensor.Ones([5, 2])), "[3, 4]", "[5, 3]", "[5, 2]"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).ScaledDotProductAttention(Tensor.Ones([5, 4]), Tensor.Ones([5, 2]), Tensor.Ones([2, 5])), "[2, 5]", "[3, 5]"),
                Wrong.Type(() => Tensor.Ones([3, 4]).ScaledDotProductAttention(Tensor.Ones([5, 4]), Tensor.Ones([5, 2], DType.Float64)), "Float32", "Float64"),
                Wrong.Type(() => Tensor.Ones([3, 4]).ScaledDotProductAttention(Tensor.Ones([5, 4]), Tensor.Ones([5, 2]), Tensor.Ones([3, 5], DType.Int64)), "Int64"),
                Wrong.Shape(() => Tensor.Ones([3, 2, 4]).ScaledDotProductAttention(Tensor.Ones([2, 5, 4]), Tensor.Ones([2, 5, 2]), enableGqa: true), "[3, 2, 4]", "[2, 5, 4]"),
                Wrong.Range(() => Tensor.Ones([3, 4]).ScaledDotProductAttention(Tensor.Ones([5, 4]), Tensor.Ones([5, 2]), dropoutP: 1.5), "1.5"),
            ],
            Large = [new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], isCausal: true, causalOffset: 40), "", A.In(1, 3, 250, 24), A.In(1, 3, 290, 24), A.In(1, 3, 290, 40)), new Case(x => x[0].ScaledDotProductAttention(x[1], x[2], x[3]), "", A.In(1, 3, 250, 24), A.In(1, 3, 290, 24), A.In(1, 3, 290, 40), A.In(3, 250, 290))],
        },
        new("attention_weights",
            new Case(x => x[0].AttentionWeights(x[1]), "(a @ b.mT / 2).softmax(-1)", A.In(2, 3, 5, 4), A.In(2, 3, 6, 4)),
            new Case(x => x[0].AttentionWeights(x[1], x[2], isCausal: true, scale: 0.7), "(a @ b.mT * 0.7 + c + torch.full((5, 6), -torch.inf).triu(1)).softmax(-1)", A.In(2, 5, 4), A.In(2, 6, 4), A.In(5, 6)),
            new Case(x => x[0].AttentionWeights(x[1], enableGqa: true), "(a @ b.repeat_interleave(2, 0).mT / 2).softmax(-1)", A.In(4, 5, 4), A.In(2, 6, 4)))
        {
            StridesKeepBits = false,
            Tolerance = new(2e-5, 1e-12),
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([3, 4]).AttentionWeights(Tensor.Ones([5, 3])), "[3, 4]", "[5, 3]"),
                Wrong.Shape(() => Tensor.Ones([3, 4]).AttentionWeights(Tensor.Ones([5, 4]), Tensor.Ones([2, 5])), "[2, 5]", "[3, 5]"),
                Wrong.Type(() => Tensor.Ones([3, 4]).AttentionWeights(Tensor.Ones([5, 4], DType.Float64)), "Float32", "Float64"),
            ],
        },
        new("rotary",
            new Case(x => x[0].Rotary(x[1], x[2]), "torch.cat([a[..., :3] * b - a[..., 3:] * c, a[..., 3:] * b + a[..., :3] * c], -1)", A.In(2, 4, 5, 6), A.In(5, 3), A.In(5, 3)),
            new Case(x => x[0].Rotary(x[1], x[2], interleaved: true), "torch.stack([a[..., ::2] * b - a[..., 1::2] * c, a[..., 1::2] * b + a[..., ::2] * c], -1).flatten(-2)", A.In(2, 5, 6), A.In(5, 3), A.In(5, 3)),
            new Case(x => x[0].Rotary(x[1], x[2], interleaved: true), "torch.cat([torch.stack([a[..., :6:2] * b - a[..., 1:6:2] * c, a[..., 1:6:2] * b + a[..., :6:2] * c], -1).flatten(-2), a[..., 6:]], -1)", A.In(5, 8), A.In(5, 3), A.In(5, 3)))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Ones([5, 6]).Rotary(Tensor.Ones([5, 4]), Tensor.Ones([5, 4])), "[5, 6]", "[5, 4]"),
                Wrong.Shape(() => Tensor.Ones([5, 6]).Rotary(Tensor.Ones([4, 3]), Tensor.Ones([4, 3])), "[5, 6]", "[4, 3]"),
                Wrong.Type(() => Tensor.Ones([5, 6]).Rotary(Tensor.Ones([5, 3], DType.Float64), Tensor.Ones([5, 3], DType.Float64)), "Float32", "Float64"),
            ],
        },
        new("embedding",
            new Case(x => x[1].Embedding(x[0]), "F.embedding(b, a)", A, Input.Index(4, 2, 3)),
            new Case(x => x[1].Embedding(x[0]), "F.embedding(b, a)", A, Input.Index(4, 0)))
        {
            Wrong =
            [
                Wrong.Shape(() => Tensor.Arange(3).Embedding(Tensor.Ones([4])), "[4]"),
                Wrong.Type(() => Tensor.Ones([3]).Embedding(Tensor.Ones([4, 2])), "Int64", "Float32"),
                Wrong.Range(() => Tensor.Arange(5).Embedding(Tensor.Ones([4, 2])), "4"),
                Wrong.Range(() => Tensor.Arange(2).Embedding(Tensor.Ones([4, 2]), 4), "4", "[4, 2]"),
            ],
        },
        new("embedding_padding", new Case(x => x[1].Embedding(x[0], -2), "F.embedding(b, a, -2)", A, Input.Index(4, 9))) { IsSmooth = false },
        new("embedding_bag",
            new Case(x => x[1].EmbeddingBag(x[0]), "F.embedding_bag(b, a)", A, Input.Index(4, 5, 3)),
            new Case(x => x[1].EmbeddingBag(x[0], mode: EmbeddingBagMode.Sum), "F.embedding_bag(b, a, mode='sum')", A, Input.Index(4, 5, 3)),
            new Case(x => x[1].EmbeddingBag(x[0], Offsets(x, 0, 3, 3, 7), EmbeddingBagMode.Sum, x[2]), "F.embedding_bag(b, a, torch.tensor([0, 3, 3, 7]), mode='sum', per_sample_weights=c)", A, Input.Index(4, 9), A.In(9)),
            new Case(x => x[1].EmbeddingBag(x[0], Offsets(x, 0, 3, 3, 7)), "F.embedding_bag(b, a, torch.tensor([0, 3, 3, 7]))", A, Input.Index(4, 9)),
            new Case(x => x[1].EmbeddingBag(x[0], Offsets(x, 0, 3, 3, 7, 9), includeLastOffset: true), "F.embedding_bag(b, a, torch.tensor([0, 3, 3, 7, 9]), include_last_offset=True)", A, Input.Index(4, 9)),
            new Case(x => x[1].EmbeddingBag(x[0], mode: EmbeddingBagMode.Max), "F.embedding_bag(b, a, mode='max')", Distinct, Input.Index(4, 5, 3)),
            new Case(x => x[1].EmbeddingBag(x[0], Offsets(x, 0, 3, 3, 7), EmbeddingBagMode.Max), "F.embedding_bag(b, a, torch.tensor([0, 3, 3, 7]), mode='max')", Distinct, Input.Index(4, 9)),
            new Case(x => x[1].EmbeddingBag(x[0], paddingIdx: 1), "F.embedding_bag(b, a, padding_idx=1)", A, Input.Index(4, 5, 3)))
        {
            StridesKeepBits = false,
            Wrong =
            [
                Wrong.Shape(() => Tensor.Arange(3).EmbeddingBag(Tensor.Ones([4, 2])), "[3]"),
                Wrong.Shape(() => Tensor.Zeros([2, 2], DType.Int64).EmbeddingBag(Tensor.Ones([4, 2]), mode: EmbeddingBagMode.Sum, perSampleWeights: Tensor.Ones([2])), "[2, 2]", "[2]"),
                Wrong.Type(() => Tensor.Arange(3).EmbeddingBag(Tensor.Ones([4, 2]), Tensor.Zeros([1])), "Int64", "Float32"),
                Wrong.Range(() => Tensor.Arange(3).EmbeddingBag(Tensor.Ones([4, 2]), Tensor.From<long>(0, 2, 1)), "offset 2 is 1"),
                new(() => Tensor.Zeros([2, 2], DType.Int64).EmbeddingBag(Tensor.Ones([4, 2]), perSampleWeights: Tensor.Ones([2, 2])), typeof(ArgumentException), "Mean"),
            ],
        },
    ];

    private static Input Distinct => new(4, 3) { Distinct = true };

    private static Tensor Offsets(Tensor[] x, params long[] offsets) => Tensor.From<long>(offsets).To(x[0].Device);
}
