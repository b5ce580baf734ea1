namespace DeepNotes.Nn.Tests;

/// <summary>A linear layer and the activation behind it are one pass; nobody may notice.</summary>
public sealed class SequentialTests
{
    public static TheoryData<string, DType, int> Pairs()
    {
        var data = new TheoryData<string, DType, int>();
        foreach (string name in (string[])["ReLU", "Sigmoid", "Tanh", "GELU"])
        {
            foreach (DType type in (DType[])[DType.Float32, DType.Float64, DType.BFloat16])
            {
                foreach (int rows in (int[])[1, 5, 64]) data.Add(name, type, rows);
            }
        }
        return data;
    }

    [Theory, MemberData(nameof(Pairs))]
    public void Pair_in_one_pass_is_the_pair_one_after_the_other(string name, DType type, int rows)
    {
        var random = new Rng(7);
        var linear = new Linear(37, 53);
        linear.To(type);
        Layer activation = Activation(name);
        Sequential pair = [linear, activation];
        Tensor x = Tensor.Randn([rows, 37], rng: random).To(type), g = Tensor.Randn([rows, 53], rng: random).To(type);

        using (Grad.Off()) AssertSame(activation.Forward(linear.Forward(x)), pair.Forward(x));
        x.RequiresGrad = true;
        Tensor[] inputs = [x, linear.Weight, linear.Bias!];
        Tensor apart = activation.Forward(linear.Forward(x)), together = pair.Forward(x);
        AssertSame(apart, together);
        foreach (var (a, b) in Grad.Of(apart, inputs, g).Zip(Grad.Of(together, inputs, g))) AssertSame(a, b);
    }

    [Fact]
    public void Snapshot_of_one_row_agrees_with_the_model()
    {
        Sequential model = [new Linear(129, 70), new Tanh(), new Linear(70, 131), new ReLU(), new Linear(131, 3)];
        Tensor x = Tensor.Randn([1, 129], rng: new Rng(3));
        using var off = Grad.Off();
        Tensor expected = model.Forward(x), actual = model.Snapshot().Forward(x);
        Assert.InRange((expected - actual).Abs().Max().Item(), 0, 1e-5);
    }

    [Fact]
    public void Hooks_of_both_layers_see_their_own_results()
    {
        var linear = new Linear(2, 3);
        var relu = new ReLU();
        Sequential pair = [linear, relu];
        Tensor x = Tensor.From([[1f, -2f]]), sum = linear.Forward(x);
        Tensor? seen = null;
        using (linear.RegisterForwardHook((_, _, y) => seen = y)) pair.Forward(x);
        AssertSame(sum, seen!);
        using (relu.RegisterForwardHook((_, input, _) => { seen = input; return null; })) pair.Forward(x);
        AssertSame(sum, seen!);
    }

    [Fact]
    public void Hooks_that_are_gone_and_missing_inputs_change_nothing()
    {
        var linear = new Linear(2, 3, bias: false);
        Sequential pair = [linear, new ReLU()];
        Tensor x = Tensor.From([1f, -2f]);
        linear.RegisterForwardHook((_, _, y) => y * 5).Dispose();
        Assert.False(linear.HasHooks);
        AssertSame(linear.Forward(x).Relu(), pair.Forward(x));
        Tensor cube = Tensor.Randn([2, 4, 2], rng: new Rng(4));
        AssertSame(linear.Forward(cube).Relu(), pair.Forward(cube));
        Assert.Throws<ArgumentNullException>(() => pair.Forward(null!));
    }

    [Fact]
    public void Quantized_layer_keeps_its_scale()
    {
        Sequential model = new Sequential(new Linear(64, 32), new ReLU()).Quantize(DType.Int8);
        Tensor x = Tensor.Randn([3, 64]);
        using var off = Grad.Off();
        AssertSame(model[1].Forward(model[0].Forward(x)), model.Forward(x));
    }

    [Fact]
    public void Error_names_the_linear_layer()
    {
        Sequential model = [new Linear(4, 8), new ReLU()];
        Assert.StartsWith("Linear: ", Assert.Throws<ShapeException>(() => model.Forward(Tensor.Ones([2, 5]))).Message, StringComparison.Ordinal);
    }

    private static Layer Activation(string name) => name switch { "ReLU" => new ReLU(), "Sigmoid" => new Sigmoid(), "Tanh" => new Tanh(), _ => new GELU() };

    private static void AssertSame(Tensor expected, Tensor actual) => Assert.Equal(Numbers(expected), Numbers(actual));

    private static double[] Numbers(Tensor t) => t.Detach().To(DType.Float64).Contiguous().ToArray<double>();
}
