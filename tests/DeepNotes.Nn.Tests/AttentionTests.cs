namespace DeepNotes.Nn.Tests;

/// <summary>Attention layers where a row of the layer table cannot say it: caches, memory, random numbers and refusals.</summary>
public class AttentionTests
{
    private static readonly Tensor X = Tensor.Randn([2, 7, 8], rng: new Rng(1));

    [Theory]
    [InlineData(true, 4, 1)]
    [InlineData(false, 4, 3)]
    [InlineData(true, 2, 2)]
    public void Pieces_with_a_cache_give_what_the_whole_gives(bool batchFirst, int kvHeads, int piece)
    {
        var layer = new MultiheadAttention(8, 4, batchFirst: batchFirst, numKvHeads: kvHeads);
        Tensor x = batchFirst ? X : X.Transpose(0, 1).Contiguous();
        int time = batchFirst ? 1 : 0;
        using (Grad.Off())
        {
            Tensor whole = layer.Forward(x, x, x, isCausal: true);
            var cache = new KeyValueCache();
            for (int t = 0; t < 7; t += piece)
            {
                Tensor part = x.Narrow(time, t, Math.Min(piece, 7 - t));
                Goldens.AssertClose(whole.Narrow(time, t, part.Shape[time]), layer.Forward(part, part, part, isCausal: true, cache: cache), 1e-5, $"from {t}");
            }
            Assert.Equal(7, cache.Length);
        }
    }

    [Fact]
    public void A_decoder_with_a_cache_gives_what_it_gives_without()
    {
        var decoder = new TransformerDecoder(new(8, 2, 16, batchFirst: true), 2);
        decoder.Eval();
        Tensor memory = Tensor.Randn([2, 5, 8]);
        using (Grad.Off())
        {
            Tensor whole = decoder.Forward(X, memory, tgtIsCausal: true);
            var cache = new DecodingCache(2);
            for (int t = 0; t < 7; t++)
            {
                // From the second step on the encoder's output is in the cache, whatever is handed in.
                Tensor given = t == 0 ? memory : Tensor.Zeros([2, 5, 8]);
                Goldens.AssertClose(whole.Narrow(1, t, 1), decoder.Forward(X.Narrow(1, t, 1), given, tgtIsCausal: true, cache: cache), 1e-5, $"step {t}");
            }
        }
    }

    [Fact]
    public void An_encoder_with_a_cache_gives_what_it_gives_without_and_outlives_scopes()
    {
        var model = new TransformerEncoder(new(8, 2, 16, batchFirst: true, normFirst: true), 3, new([8]));
        model.Eval();
        using (Grad.Off())
        {
            Tensor whole = model.Forward(X, isCausal: true);
            var cache = new DecodingCache(3, capacity: 2);
            for (int t = 0; t < 7; t++)
            {
                using var scope = new TensorScope();
                Goldens.AssertClose(whole.Narrow(1, t, 1), model.Forward(X.Narrow(1, t, 1), isCausal: true, cache: cache), 1e-5, $"step {t}");
            }
        }
    }

    [Fact]
    public void Weights_on_request_change_nothing()
    {
        var layer = new MultiheadAttention(8, 2, batchFirst: true);
        var (y, weights) = layer.ForwardWithWeights(X, X, X, averageAttnWeights: false);
        Goldens.AssertClose(layer.Forward(X, X, X), y, 1e-6, "output");
        Assert.Equal([2, 2, 7, 7], weights.Shape);
        Assert.All(weights.Sum(-1).ToArray<float>(), sum => Assert.Equal(1, sum, 1e-5f));
    }

    [Fact]
    public void A_position_that_may_look_nowhere_gets_the_output_bias_and_spoils_no_gradient()
    {
        var layer = new MultiheadAttention(8, 2, batchFirst: true);
        var padding = Tensor.From<bool>([false, false, true, true, true, true, true, true, true, true, true, true, true, true], [2, 7]);
        Tensor y = layer.Forward(X, X, X, padding);
        Assert.Equal(layer.OutProj.Bias!.ToArray<float>(), y.Select(0, 1).Select(0, 3).ToArray<float>());
        y.Sum().Backward();
        Assert.All(layer.Parameters(), p => Assert.All(p.Grad!.ToArray<float>(), g => Assert.True(float.IsFinite(g))));
    }

