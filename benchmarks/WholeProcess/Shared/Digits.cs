using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;

namespace DeepNotes.WholeProcess;

/// <summary>What both programs do in plain C#: the reading of the first digits, the order of an epoch, the shifted batches and the learning rate.</summary>
sealed class Digits
{
    public const int Side = 28, BatchSize = 64, Classes = 10;
    const int Wanted = 6000, Pixels = Side * Side;
    const double PeakLearningRate = 4e-3, WarmUp = 0.2, Mean = 0.1307, StandardDeviation = 0.3081;

    readonly byte[] intensities, labels;
    readonly int[] order;
    readonly float[] levels = new float[256];
    readonly Random random = new(1);

    /// <param name="directory">Where <c>train-images-idx3-ubyte.gz</c> and <c>train-labels-idx1-ubyte.gz</c> lie.</param>
    public Digits(string directory)
    {
        intensities = Read(Path.Combine(directory, "train-images-idx3-ubyte.gz"), dimensions: 3, Pixels);
        labels = Read(Path.Combine(directory, "train-labels-idx1-ubyte.gz"), dimensions: 1, 1);
        for (int i = 0; i < levels.Length; i++) levels[i] = (float)((i / 255.0 - Mean) / StandardDeviation);
        order = new int[Wanted];
        for (int i = 0; i < order.Length; i++) order[i] = i;
        random.Shuffle(order);
    }

    public static int Steps => (Wanted + BatchSize - 1) / BatchSize;

    /// <summary>Rises linearly, then falls along a cosine, as in the sample Quickstart.</summary>
    public static double LearningRate(int step)
    {
        double progress = (step + 0.5) / Steps;
        return progress < WarmUp ? PeakLearningRate * progress / WarmUp : PeakLearningRate * 0.5 * (1 + Math.Cos(Math.PI * (progress - WarmUp) / (1 - WarmUp)));
    }

    /// <summary>A batch as pixels, one image after the other, each shifted by up to one pixel a side, and labels.</summary>
    public (float[] Pixels, long[] Labels) Batch(int step)
    {
        int first = step * BatchSize, count = Math.Min(BatchSize, Wanted - first);
        var pixels = new float[count * Pixels];
        var truths = new long[count];
        for (int i = 0; i < count; i++)
        {
            int digit = order[first + i], dx = random.Next(3) - 1, dy = random.Next(3) - 1;
            truths[i] = labels[digit];
            for (int y = 0; y < Side; y++)
            {
                var from = intensities.AsSpan(digit * Pixels + Math.Clamp(y + dy, 0, Side - 1) * Side, Side);
                var to = pixels.AsSpan(i * Pixels + y * Side, Side);
                for (int x = 0; x < Side; x++) to[x] = levels[from[Math.Clamp(x + dx, 0, Side - 1)]];
            }
        }
        return (pixels, truths);
    }

    /// <summary>The line that the comparison reads: that both have learned.</summary>
    public static string Report(double firstLoss, double lastLoss) => string.Create(CultureInfo.InvariantCulture, $"LOSS {firstLoss:F4} {lastLoss:F4}");

    static byte[] Read(string path, int dimensions, int bytesEach)
    {
        using var stream = new GZipStream(File.OpenRead(path), CompressionMode.Decompress);
        var header = new byte[4 + 4 * dimensions];
        stream.ReadExactly(header);
        if (BinaryPrimitives.ReadInt32BigEndian(header) != 0x800 + dimensions || BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)) < Wanted)
            throw new InvalidDataException($"{path} is not an IDX file of bytes with {dimensions} dimensions and {Wanted} entries or more.");
        var bytes = new byte[Wanted * bytesEach];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
