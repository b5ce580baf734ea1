namespace DeepNotes.Nn.Tests;

/// <summary>What the layer table does not say of recurrent layers: options of ours, packing by itself, and what is refused.</summary>
public class RecurrentTests
{
    [Fact]
    public void A_forget_bias_is_what_both_biases_add_up_to()
    {
        var lstm = new LSTM(3, 4, numLayers: 2, bidirectional: true, forgetBias: 1.5);
        foreach (string place in new[] { "l0", "l0_reverse", "l1", "l1_reverse" })
        {
            Tensor sum = (lstm[$"bias_ih_{place}"] + lstm[$"bias_hh_{place}"]).Detach();
            Assert.All(sum.Narrow(0, 4, 4).ToArray<float>(), x => Assert.Equal(1.5f, x));
            Assert.All(sum.Narrow(0, 0, 4).ToArray<float>(), x => Assert.InRange(x, -1, 1));
        }
        Assert.True(lstm["bias_ih_l0"].RequiresGrad);
        Assert.Throws<ArgumentException>(() => new LSTM(3, 4, bias: false, forgetBias: 1));
    }

    [Fact]
    public void Dropout_lies_between_layers_and_only_while_training()
    {
        Rng.Seed(3);
        var lstm = new LSTM(3, 8, numLayers: 2, dropout: 0.5);
        Tensor x = Tensor.Randn([4, 2, 3]);
        float[] One() => lstm.Forward(x).Output.ToArray<float>();
        Assert.NotEqual(One(), One());
        // The first layer's last state lies before the dropout.
        Assert.Equal(lstm.Forward(x).State.Hidden[0].ToArray<float>(), lstm.Forward(x).State.Hidden[0].ToArray<float>());
        lstm.Eval();
        Assert.Equal(One(), One());
    }

