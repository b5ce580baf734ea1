namespace DeepNotes.Nn;

/// <summary>One step of a plain recurrent network, h′ = tanh(W_ih·x + b_ih + W_hh·h + b_hh). Matches torch.nn.RNNCell.</summary>
/// <param name="inputSize">The numbers of the input.</param>
/// <param name="hiddenSize">The numbers of the state.</param>
/// <param name="bias">False for a cell without biases.</param>
/// <param name="nonlinearity">Tanh or ReLU.</param>
public sealed partial class RNNCell(int inputSize, int hiddenSize, bool bias = true, Nonlinearity nonlinearity = Nonlinearity.Tanh) : RecurrentCell(1, inputSize, hiddenSize, bias)
{
    /// <summary>Tanh or ReLU.</summary>
    public Nonlinearity Nonlinearity { get; } = Checked(nonlinearity, nameof(RNNCell));

    /// <summary>One step.</summary>
    /// <param name="x">[batch, input], or [input].</param>
    /// <param name="hidden">[batch, hidden], or [hidden]: the state before; zeros by default.</param>
    /// <returns>The state after it, laid out as the one before.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input, state and weights differ in type.</exception>
    public Tensor Forward(Tensor x, Tensor? hidden = null) =>
        Result(Step(x).Rnn(State(hidden, x, "hidden"), Weights, Nonlinearity == Nonlinearity.ReLU).Hidden, x);

    internal static Nonlinearity Checked(Nonlinearity nonlinearity, string layer) => nonlinearity is Nonlinearity.Tanh or Nonlinearity.ReLU
        ? nonlinearity
        : throw new ArgumentOutOfRangeException(nameof(nonlinearity), nonlinearity, $"{layer}: the nonlinearity must be Tanh or ReLU.");
}