    [Fact]
    public void Dropout_of_weights_is_for_training_only()
    {
        var layer = new MultiheadAttention(8, 2, dropout: 0.5, batchFirst: true);
        float[] Run() => layer.Forward(X, X, X).ToArray<float>();
        Assert.NotEqual(Run(), Run());
        layer.Eval();
        Assert.Equal(Run(), Run());
    }

    [Fact]
    public void Layers_of_a_stack_begin_alike_and_learn_apart()
    {
        var layer = new TransformerEncoderLayer(8, 2, 16);
        var stack = new TransformerEncoder(layer, 2);
        Assert.Equal(stack.Layers[0].Linear1.Weight.ToArray<float>(), stack.Layers[1].Linear1.Weight.ToArray<float>());
        Assert.NotSame(stack.Layers[0].Linear1.Weight, stack.Layers[1].Linear1.Weight);
        Assert.NotSame(layer.Linear1.Weight, stack.Layers[0].Linear1.Weight);
    }

    [Fact]
    public void A_bias_of_relative_positions_learns_through_the_tiles()
    {
        var bias = new RelativePositionBias(2);
        Tensor q = Tensor.Randn([3, 2, 40, 8]), weights = Tensor.Randn([3, 2, 40, 8]);
        (q.ScaledDotProductAttention(q, q, bias.Forward(40, 40)) * weights).Sum().Backward();
        Tensor found = bias.Weight.Grad!;
        bias.ZeroGrad();
        (q.AttentionWeights(q, bias.Forward(40, 40)).MatMul(q) * weights).Sum().Backward();
        Goldens.AssertClose(bias.Weight.Grad!, found, 1e-4, "gradient of the buckets");
    }

    [Fact]
    public void What_cannot_be_is_refused_in_construction()
    {
        Refused<ArgumentException>("MultiheadAttention", () => new MultiheadAttention(8, 3), "3 heads", "8 features");
        Refused<ArgumentException>("MultiheadAttention", () => new MultiheadAttention(8, 4, numKvHeads: 3), "3 heads", "4 heads");
        Refused<ArgumentOutOfRangeException>("MultiheadAttention", () => new MultiheadAttention(8, 2, dropout: 1.5), "1.5");
        Refused<ArgumentOutOfRangeException>("MultiheadAttention", () => new MultiheadAttention(0, 2), "embedDim");
        Refused<ArgumentException>("MultiheadAttention", () => new TransformerEncoderLayer(8, 3), "3 heads");
        Refused<ArgumentException>("MultiheadAttention", () => new TransformerDecoderLayer(8, 3), "3 heads");
        Refused<ArgumentException>("MultiheadAttention", () => new Transformer(8, 3), "3 heads");
        Refused<ArgumentOutOfRangeException>("TransformerEncoder", () => new TransformerEncoder(new(8, 2), 0), "numLayers");
        Refused<ArgumentOutOfRangeException>("TransformerDecoder", () => new TransformerDecoder(new(8, 2), 0), "numLayers");
        Refused<ArgumentOutOfRangeException>("RotaryEmbedding", () => new RotaryEmbedding(5), "even");
        Refused<ArgumentOutOfRangeException>("SinusoidalPositions", () => new SinusoidalPositions(0), "dim");
        Refused<ArgumentOutOfRangeException>("AlibiBias", () => new AlibiBias(0), "numHeads");
    }

