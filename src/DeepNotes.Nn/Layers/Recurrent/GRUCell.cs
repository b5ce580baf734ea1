namespace DeepNotes.Nn;

/// <summary>One step of a gated recurrent unit, h′ = (1 − z)·n + z·h; see <see cref="GRU"/>. Matches torch.nn.GRUCell.</summary>
/// <param name="inputSize">The numbers of the input.</param>
/// <param name="hiddenSize">The numbers of the state.</param>
/// <param name="bias">False for a cell without biases.</param>
public sealed partial class GRUCell(int inputSize, int hiddenSize, bool bias = true) : RecurrentCell(3, inputSize, hiddenSize, bias)
{
    /// <summary>One step.</summary>
    /// <param name="x">[batch, input], or [input].</param>
    /// <param name="hidden">[batch, hidden], or [hidden]: the state before; zeros by default.</param>
    /// <returns>The state after it, laid out as the one before.</returns>
    /// <exception cref="ShapeException">Input or state do not fit.</exception>
    /// <exception cref="DTypeException">Input, state and weights differ in type.</exception>
    public Tensor Forward(Tensor x, Tensor? hidden = null) => Result(Step(x).Gru(State(hidden, x, "hidden"), Weights).Hidden, x);
}
