namespace DeepNotes.Training;

/// <summary>
/// Handwriting-like digits that need no download: pen strokes in several styles a digit, bent, slanted, scaled and shifted at
/// random, drawn with pens of many widths, blurred, partly erased and grained.
/// </summary>
/// <remarks>
/// Image i depends on the seed and on i alone, and its arithmetic is the same on every machine: the same seed gives the same
/// bits whatever the count, the number of threads or the processor.
/// </remarks>
public static class GeneratedDigits
{
    /// <summary>Pixels a side.</summary>
    public const int Side = DigitPainter.Side;

    /// <summary>Draws a data set.</summary>
    /// <param name="count">How many images.</param>
    /// <param name="seed">Which images: other seeds give other data sets of the same kind.</param>
    /// <returns>
    /// Inputs Float32 <c>[count, 1, 28, 28]</c>, ink bright and paper dark, normalised as MNIST is (<see cref="Mnist.Normalize"/>);
    /// targets Int64 <c>[count]</c>, 0 to 9, each digit about as often as another.
    /// </returns>
    /// <exception cref="ArgumentOutOfRangeException">The count is negative, or so large that the images exceed an array.</exception>
    public static TensorDataset Create(int count, ulong seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, Array.MaxLength / (Side * Side));
        var pixels = new float[count * Side * Side];
        var labels = new long[count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = DeepNotesThreads.Count };
        Parallel.For(0, count, options, i => labels[i] = DigitPainter.Paint(seed, i, pixels.AsSpan(i * Side * Side, Side * Side)));

        const float scale = (float)(1 / Mnist.StandardDeviation), offset = (float)(-Mnist.Mean / Mnist.StandardDeviation);
        for (int i = 0; i < pixels.Length; i++) pixels[i] = pixels[i] * scale + offset;
        return new TensorDataset(Tensor.From(pixels).Reshape([count, 1, Side, Side]), Tensor.From(labels));
    }
}
