namespace DeepNotes.Nn.Distributions;

public static partial class Divergences
{
    private static readonly double LogTwoPi = Math.Log(2 * Math.PI);

    /// <summary>Two distributions of different families: −H(p) − E log q.</summary>
    private static void RegisterMixed()
    {
        Register<Bernoulli, Poisson>((p, q) => -p.Entropy() - (p.Probs * q.Rate.Log() - q.Rate));

        Register<Beta, Exponential>((p, q) => -p.Entropy() - q.Rate.Log() + q.Rate * p.Mean);
        Register<Beta, Gamma>((p, q) => -p.Entropy() + q.Concentration.Lgamma() - q.Concentration * q.Rate.Log() - (q.Concentration - 1) * MeanOfLog(p) + q.Rate * p.Mean);
        Register<Beta, Normal>(AgainstNormal);
        Register<Beta, Uniform>((p, q) => OrInfinity((q.Low > 0) | (q.High < 1), -p.Entropy() + (q.High - q.Low).Log()));

        Register<Exponential, Gamma>((p, q) =>
        {
            Tensor ratio = q.Rate / p.Rate;
            return -q.Concentration * ratio.Log() + ratio + q.Concentration.Lgamma() + q.Concentration * Gumbel.Euler - (1 + Gumbel.Euler);
        });
        Register<Exponential, Gumbel>((p, q) =>
        {
            Tensor product = p.Rate * q.Scale, shift = q.Loc / q.Scale;
            return product.Log() - 1 - shift + shift.Exp() * product / (product + 1) + product.Reciprocal();
        });
        Register<Exponential, Normal>(AgainstNormal);

        Register<Gamma, Exponential>((p, q) => -p.Entropy() - q.Rate.Log() + q.Rate * p.Mean);
        Register<Gamma, Gumbel>((p, q) =>
        {
            Tensor product = p.Rate * q.Scale, shift = q.Loc / q.Scale;
            return (p.Concentration - 1) * p.Concentration.Digamma() - p.Concentration.Lgamma() - p.Concentration
                + product.Log() + p.Concentration / product + shift.Exp() * (1 + product.Reciprocal()).Pow(-p.Concentration) - shift;
        });
        Register<Gamma, Normal>(AgainstNormal);

        Register<Gumbel, Normal>(AgainstNormal);
        Register<Laplace, Normal>(AgainstNormal);

        Register<Normal, Gumbel>((p, q) =>
        {
            Tensor ratio = (p.Scale / q.Scale).Square(), shift = (p.Loc - q.Loc) / q.Scale;
            return -0.5 * ratio.Log() + shift + (0.5 * ratio - shift).Exp() - 0.5 * (1 + LogTwoPi);
        });
        Register<Normal, Laplace>((p, q) =>
        {
            Tensor shift = p.Loc - q.Loc, z = shift / p.Scale;
            Tensor distance = Math.Sqrt(2 / Math.PI) * p.Scale * (-0.5 * z.Square()).Exp() + shift * (Math.Sqrt(0.5) * z).Erf();
            return -(p.Scale / q.Scale).Log() + distance / q.Scale - 0.5 * (1 + Math.Log(0.5 * Math.PI));
        });

        Register<Uniform, Beta>((p, q) =>
        {
            Tensor width = p.High - p.Low;
            Tensor log = (XLogX(p.High) - XLogX(p.Low) - width) / width, rest = (XLogX(1 - p.Low) - XLogX(1 - p.High) - width) / width;
            return OrInfinity((p.High > 1) | (p.Low < 0), Beta.LogNormalizer(q.Concentration1, q.Concentration0) - width.Log() - (q.Concentration1 - 1) * log - (q.Concentration0 - 1) * rest);
        });
        Register<Uniform, Exponential>((p, q) => OrInfinity(p.Low < 0, q.Rate * p.Mean - ((p.High - p.Low) * q.Rate).Log()));
        Register<Uniform, Gamma>((p, q) =>
        {
            Tensor width = p.High - p.Low, log = (XLogX(p.High) - XLogX(p.Low) - width) / width;
            return OrInfinity(p.Low < 0, -width.Log() + q.Concentration.Lgamma() - q.Concentration * q.Rate.Log() + (1 - q.Concentration) * log + q.Rate * p.Mean);
        });
        Register<Uniform, Gumbel>((p, q) =>
        {
            Tensor ratio = q.Scale / (p.High - p.Low), high = (p.High - q.Loc) / q.Scale, low = (p.Low - q.Loc) / q.Scale;
            return ratio.Log() + 0.5 * (high + low) - ratio * ((-high).Exp() - (-low).Exp());
        });
        Register<Uniform, Normal>(AgainstNormal);
    }

    /// <summary>The mean of a square needs no more than mean and variance.</summary>
    private static Tensor AgainstNormal(Distribution p, Normal q) =>
        -p.Entropy() + 0.5 * LogTwoPi + q.Scale.Log() + 0.5 * (p.Variance + (p.Mean - q.Loc).Square()) / q.Scale.Square();

    /// <summary>What p can produce and q cannot, for all parameters.</summary>
    private static void RegisterInfinite()
    {
        (Type P, Type[] Qs)[] pairs =
        [
            (typeof(Exponential), [typeof(Beta), typeof(Uniform)]),
            (typeof(Gamma), [typeof(Beta), typeof(Uniform)]),
            (typeof(Gumbel), [typeof(Beta), typeof(Exponential), typeof(Gamma), typeof(Uniform)]),
            (typeof(Laplace), [typeof(Beta), typeof(Exponential), typeof(Gamma), typeof(Uniform)]),
            (typeof(Normal), [typeof(Beta), typeof(Exponential), typeof(Gamma), typeof(Uniform)]),
            (typeof(Poisson), [typeof(Bernoulli)]),
        ];
        foreach (var (p, qs) in pairs)
            foreach (Type q in qs) Formulas[(p, q)] = (a, b) => Tensor.Full(Shape.Broadcast(a.BatchShape, b.BatchShape, "Kl"), double.PositiveInfinity, a.DType, a.Device);
    }
}
