namespace DeepNotes.Nn;

/// <summary>What <see cref="RNN"/>, <see cref="LSTM"/> and <see cref="GRU"/> share: layers of one kind of cell above each other, in one direction or both.</summary>
public abstract partial class RecurrentNetwork : Module
{
    private readonly int gates;
    private OrderedDictionary<string, Parameter> parameters = [];

    private protected RecurrentNetwork(int gates, int inputSize, int hiddenSize, int numLayers, bool bias, bool batchFirst, double dropout, bool bidirectional, int projSize = 0)
    {
        LayerArguments.Positive(GetType().Name, nameof(inputSize), inputSize);
        LayerArguments.Positive(GetType().Name, nameof(hiddenSize), hiddenSize);
        LayerArguments.Positive(GetType().Name, nameof(numLayers), numLayers);
        LayerArguments.NotNegative(GetType().Name, nameof(projSize), projSize);
        if (projSize >= hiddenSize) throw new ArgumentOutOfRangeException(nameof(projSize), projSize, $"{GetType().Name}: a projection must be smaller than the hidden size, {hiddenSize}.");
        if (!(dropout >= 0 && dropout <= 1)) throw new ArgumentOutOfRangeException(nameof(dropout), dropout, $"{GetType().Name}: a probability lies between 0 and 1.");
        this.gates = gates;
        (InputSize, HiddenSize, NumLayers, HasBias, BatchFirst, Dropout, IsBidirectional, ProjSize) = (inputSize, hiddenSize, numLayers, bias, batchFirst, dropout, bidirectional, projSize);
        for (int place = 0; place < Places; place++)
        {
            int layer = place / Directions, sums = gates * hiddenSize;
            string suffix = $"_l{layer}{(place % Directions == 0 ? "" : "_reverse")}";
            Add($"weight_ih{suffix}", [sums, layer == 0 ? inputSize : Width * Directions]);
            Add($"weight_hh{suffix}", [sums, Width]);
            if (bias) Add($"bias_ih{suffix}", [sums]);
            if (bias) Add($"bias_hh{suffix}", [sums]);
            if (projSize > 0) Add($"weight_hr{suffix}", [projSize, hiddenSize]);
        }

        void Add(string key, Shape shape) => parameters.Add(key, Init.Uniform(shape, fanIn: hiddenSize));
    }

    /// <summary>The numbers of one step of the input.</summary>
    public int InputSize { get; }

    /// <summary>The numbers of the state of one layer in one direction.</summary>
    public int HiddenSize { get; }

    /// <summary>The number of layers.</summary>
    public int NumLayers { get; }

    /// <summary>Whether there are biases.</summary>
    public bool HasBias { get; }

    /// <summary>True where sequences are [batch, steps, …], false where they are [steps, batch, …].</summary>
    public bool BatchFirst { get; }

    /// <summary>The probability with which a number on its way from layer to layer is set to zero while training.</summary>
    public double Dropout { get; }

    /// <summary>Whether a second network of each layer reads the sequences from their end.</summary>
    public bool IsBidirectional { get; }

    /// <summary>The numbers that a hidden state is projected to; 0 for no projection.</summary>
    public int ProjSize { get; }

    private protected int Width => ProjSize > 0 ? ProjSize : HiddenSize;

    private protected int Places => NumLayers * Directions;

    private int Directions => IsBidirectional ? 2 : 1;

    /// <summary>A parameter by its key in the state dict: <c>lstm["weight_hh_l0"]</c>, <c>["bias_ih_l1_reverse"]</c>. Settable, so that it can be tied.</summary>
    /// <param name="key">The key.</param>
    /// <exception cref="KeyNotFoundException">There is no such parameter.</exception>
    public Parameter this[string key]
    {
        get => parameters.TryGetValue(key, out Parameter? value) ? value : throw new KeyNotFoundException($"{GetType().Name} has no parameter '{key}'; it has {string.Join(", ", parameters.Keys)}.");
        set
        {
            ArgumentNullException.ThrowIfNull(value);
            if (value.Shape != this[key].Shape) throw new ShapeException($"{GetType().Name}: '{key}' must be {this[key].Shape}; it is {value.Shape}.");
            parameters[key] = value;
        }
    }

    /// <inheritdoc/>
    protected override void VisitMembers(MemberVisitor visitor) => visitor.ParameterItems(ref parameters);

    /// <summary>One layer in one direction.</summary>
    /// <param name="x">[steps, batch, features], or packed.</param>
    /// <param name="weights">Its weights.</param>
    /// <param name="state">The initial state: one tensor [batch, …] or two.</param>
    /// <param name="reverse">From the end of the sequences.</param>
    /// <param name="batchSizes">See <see cref="Tensor.Rnn"/>.</param>
    /// <returns>The output and the last state.</returns>
    private protected abstract (Tensor Output, Tensor Hidden, Tensor? Cell) RunLayer(Tensor x, in RecurrentWeights weights, (Tensor Hidden, Tensor? Cell) state, bool reverse, int[]? batchSizes);