    [Fact]
    public void Inputs_that_do_not_fit_are_refused()
    {
        var layer = new MultiheadAttention(8, 2, kdim: 6, batchFirst: true);
        Tensor key = Tensor.Randn([2, 5, 6]), value = Tensor.Randn([2, 5, 8]);
        Refused<ShapeException>("MultiheadAttention", () => layer.Forward(Tensor.Ones([8]), key, value), "[8]", "three dimensions");
        Refused<ShapeException>("MultiheadAttention", () => layer.Forward(X, key.Select(0, 0), value), "[5, 6]");
        Refused<ShapeException>("MultiheadAttention", () => layer.Forward(X, value, value), "8, 6 and 8", "[2, 5, 8]");
        Refused<ShapeException>("MultiheadAttention", () => layer.Forward(X, key, Tensor.Ones([2, 4, 8])), "[2, 4, 8]", "[2, 5, 6]");
        Refused<ShapeException>("MultiheadAttention", () => layer.Forward(Tensor.Ones([3, 7, 8]), key, value), "batches", "[3, 7, 8]");
        Refused<DTypeException>("MultiheadAttention", () => layer.Forward(X.To(DType.Float64), key, value), "Float64", "Float32");
        Refused<DTypeException>("MultiheadAttention", () => layer.Forward(X.To(DType.Float64), key.To(DType.Float64), value.To(DType.Float64)), "weights Float32");
        Refused<ShapeException>("MultiheadAttention", () => layer.Forward(X, key, value, attnMask: Tensor.Ones([7, 4])), "[7, 5]", "[7, 4]");
        Refused<ShapeException>("MultiheadAttention", () => layer.Forward(X, key, value, attnMask: Tensor.Ones([3, 7, 5])), "[2, 7, 5]", "[3, 7, 5]");
        Refused<ShapeException>("MultiheadAttention", () => layer.Forward(X, key, value, keyPaddingMask: Tensor.Ones([2, 7], DType.Bool)), "[2, 5]", "[2, 7]");
        Refused<DTypeException>("MultiheadAttention", () => layer.Forward(X, key, value, attnMask: Tensor.Ones([7, 5], DType.Int64)), "Int64");
        Refused<DTypeException>("MultiheadAttention", () => layer.Forward(X, key, value, keyPaddingMask: Tensor.Ones([2, 5], DType.Float64)), "Float64");
        Refused<ShapeException>("TransformerEncoderLayer", () => new TransformerEncoderLayer(6, 2).Forward(X), "features", "[2, 7, 8]");
        Refused<ShapeException>("MultiheadAttention", () => new TransformerDecoderLayer(8, 2, batchFirst: true).Forward(X, Tensor.Ones([2, 5, 6])), "[2, 5, 6]");
        Refused<ShapeException>("RMSNorm", () => new RMSNorm([6]).Forward(X), "[2, 7, 8]", "[6]");
    }

    [Fact]
    public void Positions_that_do_not_fit_are_refused()
    {
        Refused<ShapeException>("RotaryEmbedding", () => new RotaryEmbedding(8, 5).Forward(X), "5 positions", "[2, 7, 8]");
        Refused<ShapeException>("RotaryEmbedding", () => new RotaryEmbedding(10).Forward(X), "10", "[2, 7, 8]");
        Refused<ArgumentOutOfRangeException>("RotaryEmbedding", () => new RotaryEmbedding(8).Forward(X, -1), "offset");
        Refused<ShapeException>("SinusoidalPositions", () => new SinusoidalPositions(8, 5).Forward(X), "5 positions", "[2, 7, 8]");
        Refused<ShapeException>("SinusoidalPositions", () => new SinusoidalPositions(6).Forward(X), "6", "[2, 7, 8]");
        Refused<ShapeException>("LearnedPositions", () => new LearnedPositions(9, 8).Forward(X, 3), "9 positions", "[2, 7, 8]");
    }

    [Fact]
    public void Caches_refuse_what_does_not_go_with_them()
    {
        var cache = new KeyValueCache();
        Refused<InvalidOperationException>("KeyValueCache", () => cache.Keys, "nothing");
        Refused<GradException>("KeyValueCache", () => new MultiheadAttention(8, 2).Forward(X, X, X, cache: cache), "Grad.Off");
        cache.Append(Tensor.Ones([1, 2, 3, 4]), Tensor.Ones([1, 2, 3, 4]));
        Refused<ShapeException>("KeyValueCache", () => cache.Append(Tensor.Ones([2, 2, 3, 4]), Tensor.Ones([2, 2, 3, 4])), "[1, 2, 3, 4]", "[2, 2, 3, 4]");
        Refused<DTypeException>("KeyValueCache", () => cache.Append(Tensor.Ones([1, 2, 3, 4], DType.Float64), Tensor.Ones([1, 2, 3, 4], DType.Float64)), "Float64");
        Refused<ArgumentOutOfRangeException>("KeyValueCache", () => { cache.Truncate(4); return null; }, "4", "3");
        using (Grad.Off()) Refused<NotSupportedException>("MultiheadAttention", () => new MultiheadAttention(8, 2, addBiasKv: true).Forward(X, X, X, cache: new()), "cache");
    }

    private static void Refused<TException>(string name, Func<object?> call, params string[] says) where TException : Exception
    {
        string message = Assert.Throws<TException>(call).Message;
        Assert.StartsWith(name + ": ", message, StringComparison.Ordinal);
        foreach (string part in says) Assert.Contains(part, message, StringComparison.Ordinal);
    }
}
