namespace DeepNotes.Nn;

/// <summary>One step of a long short-term memory, c′ = f·c + i·g and h′ = o·tanh(c′); see <see cref="LSTM"/>. Matches torch.nn.LSTMCell.</summary>
/// <param name="inputSize">The numbers of the input.</param>
/// <param name="hiddenSize">The numbers of the state.</param>
/// <param name="bias">False for a cell without biases.</param>
public sealed partial class LSTMCell(int inputSize, int hiddenSize, bool bias = true) : RecurrentCell(4, inputSize, hiddenSize, bias)
{
    /// <summary>One step.</summary>
    /// <param name="x">[batch, input], or [input].</param>
    /// <param name="state">[batch, hidden] each, or [hidden]: the state before; zeros by default.</param>
    /// <returns>The state after it, laid out as the one before.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input, state and weights differ in type.</exception>
    public LstmState Forward(Tensor x, LstmState? state = null)
    {
        var (_, h, c) = Step(x).Lstm(State(state?.Hidden, x, "hidden"), State(state?.Cell, x, "cell"), Weights);
        return new(Result(h, x), Result(c, x));
    }
}
