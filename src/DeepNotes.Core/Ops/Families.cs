using DeepNotes.Autograd;

namespace DeepNotes.Ops;

/// <summary>Any elementwise formula of one tensor as an operation: one pass forward, one pass backward, a tensor expression when that is differentiated.</summary>
internal readonly record struct Map<TOp>(TOp Formula) : IOp, IFusedBackward where TOp : unmanaged, IUnaryOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var y = x[0].Backend.Map(Formula, x[0]);
        if (tape.IsRecording) Keeping.Keep(tape, Formula.Keep, x[0], null, y);
        return y;
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients)
    {
        var (x, y) = Keeping.Unary(Formula.Keep, kept, g);
        gradients[0] = Formula.Gradient(g, x, y);
    }

    public void BackwardFused(Tensor g, Saved kept, Gradients gradients)
    {
        var (x, y) = Keeping.Unary(Formula.Keep, kept, g);
        gradients[0] = g.Backend.MapGradient(Formula, g, x, y);
    }
}

/// <summary>Any elementwise formula of two tensors as an operation.</summary>
internal readonly record struct Zip<TOp>(TOp Formula) : IOp, IFusedBackward where TOp : unmanaged, IBinaryOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var y = x[0].Backend.Zip(Formula, x[0], x[1], Shape.Broadcast(x[0].Shape, x[1].Shape, OpName.Of(Formula)));
        if (tape.IsRecording) Keeping.Keep(tape, Formula.Keep, x[0], x[1], y);
        return y;
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients)
    {
        var (a, b, y) = Keeping.Binary(Formula.Keep, kept, g);
        if (gradients.Needs(0)) gradients[0] = Formula.GradientLeft(g, a, b, y);
        if (gradients.Needs(1)) gradients[1] = Formula.GradientRight(g, a, b, y);
    }

    public void BackwardFused(Tensor g, Saved kept, Gradients gradients)
    {
        // A formula that reads only g is an expression of a step or none at all: a sum hands its gradient through.
        if (Formula.Keep == Keep.Nothing)
        {
            Backward(g, kept, gradients);
            return;
        }
        var (a, b, y) = Keeping.Binary(Formula.Keep, kept, g);
        // What is handed over is fetched, read or not.
        bool crosses = Formula is ICrossGradient;
        if (gradients.Needs(0)) gradients[0] = g.Backend.ZipGradient(Formula, left: true, g, crosses ? g : a, b, y);
        if (gradients.Needs(1)) gradients[1] = g.Backend.ZipGradient(Formula, left: false, g, a, crosses ? g : b, y);
    }
}

/// <summary>A formula of two tensors whose gradients read each the other side only.</summary>
internal interface ICrossGradient;

/// <summary>Keeps what a formula says it reads, and hands it back in its places; what was not kept is filled in with g.</summary>
internal static class Keeping
{
    public static void Keep(Tape tape, Keep keep, Tensor a, Tensor? b, Tensor y)
    {
        switch (keep)
        {
            case Ops.Keep.Nothing: return;
            case Ops.Keep.Input: tape.Keep(a); return;
            case Ops.Keep.Output: tape.Keep(y); return;
            case Ops.Keep.Right: tape.Keep(b!); return;
            case Ops.Keep.Input | Ops.Keep.Output: tape.Keep(a, y); return;
            case Ops.Keep.Input | Ops.Keep.Right: tape.Keep(a, b!); return;
            case Ops.Keep.Right | Ops.Keep.Output: tape.Keep(b!, y); return;
            default: tape.Keep(a, b!, y); return;
        }
    }

    public static (Tensor X, Tensor Y) Unary(Keep keep, Saved kept, Tensor g) => keep switch
    {
        Ops.Keep.Nothing => (g, g),
        Ops.Keep.Input => (kept[0], g),
        Ops.Keep.Output => (g, kept[0]),
        _ => (kept[0], kept[1]),
    };

    public static (Tensor A, Tensor B, Tensor Y) Binary(Keep keep, Saved kept, Tensor g)
    {
        int i = 0;
        var a = keep.HasFlag(Ops.Keep.Input) ? kept[i++] : g;
        var b = keep.HasFlag(Ops.Keep.Right) ? kept[i++] : g;
        var y = keep.HasFlag(Ops.Keep.Output) ? kept[i] : g;
        return (a, b, y);
    }
}
