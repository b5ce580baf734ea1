using DeepNotes.Autograd;

namespace DeepNotes.Ops;

/// <summary>A dimension cut into parts, as views; their gradients are put together in one pass.</summary>
internal readonly record struct Split(int Dimension, int Length) : IMultiOp
{
    public Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        int total = x[0].Shape[Dimension];
        var parts = new Tensor[Math.Max(1, (total + Length - 1) / Length)];
        for (int i = 0; i < parts.Length; i++) parts[i] = new Slice(Dimension, i * Length, Math.Min(Length, total - i * Length), 1).Forward(x, default);
        return parts;
    }

    public void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients)
    {
        var parts = new Tensor[g.Length];
        int[] lengths = gradients.ShapeOf(0).ToArray();
        int total = lengths[Dimension];
        for (int i = 0; i < parts.Length; i++)
        {
            lengths[Dimension] = Math.Min(Length, total - i * Length);
            parts[i] = g[i] ?? Zeros(g, lengths, gradients.TypeOf(0));
        }
        gradients[0] = Tensor.Concatenate(parts, Dimension);
    }

    private static Tensor Zeros(ReadOnlySpan<Tensor?> g, int[] lengths, DType type)
    {
        foreach (var given in g)
        {
            if (given is not null) return Tensor.Zeros(Shape.Create(lengths), type, given.Device);
        }
        return Tensor.Zeros(Shape.Create(lengths), type);
    }
}
