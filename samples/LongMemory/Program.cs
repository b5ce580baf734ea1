using System.Diagnostics;
using System.Globalization;
using DeepNotes;
using DeepNotes.Samples;
using DeepNotes.Samples.LongMemory;

var command = new SampleCommand(
    "long-memory",
    "Trains a plain recurrent network, an LSTM and a GRU to add two marked numbers of a sequence of 100, and shows how far back in time the gradient reaches in each.",
    data: null,
    epochs: 20);
return command.Run(args, Run);

static int Run(SampleOptions options)
{
    CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
    var clock = Stopwatch.StartNew();
    const int steps = 100;
    string[] kinds = ["rnn", "lstm", "gru"];
    var columns = new List<(string Name, double[] Norms)>();
    var errors = new Dictionary<string, double>();
    Console.WriteLine($"sequences of {steps} steps, {options.Epochs} epochs of {Recipe.BatchesPerEpoch} batches of {Recipe.BatchSize}, {DeepNotesThreads.Count} threads; guessing has an error of {AddingProblem.Baseline:F4}");
    foreach (string kind in kinds)
    {
        Rng.Seed(options.Seed);
        var network = new Network(kind, Recipe.HiddenSize);
        Console.WriteLine($"\n{kind}: {network.ParameterCount} parameters");
        columns.Add(($"{kind}_new", Recipe.GradientNorms(network, steps)));
        Recipe.Train(network, steps, options.Epochs, options.Seed, (epoch, error) =>
        {
            if (epoch % 5 == 0 || epoch == options.Epochs) Console.WriteLine($"  epoch {epoch,3}  training error {error:F5}  {clock.Elapsed.TotalSeconds,6:F1} s");
        });
        errors[kind] = Recipe.Error(network, steps);
        columns.Add(($"{kind}_trained", Recipe.GradientNorms(network, steps)));
        Console.WriteLine($"  error on new sequences {errors[kind]:F5}");
    }

    string path = Path.Combine(options.Out, "gradients.csv");
    WriteTable(path, columns);
    Console.WriteLine("\nlength of the gradient of the error with respect to the state so many steps before the last:\n");
    Console.WriteLine($"{"steps",6}{string.Concat(columns.Select(c => $"{c.Name,14}"))}");
    foreach (int back in (int[])[0, 10, 25, 50, 75, 99]) Console.WriteLine($"{back,6}{string.Concat(columns.Select(c => $"{c.Norms[back],14:0.0E+00}"))}");
    Console.WriteLine($"\nall steps are in {path}");

    ResultLine.Write(
        ("sample", "long-memory"),
        ("seconds", Math.Round(clock.Elapsed.TotalSeconds, 2)),
        ("steps", steps),
        ("epochs", options.Epochs),
        ("baseline_mse", Math.Round(AddingProblem.Baseline, 5)),
        ("rnn_mse", Math.Round(errors["rnn"], 6)),
        ("lstm_mse", Math.Round(errors["lstm"], 6)),
        ("gru_mse", Math.Round(errors["gru"], 6)),
        ("rnn_gradient_ratio", Ratio("rnn_trained")),
        ("lstm_gradient_ratio", Ratio("lstm_trained")),
        ("gru_gradient_ratio", Ratio("gru_trained")),
        ("seed", options.Seed),
        ("threads", DeepNotesThreads.Count));
    return 0;

    // What is left of the gradient at the first step.
    double Ratio(string name)
    {
        double[] norms = columns.Single(c => c.Name == name).Norms;
        return norms[^1] / norms[0];
    }
}

static void WriteTable(string path, List<(string Name, double[] Norms)> columns)
{
    using var file = new StreamWriter(path);
    file.WriteLine($"steps_back,{string.Join(",", columns.Select(c => c.Name))}");
    for (int back = 0; back < columns[0].Norms.Length; back++) file.WriteLine($"{back},{string.Join(",", columns.Select(c => c.Norms[back].ToString("R", CultureInfo.InvariantCulture)))}");
}
