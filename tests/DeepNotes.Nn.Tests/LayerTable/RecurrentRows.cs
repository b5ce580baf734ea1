using DeepNotes.OpTable;

namespace DeepNotes.Nn.Tests.LayerTable;

internal static class RecurrentRows
{
    private const string Flat = "(lambda y, s: (y, s[0], s[1]))";
    private static readonly Input X = new(5, 3, 4), First = new(3, 5, 4), Single = new(5, 4);
    private static readonly int[] Lengths = [5, 3, 2], Unsorted = [2, 5, 3];

    public static LayerRow[] All { get; } =
    [
        new("RNN", () => new RNN(4, 5), "nn.RNN(4, 5)", X) { Run = Sequence, Call = "m(a)" },
        new("RNN.relu", () => new RNN(4, 5, nonlinearity: Nonlinearity.ReLU, bias: false), "nn.RNN(4, 5, nonlinearity='relu', bias=False)", X) { Run = Sequence },
        new("RNN.deep", () => new RNN(4, 5, numLayers: 2, bidirectional: true), "nn.RNN(4, 5, 2, bidirectional=True)", X, new Input(4, 3, 5)) { Run = Sequence, Call = "m(a, b)" },
        new("LSTM", () => new LSTM(4, 5), "nn.LSTM(4, 5)", X) { Run = Sequence, Call = $"{Flat}(*m(a))" },
        new("LSTM.deep", () => new LSTM(4, 5, numLayers: 2, bidirectional: true), "nn.LSTM(4, 5, 2, bidirectional=True)", X, new Input(4, 3, 5), new Input(4, 3, 5)) { Run = Sequence, Call = $"{Flat}(*m(a, (b, c)))" },
        new("LSTM.batch_first", () => new LSTM(4, 5, bias: false, batchFirst: true), "nn.LSTM(4, 5, bias=False, batch_first=True)", First, new Input(1, 3, 5), new Input(1, 3, 5)) { Run = Sequence, Call = $"{Flat}(*m(a, (b, c)))" },
        new("LSTM.projected", () => new LSTM(4, 5, numLayers: 2, bidirectional: true, projSize: 3), "nn.LSTM(4, 5, 2, bidirectional=True, proj_size=3)", X, new Input(4, 3, 3), new Input(4, 3, 5)) { Run = Sequence, Call = $"{Flat}(*m(a, (b, c)))" },
        new("LSTM.unbatched", () => new LSTM(4, 5, numLayers: 2), "nn.LSTM(4, 5, 2)", Single, new Input(2, 5), new Input(2, 5)) { Run = Sequence, Call = $"{Flat}(*m(a, (b, c)))" },
        new("LSTM.unbatched_first", () => new LSTM(4, 5, batchFirst: true), "nn.LSTM(4, 5, batch_first=True)", Single) { Run = Sequence, Call = $"{Flat}(*m(a))" },
        new("LSTM.dropout", () => new LSTM(4, 5, numLayers: 2, dropout: 0.4), "nn.LSTM(4, 5, 2, dropout=0.4)", X) { Run = Sequence, Call = $"{Flat}(*m(a))", IsRandom = true },
        new("LSTM.packed", () => new LSTM(4, 5, numLayers: 2, bidirectional: true), "nn.LSTM(4, 5, 2, bidirectional=True)", X) { Run = (m, x) => Packed(m, x, Lengths), Call = Packing(Lengths, "lambda p, q, s: (p[0], s[0], s[1])", "") },
        new("LSTM.packed_unsorted", () => new LSTM(4, 5, numLayers: 2, bidirectional: true, batchFirst: true), "nn.LSTM(4, 5, 2, bidirectional=True, batch_first=True)", First, new Input(4, 3, 5), new Input(4, 3, 5))
        {
            Run = (m, x) => Packed(m, x, Unsorted), Call = Packing(Unsorted, "lambda p, q, s: (p[0], s[0], s[1])", ", (b, c)"),
        },
        new("GRU", () => new GRU(4, 5), "nn.GRU(4, 5)", X) { Run = Sequence },
        new("GRU.deep", () => new GRU(4, 5, numLayers: 2, bidirectional: true, batchFirst: true), "nn.GRU(4, 5, 2, bidirectional=True, batch_first=True)", First, new Input(4, 3, 5)) { Run = Sequence, Call = "m(a, b)" },
        new("GRU.no_bias", () => new GRU(4, 5, bias: false), "nn.GRU(4, 5, bias=False)", Single, new Input(1, 5)) { Run = Sequence, Call = "m(a, b)" },
        new("GRU.packed_unsorted", () => new GRU(4, 5, bidirectional: true), "nn.GRU(4, 5, bidirectional=True)", X, new Input(2, 3, 5)) { Run = (m, x) => Packed(m, x, Unsorted), Call = Packing(Unsorted, "lambda p, q, s: (p[0], s)", ", b") },
        new("RNNCell", () => new RNNCell(4, 5), "nn.RNNCell(4, 5)", new Input(3, 4), new Input(3, 5)) { Run = Step, Call = "m(a, b)" },
        new("RNNCell.relu", () => new RNNCell(4, 5, nonlinearity: Nonlinearity.ReLU), "nn.RNNCell(4, 5, nonlinearity='relu')", new Input(3, 4)) { Run = Step },
        new("LSTMCell", () => new LSTMCell(4, 5), "nn.LSTMCell(4, 5)", new Input(3, 4), new Input(3, 5), new Input(3, 5)) { Run = Step, Call = "m(a, (b, c))" },
        new("LSTMCell.unbatched", () => new LSTMCell(4, 5, bias: false), "nn.LSTMCell(4, 5, bias=False)", new Input(4)) { Run = Step },
        new("GRUCell", () => new GRUCell(4, 5), "nn.GRUCell(4, 5)", new Input(3, 4), new Input(3, 5)) { Run = Step, Call = "m(a, b)" },
        new("GRUCell.unbatched", () => new GRUCell(4, 5, bias: false), "nn.GRUCell(4, 5, bias=False)", new Input(4), new Input(5)) { Run = Step, Call = "m(a, b)" },
    ];

