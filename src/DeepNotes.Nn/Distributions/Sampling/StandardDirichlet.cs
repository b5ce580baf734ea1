using DeepNotes.Autograd;

namespace DeepNotes.Nn.Distributions;

/// <summary>
/// Draws of the Dirichlet distribution for rows of concentrations; differentiable once. A concentration moves its own element
/// as in the beta distribution of that element, and the others shrink in proportion.
/// </summary>
internal readonly record struct StandardDirichlet(Rng Rng) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        int classes = x[0].Shape[^1];
        double[] all = x[0].To(DType.Float64).ToArray<double>();
        double smallest = FloatLimits.Smallest(x[0].DType), largest = 1 - FloatLimits.Spacing(x[0].DType) / 2;
        for (int from = 0; from < all.Length; from += classes)
        {
            // In logarithms: the draws of small concentrations may all be below what a number can hold.
            var row = all.AsSpan(from, classes);
            double top = double.NegativeInfinity, sum = 0;
            for (int i = 0; i < classes; i++) top = Math.Max(top, row[i] = StandardGamma.LogDraw(row[i], Rng));
            for (int i = 0; i < classes; i++) sum += row[i] = Math.Exp(row[i] - top);
            for (int i = 0; i < classes; i++) row[i] = classes == 1 ? 1 : Math.Clamp(row[i] / sum, smallest, largest);
        }
        Tensor y = Tensor.From<double>(all, x[0].Shape).To(x[0].DType).To(x[0].Device);
        tape.Keep(x[0], y);
        return y;
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients)
    {
        var (alpha, y) = kept;
        gradients[0] = Op.Apply(new Gradient(), alpha, y) * (g - (y * g).Sum(-1, keepDim: true));
    }

    /// <summary>dxᵢ/dαᵢ / (1 − xᵢ) of draws x.</summary>
    private readonly record struct Gradient : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            Tensor wide = x[0].To(DType.Float64), total = wide.Sum(-1, keepDim: true).Expand(wide.Shape.ToArray());
            double[] alpha = wide.ToArray<double>(), sums = total.ToArray<double>(), y = x[1].To(DType.Float64).ToArray<double>();
            double[] digammas = (wide.Digamma() - total.Digamma()).ToArray<double>();
            bool isOne = x[0].Shape[^1] == 1;
            for (int i = 0; i < y.Length; i++) y[i] = isOne ? 0 : ImplicitGradients.Beta(alpha[i], sums[i] - alpha[i], digammas[i], y[i]);
            return Tensor.From<double>(y, x[0].Shape).To(x[0].DType).To(x[0].Device);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => throw new GradException("Dirichlet: how a draw moves with its concentrations has no second derivative here.");
    }
}
