namespace DeepNotes.Training;

/// <summary>
/// MNIST, 70,000 handwritten digits (LeCun, Cortes and Burges), from its four IDX files, and any data set in the same files
/// (Fashion-MNIST, KMNIST).
/// </summary>
public static class Mnist
{
    /// <summary>Pixels a side.</summary>
    public const int Side = 28;

    /// <summary>The mean intensity of MNIST's training images on a scale of 0 to 1, which <see cref="Normalize"/> subtracts.</summary>
    public const double Mean = 0.1307;

    /// <summary>The standard deviation of those intensities, by which <see cref="Normalize"/> divides.</summary>
    public const double StandardDeviation = 0.3081;

    /// <summary>
    /// Reads <c>train-images-idx3-ubyte</c>, <c>train-labels-idx1-ubyte</c>, <c>t10k-images-idx3-ubyte</c> and
    /// <c>t10k-labels-idx1-ubyte</c>, each as it is or with <c>.gz</c>.
    /// </summary>
    /// <param name="directory">Where the four files lie.</param>
    /// <returns>
    /// The training set (60,000 in MNIST) and the test set (10,000): inputs Float32 <c>[N, 1, 28, 28]</c>, normalised by
    /// <see cref="Normalize"/>, and targets Int64 <c>[N]</c>, 0 to 9.
    /// </returns>
    /// <exception cref="DirectoryNotFoundException">There is no such directory.</exception>
    /// <exception cref="FileNotFoundException">One of the files is missing, with and without <c>.gz</c>.</exception>
    /// <exception cref="TensorFormatException">A file is damaged, or the files do not fit each other.</exception>
    public static (TensorDataset Train, TensorDataset Test) Load(string directory)
    {
        if (!Directory.Exists(directory)) throw new DirectoryNotFoundException($"There is no directory '{directory}' to read MNIST from.");
        return (Load(directory, "train"), Load(directory, "t10k"));
    }

    /// <summary>Scales intensities to [0, 1] and then to (x − 0.1307) / 0.3081: about zero mean and unit variance over MNIST.</summary>
    /// <param name="intensities">UInt8 intensities, 0 (paper) to 255 (ink), of any shape.</param>
    /// <returns>Float32 of the same shape.</returns>
    /// <exception cref="DTypeException">The intensities are not UInt8.</exception>
    public static Tensor Normalize(Tensor intensities)
    {
        if (intensities.DType != DType.UInt8) throw new DTypeException($"Mnist.Normalize: intensities are UInt8, 0 to 255; these are {intensities.DType}.");
        return Normalized(intensities.Contiguous().AsSpan<byte>()).Reshape(intensities.Shape);
    }

    private static Tensor Normalized(ReadOnlySpan<byte> intensities)
    {
        var levels = new float[256];
        for (int i = 0; i < levels.Length; i++) levels[i] = (float)((i / 255.0 - Mean) / StandardDeviation);

        var values = new float[intensities.Length];
        for (int i = 0; i < values.Length; i++) values[i] = levels[intensities[i]];
        return Tensor.From(values);
    }

    private static TensorDataset Load(string directory, string part)
    {
        string imagePath = Find(directory, $"{part}-images-idx3-ubyte"), labelPath = Find(directory, $"{part}-labels-idx1-ubyte");
        var images = Idx.IdxContent.Read(imagePath, Idx.DefaultMaxBytes);
        var labels = Idx.IdxContent.Read(labelPath, Idx.DefaultMaxBytes);
        if (images.Type != Idx.IdxType.UInt8 || images.Dimensions is not [var count, Side, Side])
        {
            throw new TensorFormatException($"{imagePath}: {images.Type} [{string.Join(", ", images.Dimensions)}] are not images; UInt8 [N, {Side}, {Side}] was expected.");
        }

        if (labels.Type != Idx.IdxType.UInt8 || labels.Dimensions is not [var labelCount] || labelCount != count)
        {
            throw new TensorFormatException($"{labelPath}: {labels.Type} [{string.Join(", ", labels.Dimensions)}] are not the labels of {count} images; UInt8 [{count}] was expected.");
        }

        int bad = labels.Data.AsSpan().IndexOfAnyExceptInRange((byte)0, (byte)9);
        if (bad >= 0) throw new TensorFormatException($"{labelPath}: label {labels.Data[bad]} at byte {8 + bad}; 0 to 9 was expected.");

        return new TensorDataset(
            Normalized(images.Data).Reshape([count, 1, Side, Side]),
            Tensor.From(Array.ConvertAll(labels.Data, label => (long)label)));
    }

    private static string Find(string directory, string name)
    {
        string plain = Path.Combine(directory, name), zipped = plain + ".gz";
        if (File.Exists(plain)) return plain;
        if (File.Exists(zipped)) return zipped;
        throw new FileNotFoundException($"'{directory}' holds neither {name} nor {name}.gz.", plain);
    }
}
