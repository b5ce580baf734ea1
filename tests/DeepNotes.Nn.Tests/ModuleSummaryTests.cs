namespace DeepNotes.Nn.Tests;

public sealed partial class ModuleSummaryTests
{
    [Fact]
    public void Table_lists_layers_shapes_parameters_and_costs()
    {
        Sequential net = [new Conv2d(3, 8, 3, padding: 1), new ReLU(), new MaxPool2d(2), new Flatten(), new Linear(8 * 4 * 4, 10)];
        ((Module)net[4]).Freeze();
        net.Train();
        ModuleSummary summary = net.Summary([2, 3, 8, 8]);
        Assert.Equal(["", "0", "1", "2", "3", "4"], summary.Rows.Select(r => r.Key));
        Assert.Equal(["[2, 10]", "[2, 8, 8, 8]", "[2, 8, 8, 8]", "[2, 8, 4, 4]", "[2, 128]", "[2, 10]"], summary.Rows.Select(r => r.Output.ToString()!));
        Assert.Equal([0, 3 * 8 * 9 + 8, 0, 0, 0, 1290], summary.Rows.Select(r => r.Parameters));
        Assert.Equal([0, 2L * 8 * 64 * 27, 0, 0, 0, 2L * 1280], summary.Rows.Select(r => r.MultiplyAdds));
        Assert.Equal((1514, 224, 4 * 1514), (summary.Parameters, summary.TrainableParameters, summary.ParameterBytes));
        Assert.Equal(4L * (1024 + 1024 + 256 + 256 + 20), summary.OutputBytes);
        Assert.True(net.IsTraining && ((Module)net[4]).IsTraining);
        string[] lines = summary.ToString().Split('\n');
        Assert.Equal("Layer           Output        Parameters  Multiply-adds  Output bytes", lines[0]);
        Assert.Equal("  0: Conv2d     [2, 8, 8, 8]         224         27,648         4,096", lines[2]);
        Assert.Contains("1,514 parameters (224 trained, 6,056 bytes), 30,208 multiply-adds", summary.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Costs_between_layers_belong_to_the_module_around_them()
    {
        var model = new Squared();
        ModuleSummary summary = model.Summary(m => m.Forward(Tensor.Ones([3, 4]), Tensor.Ones([4, 4])));
        Assert.Equal([3L * 4 * 4, 3L * 4 * 2], summary.Rows.Select(r => r.MultiplyAdds));
        Assert.Null(summary.Rows[0].Output);
        model.Forward(Tensor.Ones([3, 4]), Tensor.Ones([4, 4]));
    }

    [Fact]
    public void Costs_of_sequences_and_attention_are_counted()
    {
        // 3 steps of 2 sequences: 4 gates of 5 from 4 inputs and 5 states.
        Assert.Equal(6L * 20 * (4 + 5), new LSTM(4, 5).Summary(m => m.Forward(Tensor.Ones([3, 2, 4]))).MultiplyAdds);
        // 7 tokens of 8: three projections and the one out, then 7 × 7 products of queries and keys, and of weights and values.
        Tensor x = Tensor.Ones([1, 7, 8]);
        Assert.Equal((7L * 8 * 32) + (2L * 7 * 7 * 8), new MultiheadAttention(8, 2, batchFirst: true).Summary(m => m.Forward(x, x, x)).MultiplyAdds);
    }

    [Fact]
    public void Tied_parameters_count_once_and_hooks_end_with_the_run()
    {
        var net = new Net();
        int before = 0;
        net.Embed.RegisterForwardHook((_, _, _) => { before++; return null; });
        ModuleSummary summary = net.Summary(m => m.Forward(Tensor.Ones([1, 6])));
        Assert.Equal(net.ParameterCount, summary.Parameters);
        Assert.Equal(summary.Parameters, summary.Rows.Sum(r => r.Parameters));
        Assert.Equal(1, before);
    }

    private sealed partial class Squared : Module
    {
        public Linear Head { get; } = new(4, 2);

        public Tensor Forward(Tensor x, Tensor y) => Head.Forward(x.MatMul(y));
    }
}
