using System.Diagnostics;
using System.Globalization;
using DeepNotes;
using DeepNotes.Nn;
using DeepNotes.Samples;
using DeepNotes.Samples.Quickstart;
using DeepNotes.Training;

var command = new SampleCommand(
    "quickstart",
    "Trains a small convolutional network on handwritten digits and shows what it learned. Without --data, on digits that it draws itself.",
    data: "A directory with MNIST's four IDX files, gzipped or not.",
    epochs: 3);
return command.Run(args, Run);

static int Run(SampleOptions options)
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    var clock = Stopwatch.StartNew();
    var (train, test) = options.Data is { } directory
        ? Mnist.Load(directory)
        : (GeneratedDigits.Create(20_000, options.Seed), GeneratedDigits.Create(5_000, ~options.Seed));
    Console.WriteLine($"{train.Count} training and {test.Count} test images {(options.Data is null ? "drawn" : "read")} in {clock.Elapsed.TotalSeconds:F1} s");

    Rng.Seed(options.Seed);
    var model = Recipe.CreateModel();
    long parameters = model.Parameters().Sum(parameter => (long)parameter.Count);
    Console.WriteLine($"{parameters} parameters, {options.Epochs} epochs, {DeepNotesThreads.Count} threads, seed {options.Seed}");
    TrainingDisplay.Run(Recipe.Steps(train, options.Epochs), display => Recipe.Train(model, train, options.Epochs, options.Seed, display.Step));

    var logits = Recipe.Predict(model, test);
    var confusion = new ConfusionMatrix(10);
    confusion.Add(logits, test.Targets);
    Console.WriteLine($"\ntest accuracy {100 * confusion.Accuracy:F2} % after {clock.Elapsed.TotalSeconds:F1} s; rows are the truth, columns the guess:\n\n{confusion}");
    ShowMistakes(logits, test);

    string path = Path.Combine(options.Out, "digits.safetensors");
    bool same = SaveAndReload(model, path, logits, test);
    Console.WriteLine($"saved to {path}; reloaded, it predicts {(same ? "the same" : "SOMETHING ELSE")}");

    ResultLine.Write(
        ("sample", "quickstart"),
        ("seconds", Math.Round(clock.Elapsed.TotalSeconds, 2)),
        ("epochs", options.Epochs),
        ("test_accuracy", Math.Round(confusion.Accuracy, 5)),
        ("train_samples", train.Count),
        ("parameters", parameters),
        ("seed", options.Seed),
        ("threads", DeepNotesThreads.Count),
        ("bits", ResultLine.Bits(model.StateDict())));
    return same ? 0 : 1;
}

static void ShowMistakes(Tensor logits, TensorDataset test)
{
    long[] guesses = logits.ArgMax(1).ToArray<long>(), truths = test.Targets.ToArray<long>();
    long[] wrong = [.. Enumerable.Range(0, guesses.Length).Where(i => guesses[i] != truths[i]).Select(i => (long)i).Take(3)];
    if (wrong.Length == 0) return;
    string[] captions = [.. wrong.Select(i => $"a {truths[i]}, taken for a {guesses[i]}")];
    Console.WriteLine($"some of its mistakes:\n\n{Pictures.Row(test.Inputs.IndexSelect(0, Tensor.From(wrong)), captions)}");
}

static bool SaveAndReload(Sequential model, string path, Tensor logits, TensorDataset test)
{
    model.Save(path);
    var reloaded = Recipe.CreateModel();
    reloaded.Load(path);
    return Recipe.Predict(reloaded, test).ToArray<float>().AsSpan().SequenceEqual(logits.ToArray<float>());
}
