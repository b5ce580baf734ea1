namespace DeepNotes.Nn.Distributions;

/// <summary>
/// How a draw moves with the parameter of its distribution when its place in the distribution, F(x; α), stays:
/// dx/dα = −(∂F/∂α) / f (Figurnov et al. 2018, "Implicit Reparameterization Gradients").
/// </summary>
/// <remarks>
/// F is a factor with a simple logarithm times a series or continued fraction, so that the density cancels and nothing over- or
/// underflows. Series and fraction are differentiated term by term; they need some √α terms.
/// </remarks>
internal static class ImplicitGradients
{
    private const int MaxTerms = 1_000_000;
    private const double Tiny = 1e-300;

    /// <summary>dx/dα of a draw of the gamma distribution with rate 1.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="digamma">ψ(α).</param>
    /// <param name="x">The draw.</param>
    public static double Gamma(double alpha, double digamma, double x)
    {
        double log = Math.Log(x) - digamma;
        if (x < alpha + 1)
        {
            // P = xᵅe⁻ˣ/Γ(α + 1)·S with S = Σ xⁿ / ((α + 1)…(α + n)).
            Dual a = new(alpha, 1), term = 1, sum = 1;
            for (int n = 1; n < MaxTerms && term.Value > 1e-17 * sum.Value; n++)
            {
                term = term * x / (a + n);
                sum += term;
            }
            return -x / alpha * (sum.Value * (log - 1 / alpha) + sum.Slope);
        }
        // Q = xᵅe⁻ˣ/Γ(α)·h with h = 1/(x + 1 − α − 1(1 − α)/(x + 3 − α − …)).
        Dual b = x + 1 - new Dual(alpha, 1), c = 1 / Tiny, d = 1 / b, h = d;
        for (int i = 1; i < MaxTerms; i++)
        {
            Dual numerator = i * (new Dual(alpha, 1) - i);
            b += 2;
            d = 1 / (numerator * d + b);
            c = b + numerator / c;
            Dual factor = d * c;
            h *= factor;
            if (IsOne(factor)) break;
        }
        return x * (log * h.Value + h.Slope);
    }

    /// <summary>dx/dα / (1 − x) of a draw of the beta distribution.</summary>
    /// <param name="alpha">α.</param>
    /// <param name="beta">β.</param>
    /// <param name="digammas">ψ(α) − ψ(α + β).</param>
    /// <param name="x">The draw.</param>
    public static double Beta(double alpha, double beta, double digammas, double x)
    {
        double log = Math.Log(x) - digammas;
        if (x < (alpha + 1) / (alpha + beta + 2))
        {
            Dual c = Fraction(new Dual(alpha, 1), beta, x);
            return -x / alpha * (c.Value * (log - 1 / alpha) + c.Slope);
        }
        Dual other = Fraction(beta, new Dual(alpha, 1), 1 - x);
        return x / beta * (other.Value * log + other.Slope);
    }

    /// <summary>The continued fraction C of I = xᵃ(1 − x)ᵇ / (a·B(a, b))·C, by Lentz's method.</summary>
    private static Dual Fraction(Dual a, Dual b, double x)
    {
        Dual c = 1, d = 1 / NotZero(1 - (a + b) * x / (a + 1)), h = d;
        for (int m = 1; m < MaxTerms; m++)
        {
            Dual even = m * (b - m) * x / ((a + (2 * m - 1)) * (a + 2 * m));
            d = 1 / NotZero(1 + even * d);
            c = NotZero(1 + even / c);
            h *= d * c;
            Dual odd = -((a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + (2 * m + 1)));
            d = 1 / NotZero(1 + odd * d);
            c = NotZero(1 + odd / c);
            Dual factor = d * c;
            h *= factor;
            if (IsOne(factor)) break;
        }
        return h;
    }

    /// <summary>Up to rounding, which goes on for ever.</summary>
    private static bool IsOne(Dual factor) => Math.Abs(factor.Value - 1) < 1e-15 && Math.Abs(factor.Slope) < 1e-15;

    private static Dual NotZero(Dual x) => Math.Abs(x.Value) < Tiny ? x with { Value = Tiny } : x;
}
