using DeepNotes.Samples.LongMemory;

namespace DeepNotes.Tests.Samples;

public sealed class LongMemoryTests
{
    [Fact]
    public void Two_numbers_are_marked_one_in_each_half()
    {
        var (sequences, sums) = AddingProblem.Draw(9, 50, new Rng(1));
        Assert.Equal([9, 50, 2], sequences.Shape.ToArray());
        for (int b = 0; b < 50; b++)
        {
            Tensor numbers = sequences[.., b, 0], marks = sequences[.., b, 1];
            Assert.Equal(1, marks[..4].Sum().Item());
            Assert.Equal(1, marks[4..].Sum().Item());
            Assert.Equal(sums[b, 0].Item(), (numbers * marks).Sum().Item(), 1e-6);
        }
        Assert.InRange((sums - 1).Square().Mean().Item(), 0.5 * AddingProblem.Baseline, 1.5 * AddingProblem.Baseline);
    }

    [Fact]
    public void The_gradient_of_a_new_plain_network_vanishes_long_before_that_of_an_LSTM()
    {
        Rng.Seed(1);
        double[] plain = Recipe.GradientNorms(new Network("rnn", 16), 60), lstm = Recipe.GradientNorms(new Network("lstm", 16), 60);
        Assert.Equal(60, plain.Length);
        Assert.InRange(plain[^1] / plain[0], 0, 1e-8);
        Assert.InRange(lstm[^1] / lstm[0], 1e-6, 1);
    }

    [Theory, Trait("Category", "Learning")]
    [InlineData("lstm", 0, 0.01)]
    [InlineData("gru", 0, 0.01)]
    [InlineData("rnn", 0.12, 0.18)]
    public void Over_fifty_steps_gates_learn_what_a_plain_network_does_not(string kind, double lowest, double highest)
    {
        Rng.Seed(1);
        var network = new Network(kind, Recipe.HiddenSize);
        Recipe.Train(network, 50, epochs: 10, seed: 1);
        Assert.InRange(Recipe.Error(network, 50), lowest, highest);
    }
}
