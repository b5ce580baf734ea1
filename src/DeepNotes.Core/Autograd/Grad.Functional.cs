namespace DeepNotes;

public static partial class Grad
{
    /// <summary>All partial derivatives of a function's elements. Matches torch.autograd.functional.jacobian.</summary>
    /// <param name="function">A function of one tensor.</param>
    /// <param name="x">Where; floating point.</param>
    /// <param name="createGraph">True to record the derivatives' own computation.</param>
    /// <returns>The shape of f(x) followed by that of x.</returns>
    public static Tensor Jacobian(Func<Tensor, Tensor> function, Tensor x, bool createGraph = false)
    {
        using var on = On();
        var point = Point(x, createGraph);
        var y = function(point);
        Shape shape = [.. y.Shape.AsSpan(), .. x.Shape.AsSpan()];
        if (!y.RequiresGrad || y.Count == 0) return Tensor.Zeros(shape, x.DType, x.Device);
        var flat = y.Reshape(y.Count);
        var rows = new Tensor[y.Count];
        for (int i = 0; i < rows.Length; i++) rows[i] = Of(flat[i], [point], createGraph: createGraph, retainGraph: true, allowUnused: true)[0];
        return Tensor.Stack(rows).Reshape(shape);
    }

    /// <summary>All second partial derivatives of a scalar function. Matches torch.autograd.functional.hessian.</summary>
    /// <param name="function">A function of one tensor with one element as its result.</param>
    /// <param name="x">Where; floating point.</param>
    /// <returns>The shape of x twice.</returns>
    /// <exception cref="ShapeException">The result has more than one element.</exception>
    public static Tensor Hessian(Func<Tensor, Tensor> function, Tensor x)
    {
        return Jacobian(FirstDerivative, x);

        Tensor FirstDerivative(Tensor point)
        {
            var y = function(point);
            if (y.Count != 1) throw new ShapeException($"Hessian: the function must give one element; it gave {y.Shape}.");
            return y.RequiresGrad ? Of(y, [point], Tensor.OnesLike(y), createGraph: true, allowUnused: true)[0] : Tensor.ZerosLike(point);
        }
    }

    /// <summary>A function's value and the product of a vector with its Jacobian, vᵀ·J. Matches torch.autograd.functional.vjp.</summary>
    /// <param name="function">A function of one tensor.</param>
    /// <param name="x">Where; floating point.</param>
    /// <param name="v">The vector, of the shape of f(x).</param>
    public static (Tensor Value, Tensor Product) Vjp(Func<Tensor, Tensor> function, Tensor x, Tensor v)
    {
        using var on = On();
        var point = Point(x, createGraph: false);
        var y = function(point);
        if (v.Shape != y.Shape) throw new ShapeException($"Vjp: the vector has the shape {v.Shape}, the function's value {y.Shape}.");
        var product = y.RequiresGrad ? Of(y, [point], v, allowUnused: true)[0] : Tensor.ZerosLike(x);
        return (y.Detach(), product);
    }

    /// <summary>
    /// A function's value and the product of its Jacobian with a vector, J·v. Matches torch.autograd.functional.jvp: the
    /// product is the derivative of uᵀ·J, which is linear in u, with respect to u.
    /// </summary>
    /// <param name="function">A function of one tensor.</param>
    /// <param name="x">Where; floating point.</param>
    /// <param name="v">The vector, of the shape of x.</param>
    public static (Tensor Value, Tensor Product) Jvp(Func<Tensor, Tensor> function, Tensor x, Tensor v)
    {
        if (v.Shape != x.Shape) throw new ShapeException($"Jvp: the vector has the shape {v.Shape}, the point {x.Shape}.");
        using var on = On();
        var point = Point(x, createGraph: false);
        var y = function(point);
        if (!y.RequiresGrad) return (y, Tensor.ZerosLike(y));
        var u = Tensor.ZerosLike(y).Detach();
        u.RequiresGrad = true;
        var pulled = Of(y, [point], u, createGraph: true, allowUnused: true)[0];
        var product = pulled.RequiresGrad ? Of(pulled, [u], v, allowUnused: true)[0] : Tensor.ZerosLike(y);
        return (y.Detach(), product);
    }

    private static Tensor Point(Tensor x, bool createGraph)
    {
        if (createGraph && x.RequiresGrad) return x;
        var point = x.Detach();
        point.RequiresGrad = true;
        return point;
    }
}