    [Fact]
    public void Parameters_can_be_tied_by_their_keys()
    {
        var gru = new GRU(5, 5, numLayers: 2);
        gru["weight_hh_l1"] = gru["weight_hh_l0"];
        Assert.Equal(7, gru.Parameters().Count);
        Assert.Throws<ShapeException>(() => gru["bias_ih_l0"] = Init.Zeros([5]));
        Assert.Contains("weight_ih_l0", Assert.Throws<KeyNotFoundException>(() => gru["weight_ih_l2"]).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Packing_and_unpacking_gives_the_sequences_back()
    {
        Tensor x = Tensor.Arange(0, 24, dtype: DType.Float32).Reshape(4, 3, 2);
        var packed = PackedSequence.Pack(x, [2, 4, 1], enforceSorted: false);
        Assert.Equal([3, 2, 1, 1], packed.BatchSizes);
        Assert.Equal([2, 3, 0, 1, 4, 5], packed.Data.Narrow(0, 0, 3).ToArray<float>());
        var (padded, lengths) = packed.Unpack(paddingValue: -1);
        Assert.Equal([2, 4, 1], lengths);
        for (int t = 0; t < 4; t++)
            for (int b = 0; b < 3; b++) Assert.Equal(t < lengths[b] ? x[t, b].ToArray<float>() : [-1, -1], padded[t, b].ToArray<float>());

        var same = PackedSequence.Pack([x[..2, 0], x[.., 1], x[..1, 2]], enforceSorted: false);
        Assert.Equal(packed.Data.ToArray<float>(), same.Data.ToArray<float>());
    }

    [Fact]
    public void A_packed_sequence_computes_what_each_sequence_alone_does()
    {
        var gru = new GRU(2, 3, bidirectional: true);
        Tensor[] sequences = [Tensor.Randn([2, 2]), Tensor.Randn([5, 2]), Tensor.Randn([3, 2])];
        var (output, hidden) = gru.Forward(PackedSequence.Pack(sequences, enforceSorted: false));
        var (padded, _) = output.Unpack(batchFirst: true);
        for (int b = 0; b < 3; b++)
        {
            var (y, h) = gru.Forward(sequences[b]);
            Goldens.AssertClose(y, padded[b][..y.Shape[0]], 1e-6, $"output {b}");
            Goldens.AssertClose(h, hidden.Select(1, b), 1e-6, $"state {b}");
        }
    }

    [Fact]
    public void States_that_are_detached_end_the_graph()
    {
        var lstm = new LSTM(2, 3);
        var (_, state) = lstm.Forward(Tensor.Randn([4, 1, 2]));
        Assert.True(state.Hidden.RequiresGrad && state.Cell.RequiresGrad);
        var cut = state.Detach();
        Assert.False(cut.Hidden.RequiresGrad || cut.Cell.RequiresGrad);
        Assert.Equal(state.Cell.Detach().ToArray<float>(), cut.Cell.ToArray<float>());
    }

    public static TheoryData<string, Type, string[]> Mistakes { get; } = new()
    {
        { "width", typeof(ShapeException), ["LSTM", "[steps, batch, 4]", "[5, 3, 6]"] },
        { "width, batch first", typeof(ShapeException), ["GRU", "[batch, steps, 4]", "[5, 3, 6]"] },
        { "rank", typeof(ShapeException), ["RNN", "[steps, batch, 4]", "[4]"] },
        { "no step", typeof(ShapeException), ["LSTM", "no step"] },
        { "type", typeof(DTypeException), ["LSTM", "Float64", "Float32"] },
        { "type of the state", typeof(DTypeException), ["GRU", "Float64", "hidden"] },
        { "hidden state", typeof(ShapeException), ["LSTM", "hidden", "[1, 3, 5]", "[1, 2, 5]"] },
        { "cell state", typeof(ShapeException), ["LSTM", "cell", "[1, 3, 5]", "[3, 5]"] },
        { "state of a single sequence", typeof(ShapeException), ["GRU", "[1, 5]", "[1, 1, 5]"] },
        { "packed width", typeof(ShapeException), ["LSTM", "[steps, 4]", "6"] },
        { "packed state", typeof(ShapeException), ["LSTM", "[1, 3, 5]", "[1, 2, 5]"] },
        { "lengths", typeof(ShapeException), ["PackedSequence", "3 sequences", "2 lengths"] },
        { "length", typeof(ArgumentOutOfRangeException), ["PackedSequence", "1 and 5"] },
        { "unsorted", typeof(ArgumentException), ["PackedSequence", "[2, 5, 3]", "enforceSorted"] },
        { "total length", typeof(ArgumentOutOfRangeException), ["PackedSequence", "5 steps"] },
        { "other rows", typeof(ShapeException), ["PackedSequence", "10 steps", "[3, 4]"] },
        { "cell width", typeof(ShapeException), ["LSTMCell", "[batch, 4]", "[3, 6]"] },
        { "cell rank", typeof(ShapeException), ["GRUCell", "[batch, 4]", "[2, 3, 4]"] },
        { "cell's state", typeof(ShapeException), ["RNNCell", "[3, 5]", "[2, 5]"] },
        { "cell's cell", typeof(ShapeException), ["LSTMCell", "cell", "[3, 5]", "[3, 4]"] },
        { "cell's type", typeof(DTypeException), ["GRUCell", "Float64", "Float32"] },
        { "projection", typeof(ArgumentOutOfRangeException), ["LSTM", "smaller", "5"] },
        { "dropout", typeof(ArgumentOutOfRangeException), ["GRU", "between 0 and 1"] },
        { "nonlinearity", typeof(ArgumentOutOfRangeException), ["RNN", "Tanh or ReLU"] },
        { "layers", typeof(ArgumentOutOfRangeException), ["LSTM", "numLayers"] },
    };

    [Theory, MemberData(nameof(Mistakes))]
    public void Mistakes_are_named(string mistake, Type exception, string[] says)
    {
        Tensor x = Tensor.Ones([5, 3, 4]), wide = Tensor.Ones([5, 3, 6]), state = Tensor.Ones([1, 3, 5]);
        Action call = mistake switch
        {
            "width" => () => new LSTM(4, 5).Forward(wide),
            "width, batch first" => () => new GRU(4, 5, batchFirst: true).Forward(wide),
            "rank" => () => new RNN(4, 5).Forward(Tensor.Ones([4])),
            "no step" => () => new LSTM(4, 5).Forward(Tensor.Ones([0, 3, 4])),
            "type" => () => new LSTM(4, 5).Forward(x.To(DType.Float64)),
            "type of the state" => () => new GRU(4, 5).Forward(x, state.To(DType.Float64)),
            "hidden state" => () => new LSTM(4, 5).Forward(x, new(Tensor.Ones([1, 2, 5]), state)),
            "cell state" => () => new LSTM(4, 5).Forward(x, new(state, Tensor.Ones([3, 5]))),
            "state of a single sequence" => () => new GRU(4, 5).Forward(Tensor.Ones([5, 4]), Tensor.Ones([1, 1, 5])),
            "packed width" => () => new LSTM(4, 5).Forward(PackedSequence.Pack(wide, [5, 3, 2])),
            "packed state" => () => new LSTM(4, 5).Forward(PackedSequence.Pack(x, [5, 3, 2]), new(Tensor.Ones([1, 2, 5]), state)),
            "lengths" => () => PackedSequence.Pack(x, [5, 3]),
            "length" => () => PackedSequence.Pack(x, [6, 3, 2]),
            "unsorted" => () => PackedSequence.Pack(x, [2, 5, 3]),
            "total length" => () => PackedSequence.Pack(x, [5, 3, 2]).Unpack(totalLength: 4),
            "other rows" => () => PackedSequence.Pack(x, [5, 3, 2]).With(Tensor.Ones([3, 4])),
            "cell width" => () => new LSTMCell(4, 5).Forward(Tensor.Ones([3, 6])),
            "cell rank" => () => new GRUCell(4, 5).Forward(Tensor.Ones([2, 3, 4])),
            "cell's state" => () => new RNNCell(4, 5).Forward(x[0], Tensor.Ones([2, 5])),
            "cell's cell" => () => new LSTMCell(4, 5).Forward(x[0], new(state[0], Tensor.Ones([3, 4]))),
            "cell's type" => () => new GRUCell(4, 5).Forward(x[0].To(DType.Float64)),
            "projection" => () => _ = new LSTM(4, 5, projSize: 5),
            "dropout" => () => _ = new GRU(4, 5, dropout: 1.5),
            "nonlinearity" => () => _ = new RNN(4, 5, nonlinearity: Nonlinearity.Sigmoid),
            "layers" => () => _ = new LSTM(4, 5, numLayers: 0),
            _ => throw new ArgumentException(mistake),
        };
        string message = Assert.Throws(exception, call).Message;
        foreach (string part in says) Assert.Contains(part, message, StringComparison.Ordinal);
    }
}
