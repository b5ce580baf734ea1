using DeepNotes.Autograd;

namespace DeepNotes.Core.Tests.Ownership;

/// <summary>A user's 2·x that keeps everything it ever had in hand, as a hook or a logger would.</summary>
internal readonly record struct KeepingOp(List<Tensor> Seen) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var y = x[0] * 2;
        Seen.Add(y);
        return y;
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients)
    {
        var d = g * 2;
        Seen.Add(g);
        Seen.Add(d);
        Seen.Add(d + 1);
        gradients[0] = d;
    }
}

/// <summary>A user's identity that hands its gradient through unchanged.</summary>
internal readonly record struct HandingOp(List<Tensor> Seen) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape) => x[0];

    public void Backward(Tensor g, Saved kept, Gradients gradients)
    {
        Seen.Add(g);
        gradients[0] = g;
    }
}

/// <summary>A user's identity that runs a graph of its own inside its backward pass, and trains a parameter there.</summary>
internal readonly record struct NestedOp(Parameter Inner) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        tape.Keep(x[0]);
        return x[0].Detach();
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients)
    {
        using var on = Grad.On();
        var x = kept[0].Detach();
        x.RequiresGrad = true;
        (x * g * Inner).Sum().Backward();
        gradients[0] = Grad.Of((x * g).Sum(), [x])[0];
    }
}

/// <summary>A user's operation whose gradient fails.</summary>
internal readonly record struct FailingOp : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape) => x[0] * 1;

    public void Backward(Tensor g, Saved kept, Gradients gradients) => throw new InvalidOperationException("on purpose");
}
