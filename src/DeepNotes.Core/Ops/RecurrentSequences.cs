using DeepNotes.Autograd;
using DeepNotes.Ops;

namespace DeepNotes;

/// <summary>The weights of one layer of a recurrent network in one direction, laid out as PyTorch's.</summary>
/// <param name="WeightIh">[gates·hidden, input]: what the input is multiplied with. An LSTM has four gates (i, f, g, o), a GRU three (r, z, n), a plain network one.</param>
/// <param name="WeightHh">[gates·hidden, hidden]: what the hidden state is multiplied with; with a projection [gates·hidden, projection].</param>
/// <param name="BiasIh">[gates·hidden]: added to the one; none by default.</param>
/// <param name="BiasHh">[gates·hidden]: added to the other; there if and only if the first bias is.</param>
/// <param name="WeightHr">[projection, hidden]: what an LSTM's hidden state is multiplied with (Sak et al. 2014, arXiv:1402.1128); none by default.</param>
public readonly record struct RecurrentWeights(Tensor WeightIh, Tensor WeightHh, Tensor? BiasIh = null, Tensor? BiasHh = null, Tensor? WeightHr = null);

public partial class Tensor
{
    /// <summary>
    /// A plain recurrent network (Elman 1990) over whole sequences, h′ = tanh(W_ih·x + b_ih + W_hh·h + b_hh), in one fused pass. Matches one layer and direction of
    /// torch.nn.RNN.
    /// </summary>
    /// <param name="hidden">[batch, hidden]: the initial state.</param>
    /// <param name="weights">The weights of one gate.</param>
    /// <param name="relu">Rectifies instead of tanh.</param>
    /// <param name="reverse">Reads the sequences from the last step to the first.</param>
    /// <param name="batchSizes">
    /// For sequences of different lengths, the longest first: how many of them reach each step. This tensor then is [sum of them, input], step after step, as
    /// torch.nn.utils.rnn.PackedSequence has it. None by default: this tensor is [steps, batch, input].
    /// </param>
    /// <returns>The state after every step, laid out as this tensor is, and after each sequence's last step, [batch, hidden].</returns>
    /// <exception cref="ShapeException">Input, state, weights and batch sizes do not fit each other, or there is no step.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentException">Only one of the biases is given, or the weights have a projection.</exception>
    public (Tensor Output, Tensor Hidden) Rnn(Tensor hidden, RecurrentWeights weights, bool relu = false, bool reverse = false, int[]? batchSizes = null)
    {
        var y = Recur("Rnn", relu ? RecurrentKind.Relu : RecurrentKind.Tanh, 1, hidden, null, weights, reverse, batchSizes);
        return (y[0], y[1]);
    }

    /// <summary>
    /// A long short-term memory (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000) over whole sequences in one fused pass: c′ = f·c + i·g,
    /// h′ = o·tanh(c′), where i, f, o are sigmoids and g the tanh of W_ih·x + b_ih + W_hh·h + b_hh. Matches one layer and direction of torch.nn.LSTM.
    /// </summary>
    /// <param name="hidden">[batch, hidden], or [batch, projection]: the initial hidden state.</param>
    /// <param name="cell">[batch, hidden]: the initial cell state.</param>
    /// <param name="weights">The weights of four gates.</param>
    /// <param name="reverse">Reads the sequences from the last step to the first.</param>
    /// <param name="batchSizes">As in <see cref="Rnn"/>.</param>
    /// <returns>The hidden state after every step, laid out as this tensor is, and both states after each sequence's last step.</returns>
    /// <exception cref="ShapeException">Input, states, weights and batch sizes do not fit each other, or there is no step.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentException">Only one of the biases is given.</exception>
    public (Tensor Output, Tensor Hidden, Tensor Cell) Lstm(Tensor hidden, Tensor cell, RecurrentWeights weights, bool reverse = false, int[]? batchSizes = null)
    {
        var y = Recur("Lstm", RecurrentKind.Lstm, 4, hidden, cell, weights, reverse, batchSizes);
        return (y[0], y[1], y[2]);
    }

