using System.Collections.Concurrent;

namespace DeepNotes.Nn.Distributions;

/// <summary>
/// The formulas for <see cref="Distribution.Kl"/>, by the types of the two distributions. Add one for a distribution of your own
/// with <see cref="Register"/>. Matches torch.distributions.kl.
/// </summary>
public static partial class Divergences
{
    private static readonly ConcurrentDictionary<(Type P, Type Q), Func<Distribution, Distribution, Tensor>> Formulas = new();

    static Divergences()
    {
        RegisterSame();
        RegisterMixed();
        RegisterInfinite();
    }

    /// <summary>Adds a formula, or puts it in another's place.</summary>
    /// <typeparam name="TP">The distribution that the mean is taken under.</typeparam>
    /// <typeparam name="TQ">The other.</typeparam>
    /// <param name="formula">Gives [batch…].</param>
    public static void Register<TP, TQ>(Func<TP, TQ, Tensor> formula) where TP : Distribution where TQ : Distribution
    {
        ArgumentNullException.ThrowIfNull(formula);
        Formulas[(typeof(TP), typeof(TQ))] = (p, q) => formula((TP)p, (TQ)q);
    }

    internal static Tensor Of(Distribution p, Distribution q)
    {
        ArgumentNullException.ThrowIfNull(p);
        ArgumentNullException.ThrowIfNull(q);
        return Formulas.TryGetValue((p.GetType(), q.GetType()), out var formula)
            ? formula(p, q)
            : throw new NotSupportedException($"Kl: there is no formula for {p.GetType().Name} and {q.GetType().Name}; estimate it by the mean of p.LogProb(x) - q.LogProb(x) over draws x of p, or add one with Divergences.Register.");
    }

    /// <summary>A formula with ∞ where q cannot produce what p can.</summary>
    private static Tensor OrInfinity(Tensor isInfinite, Tensor value) => Tensor.Where(isInfinite.Detach(), double.PositiveInfinity, value);

    private static Tensor XLogX(Tensor x) => x.Xlogy(x);

    private static Tensor MeanOfLog(Beta p) => p.Concentration1.Digamma() - (p.Concentration1 + p.Concentration0).Digamma();
}