    /// <summary>All layers over sequences in a tensor, batched or a single one.</summary>
    private protected (Tensor Output, Tensor Hidden, Tensor? Cell) Run(Tensor x, Tensor? hidden, Tensor? cell, bool hasCell)
    {
        Check(x, x.Rank is 2 or 3, BatchFirst ? "[batch, steps, {0}] or [steps, {0}]" : "[steps, batch, {0}] or [steps, {0}]");
        bool isSingle = x.Rank == 2;
        if (isSingle) x = x.Unsqueeze(1);
        else if (BatchFirst) x = x.Transpose(0, 1);
        if (x.Shape[0] == 0) throw new ShapeException($"{GetType().Name}: the sequences of the input have no step.");
        hidden = State(hidden, x, x.Shape[1], Width, isSingle, "hidden");
        if (hasCell) cell = State(cell, x, x.Shape[1], HiddenSize, isSingle, "cell");
        var (y, h, c) = RunLayers(x, hidden, cell, null);
        if (isSingle) return (y.Squeeze(1), h.Squeeze(1), c?.Squeeze(1));
        return (BatchFirst ? y.Transpose(0, 1) : y, h, c);
    }

    /// <summary>All layers over sequences of different lengths.</summary>
    private protected (PackedSequence Output, Tensor Hidden, Tensor? Cell) Run(PackedSequence x, Tensor? hidden, Tensor? cell, bool hasCell)
    {
        ArgumentNullException.ThrowIfNull(x);
        Check(x.Data, x.Data.Rank == 2, "sequences of [steps, {0}]");
        hidden = x.Sorted(State(hidden, x.Data, x.Count, Width, false, "hidden"));
        if (hasCell) cell = x.Sorted(State(cell, x.Data, x.Count, HiddenSize, false, "cell"));
        var (y, h, c) = RunLayers(x.Data, hidden, cell, x.Sizes);
        return (x.With(y), x.Unsorted(h), c is null ? null : x.Unsorted(c));
    }

    private (Tensor Output, Tensor Hidden, Tensor? Cell) RunLayers(Tensor x, Tensor hidden, Tensor? cell, int[]? batchSizes)
    {
        Tensor[] outputs = new Tensor[Directions], hiddens = new Tensor[Places], cells = new Tensor[cell is null ? 0 : Places];
        for (int place = 0; place < Places; place++)
        {
            int direction = place % Directions;
            var y = RunLayer(x, WeightsAt(place), (hidden.Select(0, place), cell?.Select(0, place)), direction == 1, batchSizes);
            (outputs[direction], hiddens[place]) = (y.Output, y.Hidden);
            if (cell is not null) cells[place] = y.Cell!;
            if (direction < Directions - 1) continue;
            x = outputs.Length == 1 ? outputs[0] : Tensor.Concatenate(outputs, -1);
            if (IsTraining && place < Places - 1) x = x.Dropout(Dropout);
        }
        return (x, Stacked(hiddens), cell is null ? null : Stacked(cells));
    }

    private RecurrentWeights WeightsAt(int place)
    {
        int count = parameters.Count / Places, at = place * count, projection = ProjSize > 0 ? count - 1 : -1;
        return new(Value(0), Value(1), HasBias ? Value(2) : null, HasBias ? Value(3) : null, projection < 0 ? null : Value(projection));

        Parameter Value(int which) => parameters.GetAt(at + which).Value;
    }

    private static Tensor Stacked(Tensor[] states) => states.Length == 1 ? states[0].Unsqueeze(0) : Tensor.Stack(states);

    private void Check(Tensor x, bool hasRank, string expected)
    {
        Parameter weight = parameters.GetAt(0).Value;
        if (!hasRank || x.Shape[^1] != InputSize) throw new ShapeException($"{GetType().Name}: the input must be {string.Format(System.Globalization.CultureInfo.InvariantCulture, expected, InputSize)}; it is {x.Shape}.");
        if (x.DType != weight.DType) throw new DTypeException($"{GetType().Name}: the input is {x.DType} and the weights are {weight.DType}; convert one of them with To.");
        if (!ReferenceEquals(x.Device, weight.Device)) throw new DeviceException($"{GetType().Name}: the input is on {x.Device} and the weights are on {weight.Device}; move one of them with To.");
    }

    /// <summary>The state as [layers · directions, batch, size]; zeros where there is none.</summary>
    private Tensor State(Tensor? state, Tensor x, int batch, int size, bool isSingle, string role)
    {
        if (state is null) return Tensor.Zeros([Places, batch, size], x.DType, x.Device);
        Shape expected = isSingle ? [Places, size] : [Places, batch, size];
        if (state.Shape != expected) throw new ShapeException($"{GetType().Name}: the initial {role} state must be {expected} (layers · directions, {(isSingle ? "" : "batch, ")}size); it is {state.Shape}.");
        if (state.DType != x.DType) throw new DTypeException($"{GetType().Name}: the input is {x.DType} and the initial {role} state {state.DType}; convert one of them with To.");
        return isSingle ? state.Unsqueeze(1) : state;
    }
}
