using DeepNotes.Autograd;

namespace DeepNotes;

/// <summary>Runs operations and records them where a gradient is wanted.</summary>
public static partial class Op
{
    /// <summary>Runs an operation on tensors; records it if gradients are on and an input needs one.</summary>
    /// <typeparam name="TOp">The operation.</typeparam>
    /// <param name="op">Its attributes.</param>
    /// <param name="x">Its inputs.</param>
    public static Tensor Apply<TOp>(TOp op, params ReadOnlySpan<Tensor> x) where TOp : struct, IOp
    {
        CheckDevices<TOp>(x);
        if (op is IWide && NarrowType(x) is { } narrow) return Apply(op, Widen(x)).To(narrow);
        if (!Grad.IsOn || !AnyNeedsGrad(x)) return op.Forward(x, default);
        var node = new Node<TOp>(op);
        Tensor y;
        using (Grad.Off()) y = op.Forward(x, new Tape(node));
        if (Anomaly.IsOn) Anomaly.CheckForward(node.Name, x, y);
        return Record(node, x, y, 0);
    }

    /// <summary>Runs an operation with several results.</summary>
    /// <typeparam name="TOp">The operation.</typeparam>
    /// <param name="op">Its attributes.</param>
    /// <param name="x">Its inputs.</param>
    public static Tensor[] ApplyMulti<TOp>(TOp op, params ReadOnlySpan<Tensor> x) where TOp : struct, IMultiOp
    {
        CheckDevices<TOp>(x);
        if (op is IWide && NarrowType(x) is { } narrow)
        {
            var results = ApplyMulti(op, Widen(x));
            for (int i = 0; i < results.Length; i++) if (results[i].DType.IsFloatingPoint()) results[i] = results[i].To(narrow);
            return results;
        }
        if (!Grad.IsOn || !AnyNeedsGrad(x)) return op.Forward(x, default);
        var node = new MultiNode<TOp>(op);
        Tensor[] y;
        using (Grad.Off()) y = op.Forward(x, new Tape(node));
        node.SetOutputs(y.Length);
        if (Anomaly.IsOn) foreach (var result in y) Anomaly.CheckForward(node.Name, x, result);
        for (int i = 0; i < y.Length; i++) y[i] = Record(node, x, y[i], i);
        return y;
    }

    private static Tensor Record(Node node, ReadOnlySpan<Tensor> x, Tensor y, int index)
    {
        // An integer result (an index, a mask) has no gradient; an input handed straight through needs an identity of its own.
        if (!y.DType.IsFloatingPoint()) return y;
        if (y.Node is not null || Contains(x, y)) y = y.View(y.Shape, y.IsContiguous ? null : y.Strides, y.Offset);
        if (node.Edges.Length == 0 && x.Length > 0)
        {
            var edges = new Edge[x.Length];
            for (int i = 0; i < x.Length; i++) edges[i] = new Edge(x[i].Node, x[i].OutputIndex, x[i].Shape, x[i].DType);
            node.Edges = edges;
        }
        y.Node = node;
        y.OutputIndex = index;
        return y;
    }

    private static DType? NarrowType(ReadOnlySpan<Tensor> x)
    {
        foreach (var t in x)
        {
            if (t.DType.IsNarrow()) return t.DType;
        }
        return null;
    }

    private static Tensor[] Widen(ReadOnlySpan<Tensor> x)
    {
        var wide = new Tensor[x.Length];
        for (int i = 0; i < x.Length; i++) wide[i] = x[i].DType.IsNarrow() ? x[i].To(DType.Float32) : x[i];
        return wide;
    }

    private static bool AnyNeedsGrad(ReadOnlySpan<Tensor> x)
    {
        foreach (var t in x)
        {
            if (t.Node is not null) return true;
        }
        return false;
    }

    private static bool Contains(ReadOnlySpan<Tensor> x, Tensor y)
    {
        foreach (var t in x)
        {
            if (ReferenceEquals(t, y)) return true;
        }
        return false;
    }

    /// <summary>That two tensors are on one device, before an operation made of several gets to them.</summary>
    internal static void CheckDevices(string name, Tensor a, Tensor b)
    {
        if (!ReferenceEquals(a.Device, b.Device) && !a.IsWeakScalar && !b.IsWeakScalar) throw new DeviceException($"{name}: the tensors must be on one device; they are on {a.Device} and on {b.Device}. Move them with To(device).");
    }

    private static void CheckDevices<TOp>(ReadOnlySpan<Tensor> x)
    {
        for (int i = 1; i < x.Length; i++)
        {
            if (!ReferenceEquals(x[i].Device, x[0].Device)) CheckDevices(typeof(TOp).Name.Split('`')[0], x[0], x[i]);
        }
    }
}
