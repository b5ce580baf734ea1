using DeepNotes.OpTable;

namespace DeepNotes.Core.Tests.Kernels;

/// <summary>Attention in tiles against the expression that it stands for, at sizes that do not fit blocks.</summary>
[Collection(nameof(ThreadCount))]
public class AttentionTests
{
    public enum Kind { None, Bool, KeyPadding, PerQuery, Numbers, NumbersPerKey, NumbersPerHead }

    public static TheoryData<int, int, int, int, int, bool, int, Kind, double> Cases => new()
    {
        { 1, 1, 1, 1, 1, false, 0, Kind.None, 0 },
        { 4, 5, 7, 3, 2, false, 0, Kind.Bool, 0 },
        { 2, 64, 64, 32, 32, true, 0, Kind.None, 0 },
        { 2, 113, 85, 16, 24, false, 0, Kind.NumbersPerHead, 0 },
        { 2, 113, 201, 9, 33, true, 88, Kind.KeyPadding, 0 },
        { 4, 227, 131, 40, 20, true, -3, Kind.None, 0 },
        { 2, 97, 300, 8, 8, false, 0, Kind.Numbers, 0.25 },
        { 4, 230, 150, 12, 17, true, 0, Kind.NumbersPerKey, 0.1 },
        { 2, 1, 333, 17, 48, false, 0, Kind.Numbers, 0.5 },
        { 4, 1, 70, 8, 8, true, 60, Kind.Bool, 0 },
        { 2, 130, 130, 64, 64, false, 0, Kind.PerQuery, 0 },
        { 2, 29, 1, 5, 6, false, 0, Kind.None, 0.3 },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void Tiles_give_what_the_expression_gives(int heads, int queries, int keys, int length, int valueLength, bool causal, int offset, Kind kind, double dropout)
    {
        foreach (int group in new[] { 1, 2 })
        {
            if (heads % group != 0) continue;
            var rng = new Rng(5);
            // As heads lie that were split off rows of features.
            Tensor q = Leaf(Tensor.Randn([2, queries, heads, length], DType.Float64, rng).Transpose(1, 2)), k = Leaf(Tensor.Randn([2, keys, heads / group, length], DType.Float64, rng).Transpose(1, 2));
            Tensor v = Leaf(Tensor.Randn([2, heads / group, keys, valueLength], DType.Float64, rng)), g = Tensor.Randn([2, heads, queries, valueLength], DType.Float64, rng);
            Tensor? mask = Mask(kind, heads, queries, keys, rng);
            Tensor[] leaves = mask is { RequiresGrad: true } ? [q, k, v, mask] : [q, k, v];

            var y = q.ScaledDotProductAttention(k, v, mask, dropout, causal, enableGqa: group > 1, causalOffset: offset, rng: new Rng(9));
            var weights = q.AttentionWeights(k, mask, causal, enableGqa: group > 1, causalOffset: offset);
            if (dropout > 0) weights = weights.Dropout(dropout, new Rng(9));
            var expected = weights.MatMul(group > 1 ? v.RepeatInterleave(group, 1) : v);
            string what = $"{heads} heads, {group} a key, {queries}×{keys}, {length} and {valueLength}, {kind}";
            Same.Close(expected, y, 1e-12, what);
            Tensor[] gradients = Grad.Of(y, leaves, g, retainGraph: true), wanted = Grad.Of(expected, leaves, g), differentiable = Grad.Of(y, leaves, g, createGraph: true);
            for (int i = 0; i < leaves.Length; i++)
            {
                Same.Close(wanted[i], gradients[i], 1e-12, $"{what}: gradient {i}", floor: 1);
                Same.Close(wanted[i], differentiable[i], 1e-12, $"{what}: gradient {i} as an expression", floor: 1);
            }
            var only = Grad.Of(q.ScaledDotProductAttention(k.Detach(), v.Detach(), mask?.Detach(), dropout, causal, enableGqa: group > 1, causalOffset: offset, rng: new Rng(9)), [q], g);
            Same.Bits(gradients[0], only[0], $"{what}: the gradient of the queries alone");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(150)]
    public void Any_number_of_threads_gives_the_same_bits(int heads)
    {
        int before = DeepNotesThreads.Count;
        var rng = new Rng(6);
        Tensor q = Leaf(Tensor.Randn([heads, 200, 20], rng: rng)), k = Leaf(Tensor.Randn([heads, 210, 20], rng: rng)), v = Leaf(Tensor.Randn([heads, 210, 16], rng: rng));
        Tensor bias = Leaf(Tensor.Randn([200, 210], rng: rng)), g = Tensor.Randn([heads, 200, 16], rng: rng);
        try
        {
            Tensor[]? first = null;
            foreach (int threads in new[] { 1, 2, 5 })
            {
                DeepNotesThreads.Count = threads;
                var y = q.ScaledDotProductAttention(k, v, bias, isCausal: true);
                Tensor[] all = [y.Detach(), .. Grad.Of(y, [q, k, v, bias], g)];
                first ??= all;
                for (int i = 0; i < all.Length; i++) Same.Bits(first[i], all[i], $"{heads} heads, result {i} with {threads} threads");
            }
        }
        finally
        {
            DeepNotesThreads.Count = before;
        }
    }

    [Fact]
    public void A_query_that_may_look_nowhere_gives_zeros_and_no_gradient()
    {
        Tensor q = Leaf(Tensor.Ones([2, 4])), k = Leaf(Tensor.Ones([3, 4])), v = Leaf(Tensor.Ones([3, 2]));
        var mask = Tensor.From<bool>([true, false, true, false, false, false], [2, 3]);
        foreach (var y in new[] { q.ScaledDotProductAttention(k, v, mask), q.AttentionWeights(k, mask).MatMul(v), q.Slice(0, 1).ScaledDotProductAttention(k, v, mask.Slice(0, 1)) })
        {
            Assert.Equal(y.Shape[0] == 2 ? [1, 1, 0, 0] : [0, 0], y.ToArray<float>());
            Assert.All(Grad.Of(y.Sum(), [q, k, v]), d => Assert.All(d.ToArray<float>(), x => Assert.True(float.IsFinite(x))));
        }
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(9, 0xFFFFFFF0)]
    public void Dropout_drops_the_weights_that_the_stream_says(int queries, ulong position)
    {
        Rng Stream() => new(5) { Position = position };
        Tensor q = Tensor.Randn([2, queries, 4]), k = Tensor.Randn([2, 77, 4]), v = Tensor.Randn([2, 77, 3]);
        Same.Close(q.AttentionWeights(k).Dropout(0.3, Stream()).MatMul(v), q.ScaledDotProductAttention(k, v, dropoutP: 0.3, rng: Stream()), 1e-5, "attention with dropout");
    }

    [Fact]
    public void All_weights_dropped_give_zeros()
    {
        Tensor q = Tensor.Randn([2, 5, 4]), k = Tensor.Randn([2, 6, 4]), v = Tensor.Randn([2, 6, 3]);
        Assert.All(q.ScaledDotProductAttention(k, v, dropoutP: 1).ToArray<float>(), y => Assert.Equal(0, y));
    }

    [Fact]
    public void No_keys_give_zeros()
    {
        Tensor q = Leaf(Tensor.Randn([2, 5, 4])), k = Leaf(Tensor.Randn([2, 0, 4])), v = Leaf(Tensor.Randn([2, 0, 3]));
        var y = q.ScaledDotProductAttention(k, v);
        Assert.All(y.ToArray<float>(), x => Assert.Equal(0, x));
        Assert.All(Grad.Of(y.Sum(), [q])[0].ToArray<float>(), x => Assert.Equal(0, x));
    }

    [Fact]
    public void What_is_not_a_number_stays_in_its_row()
    {
        var q = Tensor.Randn([40, 8]);
        q.AsWritableSpan<float>()[8 * 7] = float.NaN;
        var y = q.ScaledDotProductAttention(Tensor.Randn([50, 8]), Tensor.Randn([50, 8])).ToArray<float>();
        for (int i = 0; i < 40; i++) Assert.Equal(i == 7, float.IsNaN(y[8 * i]));
    }

    private static Tensor Leaf(Tensor t)
    {
        t.RequiresGrad = true;
        return t;
    }

    private static Tensor? Mask(Kind kind, int heads, int queries, int keys, Rng rng) => kind switch
    {
        Kind.Bool => Tensor.Rand([2, 1, queries, keys], rng: rng) < 0.5,
        Kind.KeyPadding => Tensor.Rand([2, 1, 1, keys], rng: rng) < 0.7,
        Kind.PerQuery => Tensor.Rand([queries, 1], rng: rng) < 0.7,
        Kind.Numbers => Leaf(Tensor.Randn([queries, keys], DType.Float64, rng)),
        Kind.NumbersPerKey => Leaf(Tensor.Randn([heads, 1, keys], DType.Float64, rng)),
        Kind.NumbersPerHead => Leaf(Tensor.Randn([heads, queries, keys], DType.Float64, rng).Transpose(1, 2).Contiguous().Transpose(1, 2)),
        _ => null,
    };
}
