using DeepNotes.Nn;

namespace DeepNotes.Samples.LongMemory;

/// <summary>How the networks are trained and judged: all three in the same way.</summary>
internal static class Recipe
{
    public const int HiddenSize = 64, BatchSize = 64, BatchesPerEpoch = 100;

    private const double LearningRate = 8e-3, MaxNorm = 1;

    /// <summary>Trains with Adam on fresh sequences all along; the learning rate falls linearly to a tenth over the last half.</summary>
    /// <param name="network">What to train.</param>
    /// <param name="steps">The length of the sequences.</param>
    /// <param name="epochs">Times <see cref="BatchesPerEpoch"/> batches.</param>
    /// <param name="seed">What the sequences follow from.</param>
    /// <param name="onEpoch">Told the epoch, from 1, and the mean training error in it.</param>
    public static void Train(Network network, int steps, int epochs, ulong seed, Action<int, double>? onEpoch = null)
    {
        var optimizer = new Adam(network.Parameters(), learningRate: LearningRate);
        var rng = new Rng(seed);
        for (int epoch = 1; epoch <= epochs; epoch++)
        {
            optimizer.LearningRate = LearningRate * Math.Min(1, 0.1 + 1.8 * (epochs - epoch) / epochs);
            double total = 0;
            for (int i = 0; i < BatchesPerEpoch; i++)
            {
                var (x, sums) = AddingProblem.Draw(steps, BatchSize, rng);
                var loss = network.Forward(x).MseLoss(sums);
                optimizer.ZeroGrad();
                loss.Backward();
                GradientClipping.ClipGradNorm(network.Parameters(), MaxNorm);
                optimizer.Step();
                total += loss.Item();
            }
            onEpoch?.Invoke(epoch, total / BatchesPerEpoch);
        }
    }

    /// <summary>The mean squared error on 2,000 sequences that training has not seen.</summary>
    public static double Error(Network network, int steps)
    {
        using var off = Grad.Off();
        var (x, sums) = AddingProblem.Draw(steps, 2000, new Rng(~0UL));
        return network.Forward(x).MseLoss(sums).Item();
    }

    /// <summary>
    /// How much of the error's gradient arrives at each step: its length with respect to the state after that step. What does not arrive there cannot teach the network
    /// to keep what it saw there.
    /// </summary>
    /// <returns>One number a step back in time: first that of the last state, from which the answer comes.</returns>
    public static double[] GradientNorms(Network network, int steps)
    {
        // In Float64, where what is left after a hundred steps is still above zero.
        network = network.Clone().To(DType.Float64);
        var (x, sums) = AddingProblem.Draw(steps, BatchSize, new Rng(5));
        x = x.To(DType.Float64);
        var states = new List<Tensor[]>();
        for (int t = 0; t < steps; t++) states.Add(network.Read(x.Narrow(0, t, 1), t == 0 ? null : states[^1]));
        var loss = network.Head.Forward(states[^1][0][0]).MseLoss(sums.To(DType.Float64));
        var gradients = Grad.Of(loss, [.. states.SelectMany(state => state)], allowUnused: true);
        int parts = states[0].Length;
        return [.. gradients.Chunk(parts).Reverse().Select(state => Math.Sqrt(state.Sum(g => g.Square().Sum().Item())))];
    }
}
