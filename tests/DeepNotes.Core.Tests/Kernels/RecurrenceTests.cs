using DeepNotes.Ops;
using Xunit;

namespace DeepNotes.Core.Tests.Kernels;

/// <summary>The fused pass over whole sequences is the network made of elementary operations, also where matrices span many tiles and end within one.</summary>
public class RecurrenceTests
{
    public static IEnumerable<TheoryDataRow<string, int, int, int, bool>> Shapes()
    {
        foreach (string kind in new[] { "Tanh", "Relu", "Lstm", "Gru", "Projected" })
        {
            foreach (var (steps, batch, size) in new[] { (1, 1, 40), (9, 1, 33), (1, 20, 24), (5, 33, 37), (3, 70, 65) })
            {
                foreach (bool reverse in new[] { false, true }) yield return new(kind, steps, batch, size, reverse);
            }
        }
    }

    [Theory, MemberData(nameof(Shapes))]
    public void Fused_is_composite(string kind, int steps, int batch, int size, bool reverse) => Compare(kind, new SequenceSteps(steps, batch), size, reverse);

    [Theory]
    [InlineData("Tanh"), InlineData("Relu"), InlineData("Lstm"), InlineData("Gru"), InlineData("Projected")]
    public void Fused_is_composite_for_sequences_of_different_lengths(string kind)
    {
        foreach (bool reverse in new[] { false, true }) Compare(kind, new SequenceSteps([21, 21, 20, 7, 7, 1]), 19, reverse);
    }

    /// <summary>What the fused pass keeps are its own numbers: a second backward pass finds them unharmed.</summary>
    [Fact]
    public void A_graph_that_is_retained_gives_the_same_gradients_again()
    {
        var x = Leaf([6, 3, 4], 1);
        var w = new RecurrentWeights(Leaf([20, 4], 2), Leaf([20, 5], 3));
        var y = x.Lstm(Leaf([3, 5], 4), Leaf([3, 5], 5), w).Output.Square().Sum();
        var first = Grad.Of(y, [x, w.WeightHh], retainGraph: true);
        var second = Grad.Of(y, [x, w.WeightHh]);
        for (int i = 0; i < 2; i++) Assert.Equal(first[i].ToArray<double>(), second[i].ToArray<double>());
    }

    private static void Compare(string name, SequenceSteps steps, int size, bool reverse)
    {
        bool projected = name == "Projected";
        var kind = projected ? RecurrentKind.Lstm : Enum.Parse<RecurrentKind>(name);
        int sums = size * kind switch { RecurrentKind.Lstm => 4, RecurrentKind.Gru => 3, _ => 1 }, width = projected ? size / 2 : size;
        var op = new Recurrence(kind, steps, reverse, HasBias: true, projected);
        Tensor[] x =
        [
            Leaf([steps.Rows, 11], 1), Leaf([steps.Batch, width], 2), .. kind == RecurrentKind.Lstm ? [Leaf([steps.Batch, size], 3)] : (Tensor[])[],
            Leaf([sums, 11], 4), Leaf([sums, width], 5), Leaf([sums], 6), Leaf([sums], 7), .. projected ? [Leaf([width, size], 8)] : (Tensor[])[],
        ];
        var (fused, composite) = (Op.ApplyMulti(op, x), op.Compose(x));
        Assert.Equal(composite.Length, fused.Length);
        for (int k = 0; k < fused.Length; k++) Close(composite[k], fused[k], $"result {k}");
        var (expected, found) = (Gradients(composite, x), Gradients(fused, x));
        for (int i = 0; i < x.Length; i++) Close(expected[i], found[i], $"gradient {i}");
    }

    private static Tensor[] Gradients(Tensor[] y, Tensor[] x)
    {
        var total = (y[0] * Tensor.Randn(y[0].Shape, DType.Float64, new Rng(9))).Sum();
        foreach (var state in y[1..]) total += (state * Tensor.Randn(state.Shape, DType.Float64, new Rng(10))).Sum();
        return Grad.Of(total, x);
    }

    private static void Close(Tensor expected, Tensor found, string what)
    {
        Assert.Equal(expected.Shape, found.Shape);
        double scale = 1 + expected.Detach().Abs().Max().Item<double>(), error = (expected - found).Detach().Abs().Max().Item<double>();
        Assert.True(error <= 1e-12 * scale, $"{what} differs by {error} of {scale}");
    }

    private static Tensor Leaf(Shape shape, ulong seed)
    {
        var x = Tensor.Uniform(shape, -0.6, 0.6, DType.Float64, rng: new Rng(seed));
        x.RequiresGrad = true;
        return x;
    }
}
