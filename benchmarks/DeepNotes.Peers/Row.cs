namespace DeepNotes.Peers;

/// <summary>One line of the table: the same work written for DeepNotes and for TorchSharp, on the same numbers.</summary>
/// <remarks>The constructor prepares the data of both sides; what is timed is <see cref="Ours"/> and <see cref="Theirs"/>.</remarks>
abstract class Row : IDisposable
{
    /// <summary>The least work in one call.</summary>
    public abstract Work Work { get; }

    /// <summary>The largest difference allowed, relative to the largest number of the result.</summary>
    public double Tolerance { get; init; } = 1e-5;

    /// <summary>The work once with DeepNotes.</summary>
    public abstract void Ours();

    /// <summary>The work once with TorchSharp, written as its users write it: results disposed of by hand or by scope.</summary>
    public abstract void Theirs();

    /// <summary>What both sides compute, in pairs; called once before the timing.</summary>
    public abstract IEnumerable<Pair> Results();

    /// <summary>A sentence about the first result in which the sides differ by more than is allowed, or null.</summary>
    public string? Difference()
    {
        foreach (var pair in Results())
            if (pair.RelativeError() is var error && !(error <= Tolerance))
                return $"{pair.Name} differs by {error:E1} of its largest number; {Tolerance:E1} is allowed";
        return null;
    }

    public virtual void Dispose() { }
}

/// <summary>A named result of both sides.</summary>
readonly record struct Pair(string Name, float[] Ours, float[] Theirs)
{
    /// <summary>The largest difference over the largest of their numbers; NaN where shapes or values cannot be compared.</summary>
    public double RelativeError()
    {
        if (Ours.Length != Theirs.Length) return double.NaN;
        double difference = 0, largest = 0;
        for (var i = 0; i < Ours.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs((double)Ours[i] - Theirs[i]));   // Math.Max hands NaN on
            largest = Math.Max(largest, Math.Abs((double)Theirs[i]));
        }
        return difference == 0 ? 0 : difference / largest;
    }
}
