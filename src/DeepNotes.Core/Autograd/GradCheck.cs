namespace DeepNotes;

/// <summary>Holds computed gradients against finite differences. Matches torch.autograd.gradcheck and gradgradcheck.</summary>
public static class GradCheck
{
    /// <summary>
    /// Compares the gradient of ⟨cotangent, f(inputs)⟩ with central differences, for every element of every input, with a
    /// random cotangent: a sum would miss errors that cancel.
    /// </summary>
    /// <param name="function">A function of tensors, without randomness.</param>
    /// <param name="inputs">Float64, away from kinks by more than the step.</param>
    /// <param name="step">The difference in each direction; 1e-6 by default.</param>
    /// <param name="tolerance">The largest accepted |computed − difference| / (1 + |difference|); 1e-6 by default.</param>
    /// <param name="seed">Of the cotangent.</param>
    /// <returns>The largest deviation found.</returns>
    /// <exception cref="GradException">A gradient deviates by more; the message names input, element and both numbers.</exception>
    /// <exception cref="DTypeException">An input is not Float64.</exception>
    public static double First(Func<Tensor[], Tensor> function, Tensor[] inputs, double step = 1e-6, double tolerance = 1e-6, ulong seed = 0)
    {
        var leaves = Leaves(inputs);
        var y = function(leaves);
        var cotangent = Tensor.Randn(y.Shape, DType.Float64, new Rng(seed));
        var computed = Grad.Of(y, leaves, cotangent, allowUnused: true);
        return Compare(leaves, computed, x => Dot(function(x), cotangent), step, tolerance, "the gradient");
    }

    /// <summary>The same for the gradient of the gradient: with respect to the inputs and to the first cotangent.</summary>
    /// <inheritdoc cref="First"/>
    public static double Second(Func<Tensor[], Tensor> function, Tensor[] inputs, double step = 1e-6, double tolerance = 1e-6, ulong seed = 0)
    {
        var shape = function(Leaves(inputs)).Shape;
        Tensor[] all = [.. inputs, Tensor.Randn(shape, DType.Float64, new Rng(seed + 1))];
        Tensor FirstGradients(Tensor[] x)
        {
            var y = function(x[..^1]);
            var gradients = Grad.Of(y, x.AsSpan(0, x.Length - 1), x[^1], createGraph: true, allowUnused: true);
            Tensor? total = null;
            for (int i = 0; i < gradients.Length; i++)
            {
                var weights = Tensor.Randn(gradients[i].Shape, DType.Float64, new Rng(seed + 2 + (ulong)i));
                var part = (gradients[i] * weights).Sum();
                total = total is null ? part : total + part;
            }
            return total!;
        }
        var leaves = Leaves(all);
        var value = FirstGradients(leaves);
        // A function whose gradient is constant has no second graph; its second gradient is zero, and must be so numerically.
        var computed = value.RequiresGrad ? Grad.Of(value, leaves, allowUnused: true) : [.. leaves.Select(Tensor.ZerosLike)];
        return Compare(leaves, computed, x => FirstGradients(x).Item(), step, tolerance, "the gradient of the gradient");
    }

    private static Tensor[] Leaves(Tensor[] inputs)
    {
        var leaves = new Tensor[inputs.Length];
        for (int i = 0; i < leaves.Length; i++)
        {
            if (inputs[i].DType != DType.Float64) throw new DTypeException($"GradCheck: input {i} is {inputs[i].DType}; finite differences need Float64.");
            // Not a copy: the input's strides are part of what is checked.
            leaves[i] = inputs[i].Detach();
            leaves[i].RequiresGrad = true;
        }
        return leaves;
    }

    private static double Dot(Tensor y, Tensor cotangent)
    {
        using (Grad.Off()) return (y.Detach() * cotangent).Sum().Item();
    }

    private static double Compare(Tensor[] leaves, Tensor[] computed, Func<Tensor[], double> value, double step, double tolerance, string what)
    {
        double worst = 0;
        for (int i = 0; i < leaves.Length; i++)
        {
            var flat = computed[i].Detach().Contiguous().ToArray<double>();
            var original = leaves[i].Detach().Contiguous().ToArray<double>();
            for (int j = 0; j < flat.Length; j++)
            {
                double above = At(j, original[j] + step), below = At(j, original[j] - step);
                double difference = (above - below) / (2 * step), deviation = Math.Abs(flat[j] - difference) / (1 + Math.Abs(difference));
                if (!(deviation <= tolerance)) throw new GradException($"GradCheck: {what} of input {i} {leaves[i].Shape} at element {j} is {flat[j]:R}; the difference quotient is {difference:R}.");
                worst = Math.Max(worst, deviation);
            }

            double At(int j, double x)
            {
                var moved = (double[])original.Clone();
                moved[j] = x;
                var shifted = Tensor.From<double>(moved, leaves[i].Shape);
                shifted.RequiresGrad = true;
                var all = (Tensor[])leaves.Clone();
                all[i] = shifted;
                return value(all);
            }
        }
        return worst;
    }
}
