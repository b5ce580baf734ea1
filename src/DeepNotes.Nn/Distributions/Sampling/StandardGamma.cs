using DeepNotes.Autograd;

namespace DeepNotes.Nn.Distributions;

/// <summary>Draws of the gamma distribution with rate 1, for concentrations of any shape; differentiable once.</summary>
internal readonly record struct StandardGamma(Rng Rng) : IOp
{
    public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
    {
        double[] alpha = x[0].To(DType.Float64).ToArray<double>();
        double smallest = FloatLimits.Smallest(x[0].DType);
        for (int i = 0; i < alpha.Length; i++) alpha[i] = Math.Max(smallest, Math.Exp(LogDraw(alpha[i], Rng)));
        Tensor y = Tensor.From<double>(alpha, x[0].Shape).To(x[0].DType).To(x[0].Device);
        tape.Keep(x[0], y);
        return y;
    }

    public void Backward(Tensor g, Saved kept, Gradients gradients) => gradients[0] = g * Op.Apply(new Gradient(), kept[0], kept[1]);

    /// <summary>
    /// The logarithm of one draw, which small concentrations bring below all numbers (Marsaglia and Tsang 2000, "A simple method
    /// for generating gamma variables").
    /// </summary>
    public static double LogDraw(double alpha, Rng rng)
    {
        double boost = 0;
        if (alpha < 1)
        {
            boost = Math.Log(1 - rng.NextDouble()) / alpha;
            alpha++;
        }
        double d = alpha - 1.0 / 3, c = 1 / Math.Sqrt(9 * d);
        while (true)
        {
            double z = Math.Sqrt(-2 * Math.Log(1 - rng.NextDouble())) * Math.Cos(2 * Math.PI * rng.NextDouble());
            double root = 1 + c * z;
            if (root <= 0) continue;
            double v = root * root * root;
            if (Math.Log(1 - rng.NextDouble()) < 0.5 * z * z + d - d * v + d * Math.Log(v)) return Math.Log(d * v) + boost;
        }
    }

    /// <summary>dx/dα of draws x.</summary>
    private readonly record struct Gradient : IOp
    {
        public Tensor Forward(ReadOnlySpan<Tensor> x, Tape tape)
        {
            Tensor wide = x[0].To(DType.Float64);
            double[] alpha = wide.ToArray<double>(), digamma = wide.Digamma().ToArray<double>(), y = x[1].To(DType.Float64).ToArray<double>();
            for (int i = 0; i < y.Length; i++) y[i] = ImplicitGradients.Gamma(alpha[i], digamma[i], y[i]);
            return Tensor.From<double>(y, x[0].Shape).To(x[0].DType).To(x[0].Device);
        }

        public void Backward(Tensor g, Saved kept, Gradients gradients) => throw new GradException("Gamma: how a draw moves with its concentration has no second derivative here.");
    }
}
