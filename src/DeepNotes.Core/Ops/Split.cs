using DeepNotes.Autograd;

namespace DeepNotes.Ops;

/// <summary>A dimension cut into parts, as views; their gradients are put together in one pass.</summary>
internal readonly record struct Split(int Dimension, int[] Lengths) : IMultiOp
{
    public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var parts = new Tensor[Lengths.Length];
        for (int i = 0, at = 0; i < parts.Length; at += Lengths[i++]) parts[i] = new Slice(Dimension, at, Lengths[i], 1).Forward(x, default);
        return parts;
    }

    public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
    {
        Tensor? any = null;
        foreach (var given in g) any ??= given;
        int[] lengths = gradients.ShapeOf(0).ToArray();
        var parts = new Tensor[g.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            lengths[Dimension] = Lengths[i];
            parts[i] = g[i] ?? Tensor.Zeros(Shape.Create(lengths), any!.DType, any.Device);
        }
        gradients[0] = Tensor.Concatenate(parts, Dimension);
    }
}
