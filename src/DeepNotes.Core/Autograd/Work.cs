namespace DeepNotes.Autograd;

/// <summary>What products and convolutions on this thread have cost, for those who ask: each adds its own when it runs.</summary>
internal static class Work
{
    /// <summary>Multiplications that are summed up, since the thread began.</summary>
    [ThreadStatic]
    public static long MultiplyAdds;
}
