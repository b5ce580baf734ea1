using DeepNotes.Autograd;

namespace DeepNotes;

public partial class Tensor
{
    /// <summary>
    /// True if a gradient with respect to this tensor can be computed. Setting it makes the tensor a leaf, whose gradient
    /// <see cref="Backward"/> collects in <see cref="Grad"/>.
    /// </summary>
    /// <exception cref="GradException">It is switched off for the result of a recorded operation; use <see cref="Detach"/>.</exception>
    /// <exception cref="DTypeException">It is switched on for a tensor that is not floating point.</exception>
    public bool RequiresGrad
    {
        get => Node is not null;
        set
        {
            if (value == RequiresGrad) return;
            if (value && !DType.IsFloatingPoint()) throw new DTypeException($"RequiresGrad: only floating-point tensors have gradients; this one is {DType}.");
            if (!value && Node is not Leaf) throw new GradException("RequiresGrad: this tensor is the result of an operation; take Detach() of it instead.");
            Node = value ? new Leaf() : null;
        }
    }

    /// <summary>True if no operation computed this tensor: parameters, data, and what was detached.</summary>
    public bool IsLeaf => Node is null or Leaf;

    /// <summary>
    /// The gradient that <see cref="Backward"/> has collected for this leaf, of its shape; null before the first, after
    /// an optimizer's ZeroGrad, and for every tensor that is not a leaf.
    /// </summary>
    /// <exception cref="GradException">
    /// It is set on a tensor that does not require a gradient, or read where it is sparse: see <see cref="SparseGrad"/>.
    /// </exception>
    /// <exception cref="ShapeException">The gradient has another shape.</exception>
    public Tensor? Grad
    {
        get
        {
            if (Node is Leaf { Rows: { } rows })
                throw new GradException($"Grad: the gradient of this table {Shape} is sparse, with {rows.Rows.Count} of {Shape[0]} rows; read SparseGrad, or its ToDense(), or make the embedding without sparse: true.");
            if (Node is not Leaf { Gradient: { } gradient } leaf) return null;
            leaf.IsGradientSeen = true;
            return gradient;
        }
        set
        {
            if (Node is not Leaf leaf) throw new GradException("Grad: only a leaf that requires a gradient has one.");
            if (value is not null && value.Shape != Shape) throw new ShapeException($"Grad: the gradient has the shape {value.Shape}, the tensor {Shape}.");
            if (value is not null) TensorScope.Forget(value.Storage);
            lock (leaf) leaf.Set(value);
        }
    }

    /// <summary>
    /// The gradient that <see cref="Backward"/> has collected for this leaf if an embedding with sparse gradients was all
    /// that used it; null otherwise, where <see cref="Grad"/> has it.
    /// </summary>
    public RowSparseGradient? SparseGrad
    {
        get
        {
            if (Node is not Leaf { Rows: { } rows } leaf) return null;
            leaf.IsGradientSeen = true;
            return rows;
        }
    }

    /// <summary>The sparse gradient without marking it as seen.</summary>
    internal RowSparseGradient? CollectedRows => (Node as Leaf)?.Rows;

    /// <summary>The gradient without marking it as seen: for optimizers, which do not hold on to it.</summary>
    internal Tensor? CollectedGradient => (Node as Leaf)?.Gradient;

    /// <summary>
    /// Computes the gradient of this tensor with respect to every leaf it depends on and adds it to the leaf's
    /// <see cref="Grad"/>. What was recorded is freed on the way. Matches torch.Tensor.backward.
    /// </summary>
    /// <param name="gradient">The gradient with respect to this tensor, of its shape; may be left out for a single element, where it is 1.</param>
    /// <param name="retainGraph">True to keep what was recorded for another pass.</param>
    /// <param name="createGraph">True to record the gradients' own computation.</param>
    /// <exception cref="GradException">Nothing was recorded, the graph was freed, or a kept tensor was changed in place.</exception>
    public void Backward(Tensor? gradient = null, bool retainGraph = false, bool createGraph = false) =>
        Engine.Run(this, [], gradient, createGraph, retainGraph || createGraph, allowUnused: true);

    /// <summary>The same numbers, cut off from the graph: no gradient flows back through the result. Matches torch.Tensor.detach.</summary>
    public Tensor Detach() => View(Shape, IsContiguous ? null : Strides, Offset);

    /// <summary>Forgets the gradient.</summary>
    internal void ClearGradient()
    {
        if (Node is not Leaf leaf) return;
        lock (leaf) leaf.Clear();
    }

    /// <summary>An in-place write is about to happen.</summary>
    private protected void BeforeWrite(string operation)
    {
        CheckWritable(operation);
        Storage.Version++;
    }

    private void CheckWritable(string operation)
    {
        if (DeepNotes.Grad.IsOn && RequiresGrad)
            throw new GradException($"{operation}: writing in place would not be recorded, and this tensor {Shape} requires a gradient; do it inside using (Grad.Off()), or use the form that returns a new tensor.");
        for (int i = 0; i < Rank && strides is not null; i++)
        {
            if (strides[i] == 0 && Shape[i] > 1)
                throw new InvalidOperationException($"{operation}: this tensor {Shape} is an expanded view, several of whose elements are one number in memory; write to Clone() of it.");
        }
        if (Storage.IsConstant) throw new InvalidOperationException($"{operation}: this tensor {Shape} belongs to a snapshot, whose numbers stay as they are; write to Clone() of it.");
        Storage.Version++;
    }
}
