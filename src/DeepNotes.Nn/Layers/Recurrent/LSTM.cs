namespace DeepNotes.Nn;

/// <summary>The state of a long short-term memory: <c>var (hidden, cell) = state</c>.</summary>
/// <param name="Hidden">What it puts out: [layers · directions, batch, hidden or projection]; of a cell [batch, hidden].</param>
/// <param name="Cell">What it remembers: [layers · directions, batch, hidden]; of a cell [batch, hidden].</param>
public sealed record LstmState(Tensor Hidden, Tensor Cell)
{
    /// <summary>The same numbers, cut from the graph: what truncated backpropagation through time hands on.</summary>
    public LstmState Detach() => new(Hidden.Detach(), Cell.Detach());
}

/// <summary>
/// A long short-term memory (Hochreiter and Schmidhuber 1997): c′ = f·c + i·g and h′ = o·tanh(c′), where i, f, o are sigmoids and g the tanh of
/// W_ih·x + b_ih + W_hh·h + b_hh. Matches torch.nn.LSTM.
/// </summary>
/// <remarks>
/// Parameters, uniform in ±1/√hiddenSize at first, each for the gates i, f, g, o one below the other: <c>weight_ih_l0</c> [4·hidden, input], <c>weight_hh_l0</c>
/// [4·hidden, hidden], <c>bias_ih_l0</c>, <c>bias_hh_l0</c> [4·hidden], with a projection <c>weight_hr_l0</c> [projection, hidden], and so on for l1 and l0_reverse.
/// </remarks>
public sealed partial class LSTM : RecurrentNetwork
{
    /// <summary>A new network.</summary>
    /// <param name="inputSize">The numbers of one step of the input.</param>
    /// <param name="hiddenSize">The numbers of the state.</param>
    /// <param name="numLayers">Layers above each other.</param>
    /// <param name="bias">False for a network without biases.</param>
    /// <param name="batchFirst">True for sequences [batch, steps, …] instead of [steps, batch, …]; states are [layers, batch, hidden] either way.</param>
    /// <param name="dropout">The probability with which a number on its way from layer to layer is set to zero while training.</param>
    /// <param name="bidirectional">Adds to each layer a network that reads the sequences from their end; outputs are twice as wide.</param>
    /// <param name="projSize">Where above 0, the hidden state is multiplied by a matrix down to as many numbers (Sak et al. 2014).</param>
    /// <param name="forgetBias">
    /// What the forget gates' two biases add up to at first; 1 lets a new network remember rather than forget (Jozefowicz et al. 2015, "An Empirical
    /// Exploration of Recurrent Network Architectures"). By default they are drawn as all others, as PyTorch does.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">A size is below 1, the projection not below the hidden size, or the probability not in [0, 1].</exception>
    /// <exception cref="ArgumentException">There is a forget bias and there are no biases.</exception>
    public LSTM(int inputSize, int hiddenSize, int numLayers = 1, bool bias = true, bool batchFirst = false, double dropout = 0, bool bidirectional = false, int projSize = 0, double? forgetBias = null)
        : base(4, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, projSize)
    {
        if (forgetBias is not { } value) return;
        if (!bias) throw new ArgumentException("LSTM: a forget bias needs biases.", nameof(forgetBias));
        foreach (var (key, parameter) in NamedParameters())
        {
            if (!key.StartsWith("bias", StringComparison.Ordinal)) continue;
            parameter.Detach().Narrow(0, hiddenSize, hiddenSize).FillInPlace(key.StartsWith("bias_ih", StringComparison.Ordinal) ? value : 0);
        }
    }

    /// <summary>Runs over whole sequences.</summary>
    /// <param name="x">[steps, batch, input], [batch, steps, input] if batch first, or a single sequence [steps, input].</param>
    /// <param name="state">The initial state, [layers · directions, batch, …] or, of a single sequence, [layers · directions, …]; zeros by default.</param>
    /// <returns>The last layer's hidden state after every step, [steps, batch, directions · hidden], and the last state of every layer.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input, state and weights differ in type.</exception>
    public (Tensor Output, LstmState State) Forward(Tensor x, LstmState? state = null)
    {
        var (y, h, c) = Run(x, state?.Hidden, state?.Cell, hasCell: true);
        return (y, new(h, c!));
    }

    /// <summary>Runs over sequences of different lengths; what follows a sequence's end touches neither its output nor its state.</summary>
    /// <param name="x">The sequences.</param>
    /// <param name="state">The initial state, in the order in which the sequences were given; zeros by default.</param>
    /// <returns>The last layer's hidden states, and the state of every layer after each sequence's last step.</returns>
    public (PackedSequence Output, LstmState State) Forward(PackedSequence x, LstmState? state = null)
    {
        var (y, h, c) = Run(x, state?.Hidden, state?.Cell, hasCell: true);
        return (y, new(h, c!));
    }

    private protected override (Tensor Output, Tensor Hidden, Tensor? Cell) RunLayer(Tensor x, in RecurrentWeights weights, (Tensor Hidden, Tensor? Cell) state, bool reverse, int[]? batchSizes) =>
        x.Lstm(state.Hidden, state.Cell!, weights, reverse, batchSizes);
}
