using DeepNotes.Nn;

namespace DeepNotes.Samples.LongMemory;

/// <summary>A recurrent layer that reads the sequence, and a linear one that answers from what is left of it after the last step.</summary>
/// <param name="kind">"rnn", "lstm" or "gru".</param>
/// <param name="hiddenSize">The numbers of its state.</param>
internal sealed partial class Network(string kind, int hiddenSize) : Module
{
    public RecurrentNetwork Memory { get; } = kind switch
    {
        "rnn" => new RNN(2, hiddenSize),
        "lstm" => new LSTM(2, hiddenSize, forgetBias: 1),
        "gru" => new GRU(2, hiddenSize),
        _ => throw new ArgumentException($"There is no network called {kind}.", nameof(kind)),
    };

    public Linear Head { get; } = new(hiddenSize, 1);

    /// <summary>Answers a batch of sequences.</summary>
    /// <param name="x">[steps, batch, 2].</param>
    /// <returns>[batch, 1].</returns>
    public Tensor Forward(Tensor x) => Head.Forward(Read(x, null)[0][0]);

    /// <summary>Reads a part of the sequences, from where the part before it left off.</summary>
    /// <param name="x">[steps, batch, 2].</param>
    /// <param name="state">What an earlier call returned; null at the beginning.</param>
    /// <returns>The state's one or two tensors, [1, batch, hidden] each.</returns>
    public Tensor[] Read(Tensor x, Tensor[]? state)
    {
        switch (Memory)
        {
            case LSTM lstm:
                var (hidden, cell) = lstm.Forward(x, state is null ? null : new LstmState(state[0], state[1])).State;
                return [hidden, cell];
            case GRU gru: return [gru.Forward(x, state?[0]).Hidden];
            default: return [((RNN)Memory).Forward(x, state?[0]).Hidden];
        }
    }
}
