namespace DeepNotes.Nn;

/// <summary>How a state dict differs from what a module or optimizer expects.</summary>
/// <param name="Missing">Expected keys that it lacks. A tied parameter that is there under another of its keys is not missing.</param>
/// <param name="Unexpected">Keys that nothing asks for.</param>
/// <param name="Misshapen">Keys whose tensor has another shape than expected.</param>
public sealed record StateDictDifference(
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<(string Key, Shape Expected, Shape Found)> Misshapen)
{
    /// <summary>True where keys and shapes agree exactly.</summary>
    public bool IsEmpty => Missing.Count == 0 && Unexpected.Count == 0 && Misshapen.Count == 0;

    internal static StateDictDifference Between(List<(string Key, Tensor Value)> expected, IReadOnlyDictionary<string, Tensor> found)
    {
        var keys = expected.Select(e => e.Key).ToHashSet();
        var present = new HashSet<Tensor>(expected.Where(e => found.ContainsKey(e.Key)).Select(e => e.Value), ReferenceEqualityComparer.Instance);
        return new StateDictDifference(
            [.. expected.Where(e => !present.Contains(e.Value)).Select(e => e.Key)],
            [.. found.Keys.Where(k => !keys.Contains(k))],
            [.. expected.Where(e => found.TryGetValue(e.Key, out Tensor? t) && t.Shape != e.Value.Shape).Select(e => (e.Key, e.Value.Shape, found[e.Key].Shape))]);
    }
}

/// <summary>A state dict does not fit: names every missing, unexpected and misshapen key at once. Nothing was loaded.</summary>
public sealed class StateDictException : FormatException
{
    internal StateDictException(string owner, StateDictDifference difference, bool strict) : base(Describe(owner, difference, strict)) => Difference = difference;

    /// <summary>The keys.</summary>
    public StateDictDifference Difference { get; }

    private static string Describe(string owner, StateDictDifference difference, bool strict)
    {
        var lines = new List<string> { $"The state dict does not fit {owner}; nothing was loaded." };
        if (strict && difference.Missing.Count > 0) lines.Add($"Missing: {string.Join(", ", difference.Missing)}.");
        if (strict && difference.Unexpected.Count > 0) lines.Add($"Unexpected: {string.Join(", ", difference.Unexpected)}.");
        if (difference.Misshapen.Count > 0) lines.Add($"Misshapen: {string.Join(", ", difference.Misshapen.Select(m => $"{m.Key} is {m.Found} and should be {m.Expected}"))}.");
        return string.Join(Environment.NewLine, lines);
    }
}
