namespace DeepNotes.Nn;

/// <summary>x outside ±λ, 0 inside. Matches torch.nn.Hardshrink.</summary>
/// <param name="lambda">λ: half the width of the interval.</param>
public sealed partial class Hardshrink(double lambda = 0.5) : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.HardShrink(lambda);
}

/// <summary>x − λ above λ, x + λ below −λ, 0 between. Matches torch.nn.Softshrink.</summary>
/// <param name="lambda">λ: half the width of the interval; not negative.</param>
/// <exception cref="ArgumentOutOfRangeException">λ is negative.</exception>
public sealed partial class Softshrink(double lambda = 0.5) : Layer
{
    private readonly double lambda = lambda >= 0 ? lambda : throw new ArgumentOutOfRangeException(nameof(lambda), lambda, $"Softshrink: lambda must not be negative; it is {lambda}.");

    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.SoftShrink(lambda);
}

/// <summary>x − tanh x. Matches torch.nn.Tanhshrink.</summary>
public sealed partial class Tanhshrink : Layer
{
    /// <summary>Maps any shape to itself.</summary>
    /// <param name="x">The input.</param>
    protected override Tensor Compute(Tensor x) => x.TanhShrink();
}
