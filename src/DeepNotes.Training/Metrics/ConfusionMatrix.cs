using System.Globalization;
using System.Text;

namespace DeepNotes.Training;

/// <summary>Counts how often each class was taken for each: rows are the truth, columns the guess.</summary>
/// <param name="classes">How many classes.</param>
public sealed class ConfusionMatrix(int classes)
{
    private readonly long[] _counts = new long[checked(Positive(classes) * classes)];

    /// <summary>How many classes.</summary>
    public int Classes { get; } = classes;

    /// <summary>How many samples were counted.</summary>
    public long Total { get; private set; }

    /// <summary>How many samples of a class were taken for another.</summary>
    /// <param name="truth">The class they are of.</param>
    /// <param name="guess">The class they were taken for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public long this[int truth, int guess] => _counts[Index(truth, guess)];

    /// <summary>The share of samples taken for what they are; NaN before any was counted.</summary>
    public double Accuracy
    {
        get
        {
            long right = 0;
            for (int i = 0; i < Classes; i++) right += this[i, i];
            return Total == 0 ? double.NaN : (double)right / Total;
        }
    }

    /// <summary>The mean of the classes' F1 scores, each class weighing the same; a class that neither occurs nor is guessed counts as 0.</summary>
    public double MacroF1
    {
        get
        {
            double sum = 0;
            for (int i = 0; i < Classes; i++) sum += F1(i);
            return sum / Classes;
        }
    }

    /// <summary>Counts one sample.</summary>
    /// <param name="truth">The class it is of.</param>
    /// <param name="guess">The class it was taken for.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public void Add(int truth, int guess)
    {
        _counts[Index(truth, guess)]++;
        Total++;
    }

    /// <summary>Counts a batch.</summary>
    /// <param name="guesses">Either logits or probabilities <c>[N, classes]</c>, where the largest decides, or the classes themselves, Int64 <c>[N]</c>.</param>
    /// <param name="truths">The classes, Int64 <c>[N]</c>.</param>
    /// <exception cref="ShapeException">The shapes do not fit each other or the number of classes.</exception>
    /// <exception cref="DTypeException">Classes are not Int64.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A class is out of range. Nothing of the batch is counted then.</exception>
    public void Add(Tensor guesses, Tensor truths)
    {
        if (guesses.Rank is not (1 or 2) || truths.Rank != 1 || guesses.Shape[0] != truths.Shape[0] || (guesses.Rank == 2 && guesses.Shape[1] != Classes))
        {
            throw new ShapeException($"ConfusionMatrix.Add: guesses {guesses.Shape} and truths {truths.Shape}; [N, {Classes}] or [N], and [N], were expected.");
        }

        using var off = Grad.Off();
        var chosen = guesses.Rank == 2 ? guesses.ArgMax(1) : guesses;
        if (chosen.DType != DType.Int64 || truths.DType != DType.Int64)
        {
            throw new DTypeException($"ConfusionMatrix.Add: classes are Int64; guesses are {chosen.DType}, truths {truths.DType}.");
        }

        long[] guess = chosen.ToArray<long>(), truth = truths.ToArray<long>();
        var cells = new int[guess.Length];
        for (int i = 0; i < cells.Length; i++) cells[i] = Index(truth[i], guess[i]);
        foreach (int cell in cells) _counts[cell]++;
        Total += cells.Length;
    }

    /// <summary>Of the samples taken for a class, the share that is of it; 0 where none was.</summary>
    /// <param name="index">The class.</param>
    /// <returns>A share from 0 to 1.</returns>
    public double Precision(int index)
    {
        long guessed = 0;
        for (int truth = 0; truth < Classes; truth++) guessed += this[truth, index];
        return guessed == 0 ? 0 : (double)this[index, index] / guessed;
    }

    /// <summary>Of the samples of a class, the share that was taken for it; 0 where there are none.</summary>
    /// <param name="index">The class.</param>
    /// <returns>A share from 0 to 1.</returns>
    public double Recall(int index)
    {
        long present = 0;
        for (int guess = 0; guess < Classes; guess++) present += this[index, guess];
        return present == 0 ? 0 : (double)this[index, index] / present;
    }

    /// <summary>The harmonic mean of precision and recall; 0 where both are 0.</summary>
    /// <param name="index">The class.</param>
    /// <returns>A score from 0 to 1.</returns>
    public double F1(int index)
    {
        double precision = Precision(index), recall = Recall(index);
        return precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall);
    }

    /// <summary>A table for reading: one row a true class, zeros as dots, each row's recall at its end.</summary>
    /// <returns>Lines that end in '\n'.</returns>
    public override string ToString()
    {
        int width = 1;
        foreach (long count in _counts) width = Math.Max(width, count.ToString(CultureInfo.InvariantCulture).Length);
        int label = (Classes - 1).ToString(CultureInfo.InvariantCulture).Length;
        width = Math.Max(width, label) + 1;

        var text = new StringBuilder();
        text.Append(' ', label + 2);
        for (int guess = 0; guess < Classes; guess++) text.Append(Cell(guess, width));
        text.Append("   recall\n");
        for (int truth = 0; truth < Classes; truth++)
        {
            text.Append(Cell(truth, label)).Append(" |");
            for (int guess = 0; guess < Classes; guess++)
            {
                long count = this[truth, guess];
                text.Append(count == 0 ? ".".PadLeft(width) : Cell(count, width));
            }

            text.Append(CultureInfo.InvariantCulture, $"   {100 * Recall(truth),5:F1} %\n");
        }

        return text.ToString();
    }

    private static string Cell(long value, int width) => value.ToString(CultureInfo.InvariantCulture).PadLeft(width);

    private int Index(long truth, long guess)
    {
        if ((ulong)truth >= (ulong)Classes) throw new ArgumentOutOfRangeException(nameof(truth), truth, $"Classes are 0 to {Classes - 1}.");
        if ((ulong)guess >= (ulong)Classes) throw new ArgumentOutOfRangeException(nameof(guess), guess, $"Classes are 0 to {Classes - 1}.");
        return (int)(truth * Classes + guess);
    }

    private static int Positive(int classes)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(classes);
        return classes;
    }
}