    private static Tensor[] Sequence(Module layer, Tensor[] x) => layer switch
    {
        LSTM lstm => Of(lstm.Forward(x[0], x.Length > 1 ? new(x[1], x[2]) : null)),
        GRU gru => Of(gru.Forward(x[0], x.Length > 1 ? x[1] : null)),
        RNN rnn => Of(rnn.Forward(x[0], x.Length > 1 ? x[1] : null)),
        _ => throw new ArgumentException(layer.GetType().Name),
    };

    private static Tensor[] Step(Module layer, Tensor[] x)
    {
        if (layer is LSTMCell cell)
        {
            var (h, c) = cell.Forward(x[0], x.Length > 1 ? new(x[1], x[2]) : null);
            return [h, c];
        }
        return [layer is GRUCell gru ? gru.Forward(x[0], x.Length > 1 ? x[1] : null) : ((RNNCell)layer).Forward(x[0], x.Length > 1 ? x[1] : null)];
    }

    /// <summary>Packs, runs, and pads the result with a number of its own.</summary>
    private static Tensor[] Packed(Module layer, Tensor[] x, int[] lengths)
    {
        bool batchFirst = ((RecurrentNetwork)layer).BatchFirst;
        var packed = PackedSequence.Pack(x[0], lengths, batchFirst, enforceSorted: ReferenceEquals(lengths, Lengths));
        PackedSequence output;
        Tensor[] state;
        if (layer is LSTM lstm)
        {
            (output, var (h, c)) = lstm.Forward(packed, x.Length > 1 ? new(x[1], x[2]) : null);
            state = [h, c];
        }
        else
        {
            (output, var h) = ((GRU)layer).Forward(packed, x[1]);
            state = [h];
        }
        var (padded, found) = output.Unpack(batchFirst, 0.5, 6);
        Assert.Equal(lengths, found);
        return [padded, .. state];
    }

    private static string Packing(int[] lengths, string results, string state)
    {
        bool sorted = ReferenceEquals(lengths, Lengths);
        return $"({results})(torch.nn.utils.rnn.pad_packed_sequence((r := m(torch.nn.utils.rnn.pack_padded_sequence(a, [{string.Join(", ", lengths)}], m.batch_first, {(sorted ? "True" : "False")}){state}))[0], m.batch_first, 0.5, 6), r[0], r[1])";
    }

    private static Tensor[] Of((Tensor, Tensor) y) => [y.Item1, y.Item2];

    private static Tensor[] Of((Tensor, LstmState) y) => [y.Item1, y.Item2.Hidden, y.Item2.Cell];
}
