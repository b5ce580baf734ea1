using DeepNotes.Autograd;

namespace DeepNotes.Ops;

/// <summary>
/// Rows of a table whose gradient is collected row by row where the table is a leaf, and added up like that of
/// <see cref="IndexSelect"/> where it cannot be: for the gradient of a gradient, for hooks, and for Grad.Of.
/// </summary>
/// <param name="Padding">A row that gets no gradient; −1 for none.</param>
internal readonly record struct EmbeddingRows(long Padding) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape) => new IndexSelect(0).Forward(x, tape);

    public void Backward(Tensor g, Saved kept, Gradients gradients)
    {
        if (gradients.AddRows(0, kept[0], g, Padding)) return;
        if (Padding >= 0) g = Tensor.Where(kept[0].Eq(Padding).Unsqueeze(-1), 0.0, g);
        gradients[0] = Op.Apply(new IndexAdd(0, gradients.ShapeOf(0)), g, kept[0]);
    }
}
