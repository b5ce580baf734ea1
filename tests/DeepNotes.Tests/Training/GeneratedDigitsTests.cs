using System.Runtime.InteropServices;
using System.Security.Cryptography;
using DeepNotes.Nn;
using DeepNotes.Training;

namespace DeepNotes.Tests.Training;

public sealed class GeneratedDigitsTests
{
    [Fact]
    public void The_seed_decides_every_bit_on_every_machine()
    {
        var data = GeneratedDigits.Create(64, seed: 7);
        var bytes = MemoryMarshal.AsBytes(data.Inputs.ToArray<float>().AsSpan());
        Assert.Equal("6cc6649f1df109d7", Convert.ToHexStringLower(SHA256.HashData(bytes))[..16]);
    }

    [Fact]
    public void An_image_depends_on_seed_and_index_alone()
    {
        var few = GeneratedDigits.Create(50, seed: 3);
        var many = GeneratedDigits.Create(500, seed: 3);
        var other = GeneratedDigits.Create(50, seed: 4);
        Assert.Equal(few.Inputs.ToArray<float>(), many.Take(50).Inputs.ToArray<float>());
        Assert.Equal(few.Targets.ToArray<long>(), many.Take(50).Targets.ToArray<long>());
        Assert.NotEqual(few.Inputs.ToArray<float>(), other.Inputs.ToArray<float>());
    }

    [Fact]
    public void Threads_change_nothing()
    {
        int threads = DeepNotesThreads.Count;
        try
        {
            DeepNotesThreads.Count = 1;
            float[] one = GeneratedDigits.Create(300, seed: 5).Inputs.ToArray<float>();
            DeepNotesThreads.Count = 4;
            Assert.Equal(one, GeneratedDigits.Create(300, seed: 5).Inputs.ToArray<float>());
        }
        finally
        {
            DeepNotesThreads.Count = threads;
        }
    }

    [Fact]
    public void Digits_are_balanced_and_their_ink_lies_inside()
    {
        var data = GeneratedDigits.Create(5_000, seed: 1);
        Assert.Equal("[5000, 1, 28, 28]", data.Inputs.Shape.ToString());
        var counts = data.Targets.ToArray<long>().CountBy(label => label).ToDictionary();
        Assert.Equal(10, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 400, 600));

        double low = -Mnist.Mean / Mnist.StandardDeviation, high = (1 - Mnist.Mean) / Mnist.StandardDeviation;
        float[] pixels = data.Inputs.ToArray<float>();
        Assert.InRange(pixels.Min(), low - 1e-5, low + 1e-5);
        Assert.InRange(pixels.Max(), high - 1e-5, high + 1e-5);

        // Ink is bright and in the middle: the inner half of the area is brighter than the rim by far.
        double inner = 0, rim = 0;
        for (int i = 0; i < pixels.Length; i++)
        {
            int y = i / 28 % 28, x = i % 28;
            if (x is >= 4 and < 24 && y is >= 4 and < 24) inner += pixels[i] / 400;
            else rim += pixels[i] / 384;
        }

        Assert.True(inner - rim > 0.3 * 5_000, $"{inner / 5_000} and {rim / 5_000}");
    }

    [Fact]
    public void Counts_out_of_range_are_refused()
    {
        Assert.Equal(0, GeneratedDigits.Create(0).Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => GeneratedDigits.Create(-1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GeneratedDigits.Create(int.MaxValue));
    }

    [Fact]
    public void A_linear_model_learns_something_but_stays_under_95_percent()
    {
        Rng.Seed(1);
        var model = new Sequential(new Flatten(), new Linear(784, 10));
        var optimizer = new AdamW(model.Parameters(), learningRate: 2e-3);
        var train = GeneratedDigits.Create(6_000, seed: 11);
        for (ulong epoch = 0; epoch < 6; epoch++)
        {
            foreach (var (images, labels) in train.Batches(64, shuffle: true, seed: epoch)) optimizer.Step(model.Forward(images).CrossEntropy(labels));
        }

        var confusion = new ConfusionMatrix(10);
        foreach (var (images, labels) in GeneratedDigits.Create(2_000, seed: 12).Batches(500)) confusion.Add(model.Forward(images), labels);
        Assert.InRange(confusion.Accuracy, 0.4, 0.95);
    }
}
