namespace DeepNotes.Nn;

/// <summary>
/// A plain recurrent network (Elman 1990, "Finding Structure in Time"): h′ = tanh(W_ih·x + b_ih + W_hh·h + b_hh). Matches torch.nn.RNN.
/// </summary>
/// <param name="inputSize">The numbers of one step of the input.</param>
/// <param name="hiddenSize">The numbers of the state.</param>
/// <param name="numLayers">Layers above each other.</param>
/// <param name="nonlinearity">Tanh or ReLU.</param>
/// <param name="bias">False for a network without biases.</param>
/// <param name="batchFirst">True for sequences [batch, steps, …] instead of [steps, batch, …]; states are [layers, batch, hidden] either way.</param>
/// <param name="dropout">The probability with which a number on its way from layer to layer is set to zero while training.</param>
/// <param name="bidirectional">Adds to each layer a network that reads the sequences from their end; outputs are twice as wide.</param>
/// <remarks>Parameters, uniform in ±1/√hiddenSize at first: <c>weight_ih_l0</c> [hidden, input], <c>weight_hh_l0</c> [hidden, hidden], <c>bias_ih_l0</c>, <c>bias_hh_l0</c> [hidden], and so on for l1 and l0_reverse.</remarks>
public sealed partial class RNN(int inputSize, int hiddenSize, int numLayers = 1, Nonlinearity nonlinearity = Nonlinearity.Tanh, bool bias = true, bool batchFirst = false, double dropout = 0, bool bidirectional = false)
    : RecurrentNetwork(1, inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional)
{
    /// <summary>Tanh or ReLU.</summary>
    public Nonlinearity Nonlinearity { get; } = RNNCell.Checked(nonlinearity, nameof(RNN));

    /// <summary>Runs over whole sequences.</summary>
    /// <param name="x">[steps, batch, input], [batch, steps, input] if batch first, or a single sequence [steps, input].</param>
    /// <param name="hidden">The initial state [layers · directions, batch, hidden], or [layers · directions, hidden] of a single sequence; zeros by default.</param>
    /// <returns>The last layer's state after every step, [steps, batch, directions · hidden], and the last state of every layer, laid out as the initial one.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input, state and weights differ in type.</exception>
    public (Tensor Output, Tensor Hidden) Forward(Tensor x, Tensor? hidden = null)
    {
        var (y, h, _) = Run(x, hidden, null, hasCell: false);
        return (y, h);
    }

    /// <summary>Runs over sequences of different lengths; what follows a sequence's end touches neither its output nor its state.</summary>
    /// <param name="x">The sequences.</param>
    /// <param name="hidden">The initial state [layers · directions, batch, hidden], in the order in which the sequences were given; zeros by default.</param>
    /// <returns>The last layer's states, and the state of every layer after each sequence's last step.</returns>
    public (PackedSequence Output, Tensor Hidden) Forward(PackedSequence x, Tensor? hidden = null)
    {
        var (y, h, _) = Run(x, hidden, null, hasCell: false);
        return (y, h);
    }

    private protected override (Tensor Output, Tensor Hidden, Tensor? Cell) RunLayer(Tensor x, in RecurrentWeights weights, (Tensor Hidden, Tensor? Cell) state, bool reverse, int[]? batchSizes)
    {
        var (y, h) = x.Rnn(state.Hidden, weights, Nonlinearity == Nonlinearity.ReLU, reverse, batchSizes);
        return (y, h, null);
    }
}
