using DeepNotes.Nn;
using DeepNotes.Training;

namespace DeepNotes.Samples.Quickstart;

/// <summary>The model, how it is trained, and how it is judged.</summary>
internal static class Recipe
{
    public const int BatchSize = 64;

    private const double PeakLearningRate = 4e-3, WarmUp = 0.2;

    /// <summary>A small convolutional network for 28 × 28 images of ten classes.</summary>
    public static Sequential CreateModel() => new(
        new Conv2d(1, 16, 3), new ReLU(), new MaxPool2d(2),
        new Conv2d(16, 32, 3), new ReLU(), new MaxPool2d(2),
        new Flatten(), new Dropout(0.25),
        new Linear(32 * 5 * 5, 128), new ReLU(), new Dropout(0.25),
        new Linear(128, 10));

    /// <summary>How many steps <see cref="Train"/> takes.</summary>
    public static int Steps(TensorDataset data, int epochs) => epochs * ((data.Count + BatchSize - 1) / BatchSize);

    /// <summary>Trains with AdamW; the learning rate rises linearly and then falls along a cosine to zero.</summary>
    /// <param name="model">What to train.</param>
    /// <param name="data">The training set.</param>
    /// <param name="epochs">Passes over it.</param>
    /// <param name="seed">What decides the order of each pass and how images are shifted.</param>
    /// <param name="onStep">Told the epoch (from 1) and the loss after each step.</param>
    public static void Train(Sequential model, TensorDataset data, int epochs, ulong seed, Action<int, Tensor>? onStep = null)
    {
        var optimizer = new AdamW(model.Parameters(), learningRate: PeakLearningRate, weightDecay: 0.01);
        var shift = new RandomShift(seed);
        int steps = Steps(data, epochs), step = 0;
        model.Train();
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            foreach (var (images, labels) in data.Batches(BatchSize, shuffle: true, seed: seed + (ulong)epoch))
            {
                optimizer.LearningRate = LearningRate((step++ + 0.5) / steps);
                var loss = model.Forward(shift.Apply(images)).CrossEntropy(labels);
                optimizer.Step(loss);
                onStep?.Invoke(epoch, loss);
            }
        }
    }

    /// <summary>What the model makes of a data set, as log-odds <c>[N, 10]</c>.</summary>
    public static Tensor Predict(Sequential model, TensorDataset data)
    {
        using var off = Grad.Off();
        model.Eval();
        return Tensor.Concatenate([.. data.Batches(500).Select(batch => model.Forward(batch.Inputs))], 0);
    }

    private static double LearningRate(double progress) => progress < WarmUp
        ? PeakLearningRate * progress / WarmUp
        : PeakLearningRate * 0.5 * (1 + Math.Cos(Math.PI * (progress - WarmUp) / (1 - WarmUp)));
}
