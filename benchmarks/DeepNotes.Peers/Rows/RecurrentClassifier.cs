using DeepNotes.Nn;

namespace DeepNotes.Peers.Rows;

/// <summary>A recurrent network and a classifier of its last output.</summary>
sealed partial class RecurrentClassifier(bool isLstm, int input, int hidden, int layers, int classes) : Layer
{
    public LSTM? Lstm { get; set; } = isLstm ? new(input, hidden, layers) : null;

    public GRU? Gru { get; set; } = isLstm ? null : new(input, hidden, layers);

    public Linear Head { get; set; } = new(hidden, classes);

    protected override Tensor Compute(Tensor x) => Head.Forward((Lstm?.Forward(x).Output ?? Gru!.Forward(x).Output).Select(0, x.Shape[0] - 1));
}
