using DeepNotes.Nn;
using DeepNotes.Samples;
using DeepNotes.Samples.Quickstart;
using DeepNotes.Training;

namespace DeepNotes.Tests.Samples;

public sealed class QuickstartTests
{
    private static Sequential Trained(TensorDataset data, int epochs, ulong seed, int threads)
    {
        int before = DeepNotesThreads.Count;
        try
        {
            DeepNotesThreads.Count = threads;
            Rng.Seed(seed);
            var model = Recipe.CreateModel();
            Recipe.Train(model, data, epochs, seed);
            return model;
        }
        finally
        {
            DeepNotesThreads.Count = before;
        }
    }

    private static double Accuracy(Sequential model, TensorDataset test)
    {
        var confusion = new ConfusionMatrix(10);
        confusion.Add(Recipe.Predict(model, test), test.Targets);
        return confusion.Accuracy;
    }

    [Fact]
    public void The_same_seed_gives_the_same_bits_with_any_number_of_threads()
    {
        var data = GeneratedDigits.Create(1_000, seed: 2);
        string one = ResultLine.Bits(Trained(data, 1, seed: 1, threads: 1).StateDict());
        Assert.Equal(one, ResultLine.Bits(Trained(data, 1, seed: 1, threads: 1).StateDict()));
        Assert.Equal(one, ResultLine.Bits(Trained(data, 1, seed: 1, threads: 2).StateDict()));
        Assert.Equal(one, ResultLine.Bits(Trained(data, 1, seed: 1, threads: 3).StateDict()));
        Assert.NotEqual(one, ResultLine.Bits(Trained(data, 1, seed: 2, threads: 1).StateDict()));
    }

    [Fact]
    public void A_saved_model_predicts_the_same()
    {
        using var directory = new TemporaryDirectory();
        string path = Path.Combine(directory.Path, "model.safetensors");
        var data = GeneratedDigits.Create(300, seed: 2);
        var model = Trained(data, 1, seed: 1, threads: 2);
        model.Save(path);
        var reloaded = Recipe.CreateModel();
        Assert.NotEqual(Recipe.Predict(model, data).ToArray<float>(), Recipe.Predict(reloaded, data).ToArray<float>());
        reloaded.Load(path);
        Assert.Equal(Recipe.Predict(model, data).ToArray<float>(), Recipe.Predict(reloaded, data).ToArray<float>());
    }

    [Fact]
    public void Pictures_show_ink_where_it_is()
    {
        var image = Tensor.Full([1, 1, 28, 28], (float)(-Mnist.Mean / Mnist.StandardDeviation));
        image.AsWritableSpan<float>()[28 * 2 + 5] = (float)((1 - Mnist.Mean) / Mnist.StandardDeviation);
        image.AsWritableSpan<float>()[28 * 3 + 5] = (float)((1 - Mnist.Mean) / Mnist.StandardDeviation);
        string[] lines = Pictures.Row(image, ["a dot"]).Split('\n');
        Assert.StartsWith("a dot", lines[0]);
        Assert.Equal("", lines[1]);
        Assert.Equal("     @", lines[2]);
        Assert.Equal(16, lines.Length);
    }

    [Fact]
    public void Shifted_images_are_the_images_moved_by_a_pixel_at_most()
    {
        // Pixels of 5 × 5 numbered through, in many copies: all nine shifts must come up, and nothing else.
        var images = Tensor.Arange(25).To(DType.Float32).Reshape([1, 1, 5, 5]).Expand([200, 1, 5, 5]);
        float[] shifted = new RandomShift(1).Apply(images).ToArray<float>();
        Assert.Equal(shifted, new RandomShift(1).Apply(images).ToArray<float>());
        var seen = new HashSet<(int, int)>();
        for (int image = 0; image < 200; image++)
        {
            int middle = (int)shifted[image * 25 + 12], dx = middle % 5 - 2, dy = middle / 5 - 2;
            seen.Add((dx, dy));
            for (int i = 0; i < 25; i++) Assert.Equal(Math.Clamp(i / 5 + dy, 0, 4) * 5 + Math.Clamp(i % 5 + dx, 0, 4), shifted[image * 25 + i]);
        }

        Assert.Equal(9, seen.Count);
        Assert.All(seen, shift => Assert.InRange(Math.Max(Math.Abs(shift.Item1), Math.Abs(shift.Item2)), 0, 1));
    }

    [Fact, Trait("Category", "Learning")]
    public void The_recipe_learns_generated_digits()
    {
        var model = Trained(GeneratedDigits.Create(10_000, seed: 1), epochs: 2, seed: 1, threads: DeepNotesThreads.Count);
        Assert.InRange(Accuracy(model, GeneratedDigits.Create(3_000, seed: 99)), 0.965, 1);
    }

    [Fact, Trait("Category", "Learning")]
    public void The_recipe_learns_MNIST()
    {
        var (train, test) = Mnist.Load(SharedData.Require("mnist"));
        var model = Trained(train.Take(20_000), epochs: 2, seed: 1, threads: DeepNotesThreads.Count);
        Assert.InRange(Accuracy(model, test), 0.98, 1);
    }
}
