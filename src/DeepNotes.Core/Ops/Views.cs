using DeepNotes.Autograd;

namespace DeepNotes.Ops;

/// <summary>The same elements in another shape; needs no copy where the strides allow it.</summary>
internal readonly record struct Reshape(Shape To) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        if (x[0].IsContiguous) return x[0].View(To, null, x[0].Offset);
        return ViewStrides(x[0], To) is { } strides
            ? x[0].View(To, strides, x[0].Offset)
            : x[0].Backend.Contiguous(x[0]).View(To, null, 0);
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g.Reshape(gradients.ShapeOf(0));

    /// <summary>Strides that show a strided tensor in a new shape, or null if there are none.</summary>
    private static int[]? ViewStrides(Tensor x, Shape to)
    {
        if (x.Count == 0) return null;
        var from = x.Shape;
        var old = x.Strides;
        var strides = new int[to.Rank];
        int t = to.Rank - 1;
        int block = 1, step = from.Rank > 0 ? old[^1] : 1;
        for (int f = from.Rank - 1; f >= 0; f--)
        {
            block *= from[f];
            // A block of old dimensions that run into each other ends where the next one out does not continue it.
            bool isEnd = f == 0 || (from[f - 1] != 1 && old[f - 1] != block * step);
            if (!isEnd) continue;
            int covered = 1;
            while (t >= 0 && (covered < block || to[t] == 1))
            {
                strides[t] = covered * step;
                covered *= to[t--];
            }
            if (covered != block) return null;
            block = 1;
            if (f > 0) step = old[f - 1];
        }
        while (t >= 0)
        {
            if (to[t] != 1) return null;
            strides[t--] = 1;
        }
        return strides;
    }
}

/// <summary>The dimensions in another order.</summary>
internal readonly record struct Permute(int[] Order) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var strides = x[0].Strides;
        var lengths = new int[Order.Length];
        var steps = new int[Order.Length];
        for (int i = 0; i < Order.Length; i++) (lengths[i], steps[i]) = (x[0].Shape[Order[i]], strides[Order[i]]);
        return x[0].View(Shape.Of(lengths), steps, x[0].Offset);
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients)
    {
        var inverse = new int[Order.Length];
        for (int i = 0; i < Order.Length; i++) inverse[Order[i]] = i;
        gradients[0] = Op.Apply(new Permute(inverse), g);
    }
}

/// <summary>Every <c>Step</c>-th element of a dimension, from <c>Start</c>.</summary>
internal readonly record struct Slice(int Dimension, int Start, int Length, int Step) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var lengths = x[0].Shape.ToArray();
        var strides = (int[])x[0].Strides.Clone();
        int offset = x[0].Offset + Start * strides[Dimension];
        lengths[Dimension] = Length;
        strides[Dimension] *= Step;
        return x[0].View(Shape.Of(lengths), strides, offset);
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients) =>
        gradients[0] = Op.Apply(new Unslice(Dimension, Start, Step, gradients.ShapeOf(0)), g);
}

/// <summary>The gradient of a slice: zeros with the slice filled in.</summary>
internal readonly record struct Unslice(int Dimension, int Start, int Step, Shape To) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var result = Tensor.Zeros(To, x[0].DType, x[0].Device);
        new Slice(Dimension, Start, x[0].Shape[Dimension], Step).Forward([result], default).CopyFrom(x[0]);
        return result;
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients) =>
        gradients[0] = Op.Apply(new Slice(Dimension, Start, gradients.ShapeOf(0)[Dimension], Step), g);
}

/// <summary>Dimensions of length 1 repeated, without a copy; the gradient is summed down by the engine.</summary>
internal readonly record struct Expand(Shape To) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var from = x[0].Shape;
        var old = x[0].Strides;
        var strides = new int[To.Rank];
        for (int i = 1; i <= from.Rank; i++) strides[^i] = from[^i] == 1 && To[^i] != 1 ? 0 : old[^i];
        return x[0].View(To, strides, x[0].Offset);
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g;
}

/// <summary>The main diagonal of the last two dimensions as a view.</summary>
internal readonly record struct DiagonalOp : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var shape = x[0].Shape;
        var old = x[0].Strides;
        int[] lengths = [.. shape.AsSpan()[..^2], Math.Min(shape[^2], shape[^1])];
        int[] strides = [.. old.AsSpan()[..^2], old[^2] + old[^1]];
        return x[0].View(Shape.Of(lengths), strides, x[0].Offset);
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = Op.Apply(new FromDiagonal(gradients.ShapeOf(0)), g);
}

/// <summary>The gradient of the diagonal: zeros with the diagonal filled in.</summary>
internal readonly record struct FromDiagonal(Shape To) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        var result = Tensor.Zeros(To, x[0].DType, x[0].Device);
        default(DiagonalOp).Forward([result], default).CopyFrom(x[0]);
        return result;
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = Op.Apply(new DiagonalOp(), g);
}
