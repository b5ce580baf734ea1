namespace DeepNotes.Autograd;

/// <summary>
/// One differentiable operation as a small value: its attributes are its fields, its tensors are handed in. Run it with
/// <see cref="Op.Apply{TOp}"/>; user-defined operations are written the same way as the library's own.
/// </summary>
public interface IOp
{
    /// <summary>Checks the arguments, computes the result and tells the tape what <see cref="Backward"/> will need.</summary>
    /// <param name="x">The inputs.</param>
    /// <param name="tape">Keeps tensors for the gradient; keeps nothing when nobody records.</param>
    Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape);

    /// <summary>
    /// Sets the gradient of each input that needs one, in differentiable operations: a gradient of the gradient then
    /// comes for free. A gradient may have the shape of the broadcast result; the engine sums it down.
    /// </summary>
    /// <param name="g">The gradient with respect to the result.</param>
    /// <param name="kept">What <see cref="Forward"/> kept, in that order.</param>
    /// <param name="gradients">Receives the gradients.</param>
    void Backward(Tensor g, Saved kept, Gradients gradients);
}

/// <summary>An operation with several results, such as the maximum with its index.</summary>
public interface IMultiOp
{
    /// <summary>As <see cref="IOp.Forward"/>, for several results.</summary>
    Tensor[] Forward(ReadOnlySpan<Tensor> x, Tape tape);

    /// <summary>As <see cref="IOp.Backward"/>; the gradient of a result that nobody used is null.</summary>
    void Backward(ReadOnlySpan<Tensor?> g, Saved kept, Gradients gradients);
}

/// <summary>An operation whose gradient also exists as one pass over memory, taken when it is not differentiated itself.</summary>
public interface IFusedBackward
{
    /// <summary>As <see cref="IOp.Backward"/>, with the same result up to rounding; records nothing.</summary>
    void BackwardFused(Tensor g, Saved kept, Gradients gradients);
}

/// <summary>An operation whose kernels have no form for 16-bit numbers: its inputs are widened to Float32 and its results rounded once.</summary>
internal interface IWide;

/// <summary>Where an operation says what its gradient will need.</summary>
public readonly struct Tape
{
    private readonly Node? node;

    internal Tape(Node? node) => this.node = node;

    /// <summary>True if a gradient will be wanted.</summary>
    public bool IsRecording => node is not null;

    /// <summary>Keeps tensors until the gradient has been computed; call it once.</summary>
    public void Keep(params ReadOnlySpan<Tensor> tensors) => node?.Keep(tensors);
}

/// <summary>What <see cref="Tape.Keep"/> was given.</summary>
public readonly ref struct Saved
{
    private readonly ReadOnlySpan<Tensor> tensors;

    internal Saved(ReadOnlySpan<Tensor> tensors) => this.tensors = tensors;

    /// <summary>How many were kept.</summary>
    public int Count => tensors.Length;

    /// <summary>One of them, in the order in which they were kept.</summary>
    public Tensor this[int index] => tensors[index];

    /// <summary>The first two.</summary>
    public void Deconstruct(out Tensor a, out Tensor b) => (a, b) = (tensors[0], tensors[1]);

    /// <summary>The first three.</summary>
    public void Deconstruct(out Tensor a, out Tensor b, out Tensor c) => (a, b, c) = (tensors[0], tensors[1], tensors[2]);
}

/// <summary>Where an operation puts the gradients of its inputs.</summary>
public readonly ref struct Gradients
{
    private readonly ReadOnlySpan<Edge> edges;
    private readonly Span<Tensor?> values;
    private readonly HashSet<Node>? needed;

    internal Gradients(ReadOnlySpan<Edge> edges, Span<Tensor?> values, HashSet<Node>? needed)
    {
        this.edges = edges;
        this.values = values;
        this.needed = needed;
    }

    /// <summary>The number of inputs.</summary>
    public int Count => edges.Length;

    /// <summary>True if this input's gradient is wanted.</summary>
    public bool Needs(int input) => edges[input].Node is { } producer && (needed is null || needed.Contains(producer));

    /// <summary>The shape of an input.</summary>
    public Shape ShapeOf(int input) => edges[input].Shape;

    /// <summary>The element type of an input.</summary>
    public DType TypeOf(int input) => edges[input].DType;

    /// <summary>
    /// Adds rows to the gradient of an input that is a table, past the engine. False, and nothing is done, where the
    /// gradient has to pass through it: it is recorded itself, wanted as a result, or shown to a hook.
    /// </summary>
    /// <param name="input">The table.</param>
    /// <param name="places">The row of each of the values.</param>
    /// <param name="values">[places, …].</param>
    /// <param name="skip">A row that gets no gradient; −1 for none.</param>
    internal bool AddRows(int input, Tensor places, Tensor values, long skip)
    {
        if (needed is not null || Grad.IsOn || edges[input].Node is not Leaf { Hooks: null } leaf) return false;
        using var outside = TensorScope.Outside();
        long[] all = places.ToArray<long>();
        long[] kept = [.. Enumerable.Range(0, all.Length).Where(i => all[i] != skip).Select(i => (long)i)];
        if (kept.Length < all.Length) values = values.IndexSelect(0, Tensor.From<long>(kept).To(values.Device));
        leaf.Add(RowSparseGradient.Of([.. kept.Select(i => all[i])], values, edges[input].Shape));
        return true;
    }

    /// <summary>Sets the gradient of an input; ignored where none is wanted.</summary>
    public Tensor? this[int input]
    {
        set
        {
            if (Needs(input)) values[input] = value;
        }
    }
}
