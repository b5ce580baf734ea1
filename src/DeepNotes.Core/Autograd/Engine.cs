using DeepNotes.Backends.Cpu;

namespace DeepNotes.Autograd;

/// <summary>
/// Runs recorded nodes from the newest to the oldest. There is no recursion, so a graph may be as deep as memory allows;
/// gradients of broadcast inputs are summed here, once for every operation; and buffers that the pass itself made go back
/// to the pool at their last use.
/// </summary>
internal ref struct Engine
{
    private readonly Dictionary<Node, Tensor?[]> pending = [];
    private readonly PriorityQueue<Node, long> queue = new();
    private readonly StorageList made = [];
    private readonly ReadOnlySpan<Tensor> inputs;
    private readonly Tensor?[] results;
    private readonly HashSet<Node>? needed;
    private readonly bool createGraph, retainGraph;
    private Tensor?[] into = new Tensor?[4];

    private Engine(Tensor y, ReadOnlySpan<Tensor> inputs, bool createGraph, bool retainGraph)
    {
        this.inputs = inputs;
        this.createGraph = createGraph;
        this.retainGraph = retainGraph;
        results = new Tensor?[inputs.Length];
        needed = inputs.Length == 0 ? null : LeadingTo(inputs, y.Node!);
    }

    /// <summary>With inputs: their gradients. Without: adds to the gradient of every leaf.</summary>
    public static Tensor[] Run(Tensor y, ReadOnlySpan<Tensor> inputs, Tensor? gradient, bool createGraph, bool retainGraph, bool allowUnused)
    {
        string name = inputs.Length == 0 ? "Backward" : "Grad.Of";
        if (y.Node is null) throw new GradException($"{name}: the tensor {y.Shape} does not depend on any tensor that requires a gradient.");
        if (gradient is null && y.Count != 1) throw new GradException($"{name}: a tensor of shape {y.Shape} has more than one element; sum it to a scalar loss or pass a gradient of its shape.");
        if (gradient is not null && gradient.Shape != y.Shape) throw new ShapeException($"{name}: the gradient has the shape {gradient.Shape}, the tensor {y.Shape}.");
        var engine = new Engine(y, inputs, createGraph, retainGraph);
        using (createGraph ? Grad.On() : Grad.Off()) engine.Run(y, gradient ?? Tensor.OnesLike(y));
        if (!retainGraph && y.Device.IsCpu) Pool.OnGraphReleased();
        var gradients = new Tensor[inputs.Length];
        for (int i = 0; i < gradients.Length; i++)
        {
            if (engine.results[i] is null && !allowUnused) throw new GradException($"Grad.Of: {y.Shape} does not depend on input {i} {inputs[i].Shape}; pass allowUnused: true to get zeros.");
            gradients[i] = engine.results[i] ?? Tensor.ZerosLike(inputs[i]);
        }
        return gradients;
    }

    private void Run(Tensor y, Tensor gradient)
    {
        gradient.Storage.Holds++;
        Add(y.Node!, y.OutputIndex, gradient);
        while (queue.TryDequeue(out var node, out _))
        {
            pending.Remove(node, out var g);
            node.Hooks?.OnResults(g!);
            Collect(node, g!);
            if (node is Leaf leaf)
            {
                if (inputs.Length == 0) Accumulate(leaf, g![0]!);
            }
            else if (needed is null || needed.Contains(node))
            {
                RunNode(node, g!);
            }
            foreach (var used in g!) Drop(used);
            if (!retainGraph && node is not Leaf) node.Release();
        }
    }

    private void RunNode(Node node, Tensor?[] g)
    {
        var edges = node.Edges;
        if (into.Length < edges.Length) into = new Tensor?[edges.Length];
        var values = into.AsSpan(0, edges.Length);
        var scope = TensorScope.Into(made);
        try
        {
            node.Run(g, values, needed);
            for (int i = 0; i < values.Length; i++)
            {
                if (edges[i].Node is null || values[i] is not { } d) continue;
                if (d.Shape != edges[i].Shape) d = d.SumTo(edges[i].Shape);
                if (d.DType != edges[i].DType) d = d.To(edges[i].DType);
                values[i] = d;
            }
        }
        finally
        {
            scope.Leave();
        }
        if (Anomaly.IsOn) Anomaly.CheckBackward(node, values);
        bool isWatched = node.Hooks is { WatchesNode: true };
        Own(values, node.IsForeign || createGraph || isWatched, g);
        if (isWatched) node.Hooks!.OnNode(g, values);
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } d) continue;
            if (edges[i].Node is { } target && (needed is null || needed.Contains(target))) Add(target, edges[i].OutputIndex, d);
            else Drop(d);
        }
        values.Clear();
    }

    /// <summary>
    /// What a node of ours made and did not hand out is released; what it handed out belongs to this pass. A foreign
    /// node may have kept anything it saw, and a recorded pass is itself a graph: there nothing is owned. Either way each
    /// value is held once from here on: a value that is waiting for its turn must not look exclusive.
    /// </summary>
    private readonly void Own(ReadOnlySpan<Tensor?> values, bool keepAll, Tensor?[] seen)
    {
        foreach (var value in values) { if (value is not null) value.Storage.Holds++; }
        if (keepAll)
        {
            foreach (var g in seen) g?.Storage.IsEngineOwned = false;
            foreach (var storage in made) TensorScope.Register(storage);
            made.Clear();
            return;
        }
        foreach (var storage in made)
        {
            if (storage.Holds == 0) storage.Release();
            else storage.IsEngineOwned = true;
        }
        made.Clear();
    }

    /// <summary>Adds a gradient to what waits for a node, and takes over the caller's hold on it.</summary>
    private readonly void Add(Node node, int index, Tensor gradient)
    {
        if (!pending.TryGetValue(node, out var slots))
        {
            pending[node] = slots = new Tensor?[node.Outputs];
            queue.Enqueue(node, -node.Order);
        }
        if (slots[index] is not { } sum)
        {
            slots[index] = gradient;
            return;
        }
        // Two tensors on one storage hold it twice, so what is exclusive never overlaps what is added to it.
        if (IsExclusive(sum))
        {
            sum.AddInPlace(gradient);
            Drop(gradient);
            return;
        }
        if (IsExclusive(gradient))
        {
            gradient.AddInPlace(sum);
            slots[index] = gradient;
            Drop(sum);
            return;
        }
        Tensor total;
        var scope = TensorScope.Into(made);
        try
        {
            total = sum + gradient;
        }
        finally
        {
            scope.Leave();
        }
        Own([total], createGraph, []);
        slots[index] = total;
        Drop(gradient);
        Drop(sum);
    }

    /// <summary>The engine made it, holds it once, and it covers its storage: it may be written and handed over.</summary>
    private readonly bool IsExclusive(Tensor t) =>
        !createGraph && t.Storage is { IsEngineOwned: true, Holds: 1 } && t.IsContiguous && t.Storage.Bytes == (long)t.Count * t.DType.Size();

    private static void Drop(Tensor? t)
    {
        if (t is not null && --t.Storage.Holds == 0 && t.Storage.IsEngineOwned) t.Storage.Release();
    }

    private readonly void Collect(Node node, Tensor?[] g)
    {
        for (int i = 0; i < inputs.Length; i++)
        {
            if (!ReferenceEquals(inputs[i].Node, node) || g[inputs[i].OutputIndex] is not { } result) continue;
            if (result.Storage.IsEngineOwned)
            {
                result.Storage.IsEngineOwned = false;
                TensorScope.Register(result.Storage);
            }
            results[i] = result;
        }
    }

    /// <summary>
    /// Adds to a leaf's gradient, which belongs to no scope and shares its storage with nothing else. Two threads may have
    /// reached the same leaf.
    /// </summary>
    private readonly void Accumulate(Leaf leaf, Tensor g)
    {
        lock (leaf)
        {
            using var outside = TensorScope.Outside();
            if (leaf.Gradient is { } sum)
            {
                if (createGraph || !sum.IsContiguous) leaf.Set(sum + g);
                else sum.AddInPlace(g);
            }
            else if (createGraph)
            {
                leaf.Set(g.Clone());
            }
            else if (IsExclusive(g))
            {
                g.Storage.IsEngineOwned = false;
                leaf.Gradient = g;
            }
            else
            {
                leaf.Gradient = g.Clone();
            }
            leaf.MergeRows();
        }
    }

    /// <summary>The nodes through which a gradient flows from y to an input: everything else need not run.</summary>
    private static HashSet<Node> LeadingTo(ReadOnlySpan<Tensor> inputs, Node y)
    {
        var needed = new HashSet<Node>();
        foreach (var input in inputs) needed.Add(input.Node!);
        var reachable = new HashSet<Node> { y };
        var open = new Stack<Node>([y]);
        while (open.TryPop(out var node))
        {
            foreach (var edge in node.Edges)
            {
                if (edge.Node is { } producer && reachable.Add(producer)) open.Push(producer);
            }
        }
        var oldestFirst = reachable.ToArray();
        Array.Sort(oldestFirst, static (a, b) => a.Order.CompareTo(b.Order));
        foreach (var node in oldestFirst)
        {
            // Where it led to is not known any more: it must run, and say that it was freed.
            if (node.IsReleased) needed.Add(node);
            foreach (var edge in node.Edges)
            {
                if (edge.Node is { } producer && needed.Contains(producer)) needed.Add(node);
            }
        }
        return needed;
    }
}
