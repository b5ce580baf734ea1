namespace DeepNotes.Nn;

/// <summary>
/// Sets each element to zero with some probability and divides the others by the probability of staying, while
/// training; passes everything through in evaluation (Srivastava et al. 2014, "Dropout: A Simple Way to Prevent Neural
/// Networks from Overfitting"). Matches torch.nn.Dropout.
/// </summary>
/// <param name="probability">The probability of a zero, from 0 to 1.</param>
/// <exception cref="ArgumentOutOfRangeException">The probability is not from 0 to 1.</exception>
public sealed partial class Dropout(double probability = 0.5) : Layer
{
    /// <summary>The probability of a zero.</summary>
    public double Probability { get; } = LayerArguments.Probability(nameof(Dropout), nameof(probability), probability);

    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => IsTraining ? x.Dropout(Probability) : x;
}
