namespace DeepNotes.Nn.Tests;

public sealed class QuantizationTests
{
    public static TheoryData<DType> Types => [DType.Int8, DType.BFloat16, DType.Float16];

    [Fact]
    public void Each_number_comes_back_within_half_a_step_of_its_row()
    {
        var rng = new Rng(1);
        Tensor weight = Tensor.Randn([50, 33], rng: rng) * Tensor.Rand([50, 1], rng: rng).Exp();
        using (Grad.Off())
        {
            weight[3].FillInPlace(0);
            weight[4, 7].FillInPlace(-100);
        }
        var (narrow, scale) = Quantization.Quantize(weight, DType.Int8);
        Assert.Equal((DType.Int8, DType.Float32), (narrow.DType, scale!.DType));
        Assert.Equal(0, scale[3].Item());
        Assert.Equal(-127, narrow[4, 7].Item());
        float[] original = weight.ToArray<float>(), back = Quantization.Dequantize(narrow, scale).ToArray<float>(), steps = scale.ToArray<float>();
        for (int i = 0; i < original.Length; i++) Assert.True(Math.Abs(original[i] - back[i]) <= 0.5001 * steps[i / 33], $"number {i}: {original[i]} came back as {back[i]}");
        // Each row reaches the end of the range: no step is wasted.
        Assert.All(narrow.To(DType.Int32).Abs().AMax([1]).ToArray<int>().Where((_, row) => row != 3), largest => Assert.Equal(127, largest));
    }

