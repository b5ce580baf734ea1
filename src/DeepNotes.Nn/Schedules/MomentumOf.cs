namespace DeepNotes.Nn;

/// <summary>Whether an optimizer has a momentum that a schedule can change.</summary>
internal static class MomentumOf
{
    /// <exception cref="ArgumentException">It has none.</exception>
    public static void Check(Optimizer optimizer, string schedule)
    {
        // SGD and RMSprop keep no memory of their steps if they are made without momentum.
        bool hasMemory = optimizer is not (SGD or RMSprop) || optimizer.Groups.Any(g => g.Momentum > 0);
        if (!hasMemory || optimizer.Groups.Any(g => double.IsNaN(g.Momentum)))
            throw new ArgumentException($"{schedule}: {optimizer.GetType().Name} has no momentum to change; make it with one, or pass cycleMomentum: false.", nameof(optimizer));
    }
}