    /// <summary>
    /// A gated recurrent unit (Cho et al. 2014, arXiv:1406.1078) over whole sequences in one fused pass: h′ = (1 − z)·n + z·h with
    /// n = tanh(W_in·x + b_in + r·(W_hn·h + b_hn)), where r and z are sigmoids. Matches one layer and direction of torch.nn.GRU.
    /// </summary>
    /// <param name="hidden">[batch, hidden]: the initial state.</param>
    /// <param name="weights">The weights of three gates.</param>
    /// <param name="reverse">Reads the sequences from the last step to the first.</param>
    /// <param name="batchSizes">As in <see cref="Rnn"/>.</param>
    /// <returns>The state after every step, laid out as this tensor is, and after each sequence's last step, [batch, hidden].</returns>
    /// <exception cref="ShapeException">Input, state, weights and batch sizes do not fit each other, or there is no step.</exception>
    /// <exception cref="DTypeException">The types differ or are not floating point.</exception>
    /// <exception cref="ArgumentException">Only one of the biases is given, or the weights have a projection.</exception>
    public (Tensor Output, Tensor Hidden) Gru(Tensor hidden, RecurrentWeights weights, bool reverse = false, int[]? batchSizes = null)
    {
        var y = Recur("Gru", RecurrentKind.Gru, 3, hidden, null, weights, reverse, batchSizes);
        return (y[0], y[1]);
    }

    private Tensor[] Recur(string name, RecurrentKind kind, int gates, Tensor hidden, Tensor? cell, in RecurrentWeights w, bool reverse, int[]? batchSizes)
    {
        var steps = CheckRecurrence(name, gates, hidden, cell, w, batchSizes);
        var op = new Recurrence(kind, steps, reverse, w.BiasIh is not null, w.WeightHr is not null);
        Tensor?[] all = [batchSizes is null ? Reshape([steps.Rows, Shape[2]]) : this, hidden, cell, w.WeightIh, w.WeightHh, w.BiasIh, w.BiasHh, w.WeightHr];
        Tensor[] x = Array.FindAll(all, t => t is not null)!;
        var y = Backend.HasRecurrence ? Op.ApplyMulti(op, x) : op.Compose(x);
        if (batchSizes is null) y[0] = y[0].Reshape([steps.Count, steps.Batch, w.WeightHh.Shape[1]]);
        return y;
    }

    private SequenceSteps CheckRecurrence(string name, int gates, Tensor hidden, Tensor? cell, in RecurrentWeights w, int[]? sizes)
    {
        Floating(DType, name);
        if (sizes is null ? Rank != 3 : Rank != 2) throw new ShapeException($"{name}: the input must be {(sizes is null ? "[steps, batch, input]" : "[rows, input] with batch sizes")}; it is {Shape}.");
        if (w.BiasIh is null != w.BiasHh is null) throw new ArgumentException($"{name}: there must be both biases or none.");
        if (w.WeightHr is not null && gates != 4) throw new ArgumentException($"{name}: only an LSTM has a projection.");
        if (w.WeightHh.Rank != 2) throw new ShapeException($"{name}: the weight of the state must be [gates·hidden, hidden]; it is {w.WeightHh.Shape}.");
        int input = Shape[^1], width = w.WeightHh.Shape[1], size = w.WeightHr is { Rank: 2 } r ? r.Shape[1] : width;
        SequenceSteps steps;
        if (sizes is null) steps = new SequenceSteps(Shape[0], Shape[1]);
        else
        {
            for (int t = 0; t < sizes.Length; t++)
                if (sizes[t] < 1 || (t > 0 && sizes[t] > sizes[t - 1])) throw new ShapeException($"{name}: the batch sizes [{string.Join(", ", sizes)}] must be positive and must not grow: the longest sequence comes first.");
            if (sizes.Length == 0 || sizes.Sum() != Shape[0]) throw new ShapeException($"{name}: the batch sizes [{string.Join(", ", sizes)}] add up to {sizes.Sum()}; the input {Shape} has {Shape[0]} rows.");
            steps = new SequenceSteps(sizes);
        }
        if (steps.Count == 0) throw new ShapeException($"{name}: the input {Shape} has no step.");
        Check(w.WeightIh, "weight of the input", [gates * size, input]);
        Check(w.WeightHh, "weight of the state", [gates * size, width]);
        if (w.BiasIh is not null) Check(w.BiasIh, "bias of the input", [gates * size]);
        if (w.BiasHh is not null) Check(w.BiasHh, "bias of the state", [gates * size]);
        if (w.WeightHr is not null) Check(w.WeightHr, "projection", [width, size]);
        Check(hidden, "hidden state", [steps.Batch, width]);
        if (cell is not null) Check(cell, "cell state", [steps.Batch, size]);
        return steps;

        void Check(Tensor t, string role, Shape expected)
        {
            if (t.Shape != expected) throw new ShapeException($"{name}: for the input {Shape} the {role} must be {expected}; it is {t.Shape}.");
            if (t.DType != DType) throw new DTypeException($"{name}: the input is {DType} and the {role} {t.DType}; they must have one type.");
        }
    }
}
