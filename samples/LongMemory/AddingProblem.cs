namespace DeepNotes.Samples.LongMemory;

/// <summary>
/// The adding problem (Hochreiter and Schmidhuber 1997): a sequence of random numbers from 0 to 1, two of which are marked, one in each half. What is asked for after
/// the last step is the sum of the two. Whoever always answers 1 has a mean squared error of 1/6.
/// </summary>
internal static class AddingProblem
{
    /// <summary>The error of the best answer that looks at nothing.</summary>
    public const double Baseline = 1.0 / 6;

    /// <summary>Draws a batch.</summary>
    /// <param name="steps">The length of each sequence.</param>
    /// <param name="batch">The number of sequences.</param>
    /// <param name="rng">What to draw from.</param>
    /// <returns>Numbers and marks, [steps, batch, 2], and sums, [batch, 1].</returns>
    public static (Tensor Sequences, Tensor Sums) Draw(int steps, int batch, Rng rng)
    {
        float[] sequences = new float[steps * batch * 2], sums = new float[batch];
        for (int i = 0; i < sequences.Length; i += 2) sequences[i] = (float)rng.NextDouble();
        for (int b = 0; b < batch; b++)
        {
            foreach (int t in (ReadOnlySpan<int>)[rng.Next(steps / 2), steps / 2 + rng.Next(steps - steps / 2)])
            {
                int at = (t * batch + b) * 2;
                sequences[at + 1] = 1;
                sums[b] += sequences[at];
            }
        }
        return (Tensor.From(sequences).Reshape(steps, batch, 2), Tensor.From(sums).Reshape(batch, 1));
    }
}
