namespace DeepNotes.Nn;

/// <summary>What <see cref="RNNCell"/>, <see cref="LSTMCell"/> and <see cref="GRUCell"/> share: one step of one layer.</summary>
public abstract partial class RecurrentCell : Module
{
    private protected RecurrentCell(int gates, int inputSize, int hiddenSize, bool bias)
    {
        LayerArguments.Positive(GetType().Name, nameof(inputSize), inputSize);
        LayerArguments.Positive(GetType().Name, nameof(hiddenSize), hiddenSize);
        (InputSize, HiddenSize) = (inputSize, hiddenSize);
        WeightIh = Init.Uniform([gates * hiddenSize, inputSize], fanIn: hiddenSize);
        WeightHh = Init.Uniform([gates * hiddenSize, hiddenSize], fanIn: hiddenSize);
        BiasIh = bias ? Init.Uniform([gates * hiddenSize], fanIn: hiddenSize) : null;
        BiasHh = bias ? Init.Uniform([gates * hiddenSize], fanIn: hiddenSize) : null;
    }

    /// <summary>The numbers of the input.</summary>
    public int InputSize { get; }

    /// <summary>The numbers of the state.</summary>
    public int HiddenSize { get; }

    /// <summary>[gates · hidden, input]; uniform in ±1/√hidden at first, as all parameters.</summary>
    public Parameter WeightIh { get; set; }

    /// <summary>[gates · hidden, hidden].</summary>
    public Parameter WeightHh { get; set; }

    /// <summary>[gates · hidden]: what is added to the input's part.</summary>
    public Parameter? BiasIh { get; set; }

    /// <summary>[gates · hidden]: what is added to the state's part.</summary>
    public Parameter? BiasHh { get; set; }

    private protected RecurrentWeights Weights => new(WeightIh, WeightHh, BiasIh, BiasHh);

    /// <summary>The input as one step of sequences, [1, batch, input].</summary>
    private protected Tensor Step(Tensor x)
    {
        if (x.Rank is not (1 or 2) || x.Shape[^1] != InputSize) throw new ShapeException($"{GetType().Name}: the input must be [batch, {InputSize}] or [{InputSize}]; it is {x.Shape}.");
        if (x.DType != WeightIh.DType) throw new DTypeException($"{GetType().Name}: the input is {x.DType} and the weights are {WeightIh.DType}; convert one of them with To.");
        if (!ReferenceEquals(x.Device, WeightIh.Device)) throw new DeviceException($"{GetType().Name}: the input is on {x.Device} and the weights are on {WeightIh.Device}; move one of them with To.");
        return x.Rank == 1 ? x.Unsqueeze(0).Unsqueeze(0) : x.Unsqueeze(0);
    }

    /// <summary>The state as [batch, hidden]; zeros where there is none.</summary>
    private protected Tensor State(Tensor? state, Tensor x, string role)
    {
        int batch = x.Rank == 1 ? 1 : x.Shape[0];
        if (state is null) return Tensor.Zeros([batch, HiddenSize], x.DType, x.Device);
        Shape expected = x.Rank == 1 ? [HiddenSize] : [batch, HiddenSize];
        if (state.Shape != expected) throw new ShapeException($"{GetType().Name}: for the input {x.Shape} the {role} state must be {expected}; it is {state.Shape}.");
        if (state.DType != x.DType) throw new DTypeException($"{GetType().Name}: the input is {x.DType} and the {role} state {state.DType}; convert one of them with To.");
        return x.Rank == 1 ? state.Unsqueeze(0) : state;
    }

    /// <summary>A new state in the input's form.</summary>
    private protected static Tensor Result(Tensor state, Tensor x) => x.Rank == 1 ? state.Squeeze(0) : state;
}
