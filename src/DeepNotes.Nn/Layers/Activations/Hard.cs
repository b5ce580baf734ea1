namespace DeepNotes.Nn;

/// <summary>x kept between two bounds. Matches torch.nn.Hardtanh.</summary>
/// <param name="minimum">The lower bound.</param>
/// <param name="maximum">The upper bound; above the lower one.</param>
/// <exception cref="ArgumentOutOfRangeException">The lower bound is not below the upper one.</exception>
public sealed partial class Hardtanh(double minimum = -1, double maximum = 1) : Layer
{
    private readonly (double Minimum, double Maximum) bounds = minimum < maximum
        ? (minimum, maximum)
        : throw new ArgumentOutOfRangeException(nameof(minimum), minimum, $"Hardtanh: the lower bound must be below the upper one, {maximum}; it is {minimum}.");

    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.HardTanh(bounds.Minimum, bounds.Maximum);
}

/// <summary>min(max(x + 3, 0), 6)/6: a sigmoid of straight lines. Matches torch.nn.Hardsigmoid.</summary>
public sealed partial class Hardsigmoid : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.HardSigmoid();
}

/// <summary>x times <see cref="Hardsigmoid"/> (Howard et al. 2019, "Searching for MobileNetV3"). Matches torch.nn.Hardswish.</summary>
public sealed partial class Hardswish : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.HardSwish();
}
