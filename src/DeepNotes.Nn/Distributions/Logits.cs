namespace DeepNotes.Nn.Distributions;

/// <summary>Probabilities, or what they are made of: one of the two is given.</summary>
/// <param name="Given">The one that is given.</param>
/// <param name="IsProbability">Whether it is the probabilities.</param>
internal readonly record struct Logits(Tensor Given, bool IsProbability)
{
    public static Logits OfOne(Tensor? probs, Tensor? logits, string name)
    {
        if (probs is null == logits is null) throw new ArgumentException($"{name}: give either probabilities or logits, and not both.");
        Tensor given = (probs ?? logits)!;
        // A C# number becomes a tensor of its own.
        return new Logits(Op.Align(given, given, integers: false).A.Reshape(given.Shape), probs is not null);
    }

    /// <summary>Probabilities away from 0 and 1 by the spacing of numbers there.</summary>
    public static Tensor Inside(Tensor probs)
    {
        double spacing = FloatLimits.Spacing(probs.DType);
        return probs.Clamp(spacing, 1 - spacing);
    }
}
