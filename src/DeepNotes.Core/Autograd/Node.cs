namespace DeepNotes.Autograd;

/// <summary>Where an input came from: the node that computed it, which of its results it was, and what its gradient must look like.</summary>
internal readonly record struct Edge(Node? Node, int OutputIndex, Shape Shape, DType DType);

/// <summary>One recorded operation. It holds its producers and what the gradient needs, never its inputs as such.</summary>
internal abstract class Node
{
    private static long counter;

    private Tensor[]? kept;
    private int[]? versions;

    /// <summary>How many there have been: it changes when something is recorded.</summary>
    public static long Created => Volatile.Read(ref counter);

    /// <summary>Counts up with creation: a later node never feeds an earlier one.</summary>
    public long Order { get; } = Interlocked.Increment(ref counter);

    public Edge[] Edges { get; set; } = [];

    /// <summary>Where the operation was called, if <see cref="Anomaly"/> was looking.</summary>
    public string? Trace { get; } = Anomaly.IsOn ? Environment.StackTrace : null;

    /// <summary>What the user wants to see of the gradients; null for nearly every node.</summary>
    public Hooks? Hooks { get; set; }

    /// <summary>An earlier pass has freed it.</summary>
    public bool IsReleased { get; private set; }

    /// <summary>The name in error messages.</summary>
    public abstract string Name { get; }

    /// <summary>The number of results.</summary>
    public virtual int Outputs => 1;

    /// <summary>Written outside this library: it may hold on to what it is given, so nothing it saw is released early.</summary>
    public virtual bool IsForeign => false;

    public void Keep(ReadOnlySpan<Tensor> tensors)
    {
        kept = tensors.ToArray();
        versions = new int[kept.Length];
        for (int i = 0; i < kept.Length; i++) versions[i] = kept[i].Storage.Version;
    }

    /// <summary>What was kept, after a check that it is still what it was.</summary>
    public Saved Kept()
    {
        if (IsReleased) throw new GradException($"{Name}: the graph was freed by an earlier Backward; pass retainGraph: true there to keep it.");
        for (int i = 0; i < (kept?.Length ?? 0); i++)
        {
            if (kept![i].Storage.Version != versions![i])
                throw new GradException($"{Name}: a tensor {kept[i].Shape} that its gradient needs was changed in place after it was used; clone it before the change.");
        }
        return new Saved(kept);
    }

    public void Release()
    {
        kept = null;
        versions = null;
        Edges = [];
        IsReleased = true;
    }

    /// <summary>Computes the gradients of the inputs from those of the results.</summary>
    /// <param name="g">One a result; null for one that nobody used.</param>
    /// <param name="into">One an input.</param>
    /// <param name="needed">The producers whose gradient is wanted; null for all.</param>
    public abstract void Run(ReadOnlySpan<Tensor?> g, Span<Tensor?> into, HashSet<Node>? needed);
}

/// <summary>A tensor whose gradient is wanted for its own sake.</summary>
internal sealed class Leaf : Node
{
    /// <summary>The accumulated gradient.</summary>
    public Tensor? Gradient { get; set; }

    /// <summary>The user has had the gradient in hand: its buffer is not reused before the garbage collector says so.</summary>
    public bool IsGradientSeen { get; set; }

    /// <summary>The accumulated gradient where all of it so far came row by row; then there is no other.</summary>
    public RowSparseGradient? Rows { get; private set; }

    /// <summary>Sets a gradient that others may see as well.</summary>
    public void Set(Tensor? gradient)
    {
        Gradient = gradient;
        Rows = null;
        IsGradientSeen = true;
    }

    /// <summary>Adds rows to the gradient; what others accumulated as a whole stays a whole.</summary>
    public void Add(RowSparseGradient rows)
    {
        lock (this)
        {
            if (Gradient is { } sum) Gradient = sum + rows.ToDense();
            else Rows = Rows is null ? rows : Rows.Plus(rows);
        }
    }

    /// <summary>Makes one tensor of the rows and the gradient that came as a whole.</summary>
    public void MergeRows()
    {
        if (Rows is not { } rows || Gradient is not { } sum) return;
        Set(sum + rows.ToDense());
    }

    /// <summary>Forgets the gradient; a buffer that nobody has seen goes straight back to the pool.</summary>
    public void Clear()
    {
        if (!IsGradientSeen)
        {
            if (Gradient is { Node: null } gradient) gradient.Storage.Release();
            Rows?.Values.Storage.Release();
        }
        Gradient = null;
        Rows = null;
        IsGradientSeen = false;
    }

    public override string Name => "leaf";

    public override void Run(ReadOnlySpan<Tensor?> g, Span<Tensor?> into, HashSet<Node>? needed) { }
}

internal sealed class Node<TOp>(TOp op) : Node where TOp : struct, IOp
{
    private static readonly bool HasFusedBackward = typeof(IFusedBackward).IsAssignableFrom(typeof(TOp));
    private static readonly bool IsOurs = typeof(TOp).Assembly == typeof(Node).Assembly;

    private readonly TOp op = op;

    public override string Name => OpName.Of(op);

    public override bool IsForeign => !IsOurs;

    public override void Run(ReadOnlySpan<Tensor?> g, Span<Tensor?> into, HashSet<Node>? needed)
    {
        if (HasFusedBackward && !Grad.IsOn) ((IFusedBackward)op).BackwardFused(g[0]!, Kept(), new Gradients(Edges, into, needed));
        else op.Backward(g[0]!, Kept(), new Gradients(Edges, into, needed));
    }
}

internal sealed class MultiNode<TOp>(TOp op) : Node where TOp : struct, IMultiOp
{
    private static readonly bool IsOurs = typeof(TOp).Assembly == typeof(Node).Assembly;

    private int outputs;

    public override string Name => OpName.Of(op);

    public override int Outputs => outputs;

    public override bool IsForeign => !IsOurs;

    public void SetOutputs(int count) => outputs = count;

    public override void Run(ReadOnlySpan<Tensor?> g, Span<Tensor?> into, HashSet<Node>? needed) => op.Backward(g, Kept(), new Gradients(Edges, into, needed));
}

internal static class OpName
{
    /// <summary>The operation's name without its type arguments: Unary&lt;Sigmoid&gt; is Sigmoid.</summary>
    public static string Of<TOp>(TOp op)
    {
        var type = op!.GetType();
        if (type.IsGenericType && type.GetGenericArguments() is [var formula, ..]) type = formula;
        int tick = type.Name.IndexOf('`', StringComparison.Ordinal);
        return tick < 0 ? type.Name : type.Name[..tick];
    }
}
