using DeepNotes.Autograd;

namespace DeepNotes.Nn;

/// <summary>The first input as it is; its gradient is multiplied by the second, which has none.</summary>
internal readonly record struct GradientFactor : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        tape.Keep(x[1]);
        return x[0];
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g * kept[0];
}
