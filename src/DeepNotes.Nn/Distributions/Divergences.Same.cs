namespace DeepNotes.Nn.Distributions;

public static partial class Divergences
{
    /// <summary>Two distributions of one family.</summary>
    private static void RegisterSame()
    {
        Register<Bernoulli, Bernoulli>((p, q) =>
        {
            Tensor a = p.LogOdds, b = q.LogOdds;
            Tensor one = OrInfinity(q.Probs.Eq(0), p.Probs * (a.LogSigmoid() - b.LogSigmoid()));
            Tensor zero = OrInfinity(q.Probs.Eq(1), (1 - p.Probs) * ((-a).LogSigmoid() - (-b).LogSigmoid()));
            return Tensor.Where(p.Probs.Detach().Eq(0), 0.0, one) + Tensor.Where(p.Probs.Detach().Eq(1), 0.0, zero);
        });
        Register<Beta, Beta>((p, q) =>
        {
            Tensor sumP = p.Concentration1 + p.Concentration0, sumQ = q.Concentration1 + q.Concentration0;
            return Beta.LogNormalizer(q.Concentration1, q.Concentration0) - Beta.LogNormalizer(p.Concentration1, p.Concentration0)
                + (p.Concentration1 - q.Concentration1) * p.Concentration1.Digamma()
                + (p.Concentration0 - q.Concentration0) * p.Concentration0.Digamma() + (sumQ - sumP) * sumP.Digamma();
        });
        Register<Categorical, Categorical>((p, q) =>
        {
            Tensor terms = OrInfinity(q.Probs.Eq(0), p.Probs * (p.LogProbs - q.LogProbs));
            return Tensor.Where(p.Probs.Detach().Eq(0), 0.0, terms).Sum(-1);
        });
        Register<Dirichlet, Dirichlet>((p, q) =>
        {
            Tensor a = p.Concentration, b = q.Concentration, sumA = a.Sum(-1), sumB = b.Sum(-1);
            return sumA.Lgamma() - sumB.Lgamma() - (a.Lgamma() - b.Lgamma()).Sum(-1) + ((a - b) * (a.Digamma() - sumA.Digamma().Unsqueeze(-1))).Sum(-1);
        });
        Register<Exponential, Exponential>((p, q) =>
        {
            Tensor ratio = q.Rate / p.Rate;
            return ratio - ratio.Log() - 1;
        });
        Register<Gamma, Gamma>((p, q) =>
            q.Concentration * (p.Rate / q.Rate).Log() + q.Concentration.Lgamma() - p.Concentration.Lgamma()
            + (p.Concentration - q.Concentration) * p.Concentration.Digamma() + (q.Rate - p.Rate) * (p.Concentration / p.Rate));
        Register<Gumbel, Gumbel>((p, q) =>
        {
            Tensor ratio = p.Scale / q.Scale, shift = (p.Loc - q.Loc) / q.Scale;
            return -ratio.Log() + shift + ratio * Gumbel.Euler + ((1 + ratio).Lgamma() - shift).Exp() - (1 + Gumbel.Euler);
        });
        Register<Independent, Independent>((p, q) => p.Dimensions == q.Dimensions
            ? Distribution.SumLast(Of(p.Inner, q.Inner), p.Dimensions)
            : throw new NotSupportedException($"Kl: of two Independent, both must take as many dimensions; these take {p.Dimensions} and {q.Dimensions}."));
        Register<Laplace, Laplace>((p, q) =>
        {
            Tensor ratio = p.Scale / q.Scale, distance = (p.Loc - q.Loc).Abs();
            return -ratio.Log() + distance / q.Scale + ratio * (-distance / p.Scale).Exp() - 1;
        });
        Register<MultivariateNormal, MultivariateNormal>((p, q) =>
        {
            if (p.EventShape != q.EventShape) throw new ShapeException($"Kl: the vectors of two MultivariateNormal have different lengths, {p.EventShape} and {q.EventShape}.");
            Tensor trace = q.Factor.SolveTriangular(p.Factor, upper: false).Square().Sum([-2, -1]);
            return q.HalfLogDeterminant - p.HalfLogDeterminant + 0.5 * (trace + MultivariateNormal.SquaredDistance(q.Factor, q.Loc - p.Loc) - p.EventShape[0]);
        });
        Register<Normal, Normal>((p, q) =>
        {
            Tensor ratio = (p.Scale / q.Scale).Square();
            return 0.5 * (ratio + ((p.Loc - q.Loc) / q.Scale).Square() - 1 - ratio.Log());
        });
        Register<Poisson, Poisson>((p, q) => p.Rate * (p.Rate.Log() - q.Rate.Log()) - (p.Rate - q.Rate));
        Register<Uniform, Uniform>((p, q) => OrInfinity((q.Low > p.Low) | (q.High < p.High), ((q.High - q.Low) / (p.High - p.Low)).Log()));
    }
}