    [Fact]
    public void Sixteen_bits_are_a_rounding_and_have_no_scale()
    {
        Tensor weight = Tensor.Randn([5, 7], rng: new Rng(1));
        var (narrow, scale) = Quantization.Quantize(weight, DType.BFloat16);
        Assert.Null(scale);
        Assert.Equal(weight.To(DType.BFloat16).ToArray<BFloat16>(), narrow.ToArray<BFloat16>());
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_quantized_layer_multiplies_by_what_its_weight_stands_for(DType type)
    {
        Rng.Seed(2);
        var layer = new Linear(37, 21);
        Linear small = layer.Quantize(type);
        Assert.Equal(type, small.Weight.DType);
        Assert.Equal(DType.Float32, layer.Weight.DType);
        foreach (Shape shape in new Shape[] { [37], [1, 37], [3, 37], [2, 30, 37], [0, 37] })
        {
            Tensor x = Tensor.Randn(shape);
            float[] expected = x.Linear(Quantization.Dequantize(small.Weight, small.Scale), small.Bias).ToArray<float>(), got = small.Forward(x).ToArray<float>();
            Assert.Equal(expected.Length, got.Length);
            for (int i = 0; i < got.Length; i++) Assert.Equal(expected[i], got[i], 1e-5f);
        }
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void A_model_is_copied_and_only_its_linear_layers_change(DType type)
    {
        Rng.Seed(3);
        Linear shared = new(8, 8);
        var model = new Sequential(new Conv1d(2, 4, 3), new ReLU(), new Flatten(), new Linear(24, 8), shared, new Dropout(0.5), shared, new LayerNorm([8]), new Linear(8, 2, bias: false));
        Sequential small = model.Quantize(type);
        Assert.False(small.IsTraining);
        Assert.All(small.Parameters(), p => Assert.False(p.RequiresGrad));
        Assert.All(model.Parameters(), p => Assert.True(p.RequiresGrad && p.DType == DType.Float32));
        Assert.All(small.Modules().OfType<Linear>(), l => Assert.Equal((type, type == DType.Int8), (l.Weight.DType, l.Scale is not null)));
        Assert.Equal(DType.Float32, ((Conv1d)small[0]).Weight.DType);
        Assert.Same(((Linear)small[4]).Weight, ((Linear)small[6]).Weight);

        model.Eval();
        Tensor x = Tensor.Randn([5, 2, 8]);
        AssertNear(model.Forward(x), small.Forward(x), 0.05);
        Assert.Equal(small.Forward(x).ToArray<float>(), small.Clone().Forward(x).ToArray<float>());
        Assert.Equal(small.Forward(x).ToArray<float>(), small.Snapshot().Forward(x).ToArray<float>());
        Assert.True(small.Summary([5, 2, 8]).ParameterBytes < model.Summary([5, 2, 8]).ParameterBytes);
        Assert.Equal(small.Forward(x).ToArray<float>(), small.Quantize(type).Forward(x).ToArray<float>());
    }

    [Fact]
    public void Some_layers_may_be_left_out()
    {
        var model = new Sequential(new Linear(4, 4), new Linear(4, 4));
        Sequential small = model.Quantize(DType.Int8, only: key => key != "1");
        Assert.Equal([DType.Int8, DType.Float32], small.Modules().OfType<Linear>().Select(l => l.Weight.DType));
    }

    [Theory]
    [MemberData(nameof(Types))]
    public void It_saves_its_small_weights_and_loads_them(DType type)
    {
        Rng.Seed(4);
        var model = new Sequential(new Linear(9, 7), new ReLU(), new Linear(7, 3));
        Sequential small = model.Quantize(type);
        string[] one = type == DType.Int8 ? ["weight", "bias", "scale"] : ["weight", "bias"];
        Assert.Equal([.. one.Select(k => $"0.{k}"), .. one.Select(k => $"2.{k}")], small.StateDict().Keys);
        string path = Path.GetTempFileName();
        try
        {
            small.Save(path);
            Sequential other = new Sequential(new Linear(9, 7), new ReLU(), new Linear(7, 3)).Quantize(type);
            other.Load(path);
            Tensor x = Tensor.Randn([4, 9]);
            Assert.Equal(small.Forward(x).ToArray<float>(), other.Forward(x).ToArray<float>());
            // Whole numbers without their scale are refused, in both directions.
            if (type != DType.Int8) return;
            Assert.Throws<StateDictException>(() => model.Load(path));
            Assert.Throws<StateDictException>(() => other.LoadStateDict(model.StateDict()));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Fact]
    public void Attention_and_transformers_work_with_it()
    {
        Rng.Seed(5);
        var model = new TransformerEncoderLayer(16, 4, 32, batchFirst: true);
        TransformerEncoderLayer small = model.Quantize(DType.Int8);
        Assert.Equal(DType.Int8, small.Linear1.Weight.DType);
        model.Eval();
        Tensor x = Tensor.Randn([2, 6, 16]);
        AssertNear(model.Forward(x), small.Forward(x), 0.05);
    }

    [Fact]
    public void Training_it_is_refused_with_a_sentence()
    {
        Linear small = new Linear(4, 3).Quantize(DType.Int8);
        Assert.False(small.Forward(Tensor.Ones([2, 4])).RequiresGrad);
        var x = Tensor.Ones([2, 4]);
        x.RequiresGrad = true;
        Assert.Contains("a weight of Int8 is for inference and hands on no gradient", Assert.Throws<NotSupportedException>(() => small.Forward(x)).Message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(small.Unfreeze);
        Assert.Throws<DTypeException>(() => new Parameter(Tensor.Ones([2], DType.Int8)));

        Assert.Contains("weights become Int8, BFloat16 or Float16, not Int16", Assert.Throws<DTypeException>(() => new Linear(2, 2).Quantize(DType.Int16)).Message, StringComparison.Ordinal);
        Assert.Throws<DTypeException>(() => new Linear(2, 2).To(DType.Float64).Quantize(DType.Int8));
        // A layer of 16 bits that learns still wants inputs of its type.
        Assert.Throws<DTypeException>(() => new Linear(4, 3).To(DType.BFloat16).Forward(Tensor.Ones([2, 4])));
    }

    private static void AssertNear(Tensor expected, Tensor got, double tolerance)
    {
        double difference = (expected - got).Detach().Abs().Max().Item(), largest = expected.Detach().Abs().Max().Item();
        Assert.True(difference <= tolerance * largest, $"differs by {difference}, of {largest}");
        Assert.True(difference > 0, "nothing was rounded");
    }
}
